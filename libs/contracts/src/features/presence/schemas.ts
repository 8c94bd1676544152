import { z } from 'zod';
import { userIdSchema } from '../../ids';

export const presenceSchema = z.strictObject({ id: userIdSchema, username: z.string(), online: z.boolean() });
/** An account and whether it has a live connection. */
export type Presence = z.infer<typeof presenceSchema>;

export const onlineRequestSchema = z.strictObject({ after: userIdSchema.optional() });
export type OnlineRequest = z.infer<typeof onlineRequestSchema>;
export const onlineAnswerSchema = z.strictObject({
  users: z.array(presenceSchema),
  /** There are more: pass it as `after`. */
  next: userIdSchema.optional(),
});
export type OnlineAnswer = z.infer<typeof onlineAnswerSchema>;

export const stalePresenceSchema = z.strictObject({ spreadMs: z.number().nonnegative() });
export type StalePresence = z.infer<typeof stalePresenceSchema>;
