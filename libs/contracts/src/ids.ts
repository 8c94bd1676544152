import { z } from 'zod';

/** The room everybody is in. */
export const GENERAL = '0';

const number = '[1-9][0-9]{0,14}';
const USER_ID = new RegExp(`^${number}$`);
const ROOM_ID = new RegExp(`^(?:0|${number}|(${number}):(${number}))$`);

export const userIdSchema = z.string().regex(USER_ID, 'must be a user id');

export const roomIdSchema = z
  .string()
  .regex(ROOM_ID, 'must be a room id')
  .refine((id) => {
    const [a, b] = id.split(':');
    return b === undefined || Number(a) < Number(b);
  }, 'must name its two users in ascending order');

/** How membership of a room is decided: everybody, the two users in its id, or its members hash. */
export type RoomKind = 'general' | 'direct' | 'named';

/** The kind of a (valid) room id. */
export function roomKind(roomId: string): RoomKind {
  if (roomId === GENERAL) return 'general';
  return roomId.includes(':') ? 'direct' : 'named';
}

/** The two user ids of a direct room, ascending; undefined for any other room. */
export function directUsers(roomId: string): [string, string] | undefined {
  const [a, b] = roomId.split(':');
  return a !== undefined && b !== undefined ? [a, b] : undefined;
}

/** The id of two users' direct room, whatever the order they are given in. */
export function directRoomId(a: string, b: string): string {
  return Number(a) < Number(b) ? `${a}:${b}` : `${b}:${a}`;
}

/** How many of something one request between services may ask for. */
export const limitSchema = z.number().int().min(1).max(1000);
