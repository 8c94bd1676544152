import { z } from 'zod';
import { userIdSchema } from '../../ids';
import { roleSchema } from '../named-rooms/schemas';

export const listedMemberSchema = z.strictObject({
  id: userIdSchema,
  username: z.string(),
  role: roleSchema,
  online: z.boolean(),
});
/** Somebody in a room. */
export type ListedMember = z.infer<typeof listedMemberSchema>;

export const membersBodySchema = z.strictObject({
  members: z.array(listedMemberSchema),
  /** There are more: pass it as `after`. */
  next: z.string().optional(),
});
export type MembersBody = z.infer<typeof membersBodySchema>;

export const bansBodySchema = z.strictObject({
  users: z.array(z.strictObject({ id: userIdSchema, username: z.string() })),
  next: z.string().optional(),
});
export type BansBody = z.infer<typeof bansBodySchema>;
