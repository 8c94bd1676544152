import { z } from 'zod';
import { roomIdSchema, userIdSchema } from '../../ids';
import { ROLES } from '../../rights';
import { growing } from '../../views';

export const MAX_ROOM_NAME_LENGTH = 80;
export const MAX_TOPIC_LENGTH = 250;
export const MAX_PURPOSE_LENGTH = 1000;

// As of user names; a topic may hold what joins emoji.
const UNSEEN = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800\uFFFC]/u;
const BASE = /[\p{L}\p{N}\p{P}\p{S}]/u;
const STRAY_MARKS = /(?:^|\s)\p{M}|\p{Mn}{5}/u;

const line = (most: number) =>
  z
    .string()
    .max(4 * most)
    .transform((text) => text.normalize('NFC').replace(/\s+/gu, ' ').trim())
    .refine((text) => [...text].length <= most, `must be at most ${most} characters`);

/** A room's name as it is stored: NFC, single spaces, 1 to 80 characters (code points), all of them visible. */
export const roomNameSchema = line(MAX_ROOM_NAME_LENGTH)
  .refine((name) => BASE.test(name), 'must contain a letter, digit or symbol')
  .refine((name) => !INVISIBLE.test(name), 'must not contain invisible characters')
  .refine((name) => !STRAY_MARKS.test(name), 'must not contain marks without a letter, or so many');
const text = (most: number) => line(most).refine((given) => !UNSEEN.test(given), 'must not contain control characters');
export const topicSchema = text(MAX_TOPIC_LENGTH);
export const purposeSchema = text(MAX_PURPOSE_LENGTH);

export const roomVisibilitySchema = growing(['public', 'private'], 'private');
/** `public`: in the directory, and whoever wants to joins; `private`: nobody else knows of it. */
export type RoomVisibility = z.infer<typeof roomVisibilitySchema>;
export const postingSchema = growing(['all', 'admins'], 'all');

export const roomCardSchema = z.strictObject({
  id: roomIdSchema,
  name: z.string(),
  visibility: roomVisibilitySchema,
  topic: z.string(),
  purpose: z.string(),
  /** Who posts. */
  posting: postingSchema,
  /** null: it was there before rooms were made by people. */
  createdBy: userIdSchema.nullable(),
  /** Unix ms; null: nobody noted it. */
  createdAt: z.number().nullable(),
  /** Unix ms; null: it is not archived. */
  archivedAt: z.number().nullable(),
  /** The room's clock when it got this state. */
  rev: z.number().int().nonnegative(),
});
/** A named room, but for what is said in it and who is there. */
export type RoomCard = z.infer<typeof roomCardSchema>;

export const roleSchema = growing(ROLES, 'member');

export const roomMemberSchema = z.strictObject({
  userId: userIdSchema,
  /** null: no member any more. */
  role: roleSchema.nullable(),
});
/** What somebody is in a room. */
export type RoomMember = z.infer<typeof roomMemberSchema>;

export const roomViewSchema = z.strictObject({
  room: roomCardSchema,
  /** How many there are. */
  members: z.number().int().nonnegative(),
  /** What the caller is there; null: no member. */
  role: roleSchema.nullable(),
});
/** A named room as one user sees it. */
export type RoomView = z.infer<typeof roomViewSchema>;

export const directoryBodySchema = z.strictObject({
  rooms: z.array(roomViewSchema),
  /** There are more: pass it as `after`. */
  next: z.string().optional(),
});
export type DirectoryBody = z.infer<typeof directoryBodySchema>;

/** A request about one room. */
export const ofRoom = z.strictObject({ roomId: roomIdSchema });
/** The same request as work: with who asks. */
export const byUser = <S extends z.ZodRawShape>(request: z.ZodObject<S>) =>
  z.strictObject({ ...request.shape, userId: userIdSchema });
