import { z } from 'zod';
import { roomIdSchema, userIdSchema } from '../../ids';
import { growing } from '../../views';
import { messageSchema } from '../messages/schemas';

export const roomSummarySchema = z.strictObject({
  id: z.string(),
  kind: growing(['general', 'direct', 'named'], 'named'),
  /** A named room's name; both user names of a direct one, in the order of its id. */
  names: z.array(z.string()),
  /** Ids of a direct room's two users. */
  userIds: z.array(userIdSchema).optional(),
  lastMessage: messageSchema.nullable(),
  /** Of the newest message; 0: there is none with a place of its own. */
  seq: z.number().int().nonnegative(),
  /** The `seq` up to which the user has read. */
  read: z.number().int().nonnegative(),
  /** The room's clock when this was read; absent: as `seq`. */
  rev: z.number().int().positive().optional(),
  /** Of the messages beyond `read`, how many are deleted; absent: none. */
  gone: z.number().int().positive().optional(),
});
/** A line of somebody's room list. */
export type RoomSummary = z.infer<typeof roomSummarySchema>;

export const shownRoomSchema = z.strictObject({ id: z.string(), names: z.array(z.string()) });
/** A room as the demo shows it. */
export type ShownRoom = z.infer<typeof shownRoomSchema>;

export const joinSchema = z.union([z.string(), z.number()]).transform(String).pipe(roomIdSchema);

export const roomsBodySchema = z.strictObject({
  rooms: z.array(roomSummarySchema),
  /** There are more: pass it as `after`. */
  next: roomIdSchema.optional(),
});
export type RoomsBody = z.infer<typeof roomsBodySchema>;

export const staleRoomsSchema = z.strictObject({ spreadMs: z.number().nonnegative() });
export type StaleRooms = z.infer<typeof staleRoomsSchema>;

export const membershipChangedSchema = z.strictObject({
  userId: userIdSchema,
  /** The room; without it the list is to be read anew. */
  roomId: roomIdSchema.optional(),
  /** Whether the user is in it now. */
  member: z.boolean().optional(),
  /** Of the user's list, this change included. */
  version: z.number().int().positive(),
  /** The room's clock when the user became what they are there, where list and room change one after the other. */
  rev: z.number().int().positive().optional(),
});
export type MembershipChanged = z.infer<typeof membershipChangedSchema>;
