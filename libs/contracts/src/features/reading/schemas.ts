import { z } from 'zod';
import { roomIdSchema } from '../../ids';

export const readRequestSchema = z.strictObject({
  roomId: roomIdSchema,
  /** Everything up to here is read. */
  seq: z.number().int().nonnegative(),
});
export type ReadRequest = z.infer<typeof readRequestSchema>;

/** Where the mark stands now: it never goes back, and never past the room's newest message. */
export const readAnswerSchema = z.strictObject({ seq: z.number().int().nonnegative() });
export type ReadAnswer = z.infer<typeof readAnswerSchema>;

/** How far somebody has read a room. */
export const readMarkSchema = z.strictObject({ roomId: roomIdSchema, seq: z.number().int().positive() });
export type ReadMark = z.infer<typeof readMarkSchema>;
