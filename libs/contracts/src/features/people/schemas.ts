import { z } from 'zod';
import { userIdSchema } from '../../ids';
import { presenceSchema } from '../presence/schemas';

export const usersBodySchema = z.strictObject({
  users: z.array(presenceSchema),
  /** Pass as `after` for the next ones (of ids that were asked for: leave out those up to it); null: these were the last. */
  next: userIdSchema.nullable(),
});
export type UsersBody = z.infer<typeof usersBodySchema>;
