import type { Message, Position, RoomSummary, User } from '@app/contracts';

/** Of each room so many of the newest messages are kept, and so much of their text. */
export const MAX_KEPT_MESSAGES = 50;
const MAX_KEPT_CHARACTERS = 50_000;

/** The end of a room's history, as a client can begin with it without a connection. */
export interface KeptHistory {
  roomId: string;
  /** Of the database that it is of. */
  epoch: string;
  /** Up to where nothing is missing. */
  position: Position;
  /** Oldest first. */
  messages: Message[];
  /** These are all there are. */
  isWhole: boolean;
}

/** A user's rooms, and what belongs to all of them. */
export interface KeptList {
  epoch: string;
  /** In characters (code points). */
  maxMessageLength: number;
  /** Latest activity first. */
  rooms: RoomSummary[];
}

/** What a client knew of a user's chat, for the next one to begin with when the server cannot be reached. */
export interface KeptChat {
  list: KeptList;
  histories: KeptHistory[];
  /** What people are called. */
  names: User[];
}

/**
 * What is kept of a room of which nothing is missing up to a position.
 * @param tail its last messages; `isWhole`: there are none before them
 * @returns undefined: there is nothing to begin with
 */
export function keptOf(
  position: Position,
  tail: { messages: readonly Message[]; isWhole: boolean },
): Omit<KeptHistory, 'epoch'> | undefined {
  const messages = newestToKeep(tail.messages.filter(({ seq = 0 }) => seq <= position.seq));
  const isWhole = tail.isWhole && messages[0]?.id === tail.messages[0]?.id;
  return messages.length > 0 || isWhole ? { roomId: position.roomId, position, messages, isWhole } : undefined;
}

/** As many of the newest messages as may be kept. @param messages oldest first */
export function newestToKeep(messages: readonly Message[]): Message[] {
  let [from, room] = [messages.length, MAX_KEPT_CHARACTERS];
  for (let i = messages.length - 1; i >= Math.max(0, messages.length - MAX_KEPT_MESSAGES); i--) {
    room -= messages[i]?.message.length ?? 0;
    // The newest whatever its length: without any there is no place to go on from.
    if (room < 0 && from < messages.length) break;
    from = i;
  }
  return messages.slice(from);
}
