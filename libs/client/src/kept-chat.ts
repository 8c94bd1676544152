import type { Message, Position, RoomSummary } from '@app/contracts';
import { asMessage } from './incoming';

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
  /** What people are called, by id. */
  names: [id: string, name: string][];
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

/** A list as it was kept, if it is one: it may be of an older version, or damaged. */
export function readKeptList(value: unknown): KeptList | undefined {
  const { epoch, maxMessageLength, rooms } = record<KeptList>(value);
  if (typeof epoch !== 'string' || !isCount(maxMessageLength) || !Array.isArray(rooms)) return undefined;
  return { epoch, maxMessageLength, rooms: rooms.flatMap((room) => readRoom(room) ?? []) };
}

/** A history as it was kept, if it is one. */
export function readKeptHistory(value: unknown): KeptHistory | undefined {
  const { roomId, epoch, position, messages, isWhole } = record<KeptHistory>(value);
  if (typeof roomId !== 'string' || typeof epoch !== 'string' || typeof isWhole !== 'boolean') return undefined;
  const { seq, id, rev } = record<Position>(position);
  if (!isCount(seq) || !isCount(rev) || typeof id !== 'string' || !Array.isArray(messages)) return undefined;
  const read = messages.flatMap((message) => asMessage(message) ?? []);
  // One that is missing would be a hole.
  if (read.length < messages.length || read.some((message) => message.roomId !== roomId)) return undefined;
  if (read.length === 0 && !isWhole) return undefined;
  return { roomId, epoch, position: { roomId, seq, id, rev }, messages: read, isWhole };
}

function readRoom(value: unknown): RoomSummary | undefined {
  const { id, kind, names, userIds, lastMessage, seq, read } = record<RoomSummary>(value);
  if (typeof id !== 'string' || typeof kind !== 'string' || !isTexts(names)) return undefined;
  if (!isCount(seq) || !isCount(read) || !(userIds === undefined || isTexts(userIds))) return undefined;
  const last = asMessage(lastMessage) ?? null;
  return { id, kind, names, ...(userIds && { userIds }), lastMessage: last, seq, read };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

/** Any object's fields, all of them in doubt; none of what is no object. */
function record<T>(value: unknown): Partial<T> {
  return typeof value === 'object' && value !== null ? value : {};
}
