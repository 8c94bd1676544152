import { roomIdSchema } from '@app/contracts';

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
 * @returns `foreign` for a demo server's message, whose id has no place; undefined for a malformed id
 */
export function readMessageId(id: string): MessagePlace | 'foreign' | undefined {
  const [, roomId = '', seq = '', seconds, micros] = OURS.exec(id) ?? [];
  if (roomIdSchema.safeParse(roomId).success) return { roomId, seq, score: `${seconds}.${micros}` };
  return id.startsWith('x') ? 'foreign' : undefined;
}
