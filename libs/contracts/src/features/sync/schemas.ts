import { z } from 'zod';
import { messageSchema, positionSchema } from '../messages/schemas';

export const syncedRoomSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ok'),
    roomId: z.string(),
    /** What was missed, oldest first, each in its present state; foreign messages among them. */
    messages: z.array(messageSchema),
    /** What changed among the messages that were known, in its present state, in the order of `rev`. */
    changed: z.array(messageSchema).default([]),
    /** Nothing at or below this place is missing any more. */
    upTo: positionSchema,
    /** There is more after `upTo`: ask again from there. */
    more: z.boolean(),
  }),
  /** The position is not of this room's history, or too far behind: start afresh from the newest page. */
  z.strictObject({ status: z.literal('reset'), roomId: z.string() }),
  z.strictObject({ status: z.literal('forbidden'), roomId: z.string() }),
]);
export type SyncedRoom = z.infer<typeof syncedRoomSchema>;

/** Rooms of one `sync`. */
export const MAX_POSITIONS = 500;

export const syncRequestSchema = z.strictObject({
  /** The epoch the positions were learned under; another one makes every room `reset`. */
  epoch: z.string().max(64).optional(),
  positions: z.array(positionSchema).max(MAX_POSITIONS),
});
export type SyncRequest = z.infer<typeof syncRequestSchema>;

export const syncAnswerSchema = z.strictObject({ epoch: z.string(), rooms: z.array(syncedRoomSchema) });
export type SyncAnswer = z.infer<typeof syncAnswerSchema>;
