import { directUsers, GENERAL, type RoomKind, roomIdSchema, roomKind } from '@app/contracts';

/** Where a message of ours lies. */
export interface MessagePlace {
  roomId: string;
  seq: string;
  /** In the room's sorted set, as it is written in the message. */
  score: string;
}

const OURS = /^([\d:]{1,31})-([1-9]\d{0,14})-([1-9]\d{0,11})(\d{6})$/;

/**
 * Reads the id of a message of ours.
 * @returns `foreign` for that of a demo server's message, which does not tell where it lies; undefined for what is none
 */
export function readMessageId(id: string): MessagePlace | 'foreign' | undefined {
  const [, roomId = '', seq = '', seconds, micros] = OURS.exec(id) ?? [];
  if (roomIdSchema.safeParse(roomId).success) return { roomId, seq, score: `${seconds}.${micros}` };
  return id.startsWith('x') ? 'foreign' : undefined;
}

/** A room's kind for a user, as scripts take it (`lua/member.lua`): empty where its id alone says that it is not theirs. */
export function kindFor(userId: string, roomId: string): RoomKind | '' {
  if (roomId === GENERAL) return 'general';
  return directUsers(roomId)?.includes(userId) === false ? '' : roomKind(roomId);
}
