import { z } from 'zod';
import { errorBodySchema } from './errors';
import { roomIdSchema, userIdSchema } from './ids';
import {
  aroundSchema,
  clientIdSchema,
  cursorSchema,
  editRequestSchema,
  HARD_MESSAGE_LENGTH,
  messageSchema,
  readRequestSchema,
  roomSummarySchema,
} from './messages';
import {
  newPasswordSchema,
  passwordSchema,
  presenceSchema,
  registrationStateSchema,
  signInNameSchema,
  usernameSchema,
  userSchema,
} from './users';

/** Bodies, queries and answers of `/api`. */
export const credentialsSchema = z.strictObject({ username: signInNameSchema, password: passwordSchema });
export const registrationSchema = z.strictObject({ username: usernameSchema, password: newPasswordSchema });
/** The present password and the one to come. */
export const changePasswordSchema = z.strictObject({ password: passwordSchema, newPassword: newPasswordSchema });
export const sessionSchema = z.strictObject({ user: userSchema.nullable() });
export type SessionBody = z.infer<typeof sessionSchema>;

/** Names a session without giving it away. */
export const sessionHashSchema = z.string().regex(/^[\w-]{22}$/, 'must be the id of a session');
export const deviceSchema = z.strictObject({ browser: z.string().nullable(), system: z.string().nullable() });
/** What somebody signed in with, as far as it said so. */
export type Device = z.infer<typeof deviceSchema>;
export const listedSessionSchema = z.strictObject({
  id: sessionHashSchema,
  /** The one that asks. */
  current: z.boolean(),
  /** Unix milliseconds, as is `lastUsedAt`. */
  createdAt: z.number().int(),
  lastUsedAt: z.number().int(),
  device: deviceSchema,
});
/** One of one's own sessions. */
export type ListedSession = z.infer<typeof listedSessionSchema>;
export const sessionsBodySchema = z.strictObject({ sessions: z.array(listedSessionSchema) });
export type SessionsBody = z.infer<typeof sessionsBodySchema>;
export const endSessionsQuerySchema = z.strictObject({
  /** The one that asks too. */
  all: z.enum(['true', 'false']).optional(),
});

const count = z.coerce.number().int().min(1).max(200);

export const pageQuerySchema = z.strictObject({
  before: cursorSchema.optional(),
  after: cursorSchema.optional(),
  around: aroundSchema.optional(),
  limit: count.optional(),
});
export const postMessageSchema = z.strictObject({
  message: z.string().min(1).max(HARD_MESSAGE_LENGTH),
  clientId: clientIdSchema.optional(),
});
export const messageBodySchema = z.strictObject({ message: messageSchema });
/** The message is in the path. */
export const editBodySchema = editRequestSchema.omit({ id: true });
/** Somebody's edit was first. */
export const conflictBodySchema = errorBodySchema.extend({ /** The message as it is. */ current: messageSchema });
export type ConflictBody = z.infer<typeof conflictBodySchema>;
export const roomsQuerySchema = z.strictObject({ after: roomIdSchema.optional() });
export const roomsBodySchema = z.strictObject({
  rooms: z.array(roomSummarySchema),
  /** There are more: pass it as `after`. */
  next: roomIdSchema.optional(),
});
export type RoomsBody = z.infer<typeof roomsBodySchema>;
/** The room is in the path. */
export const readBodySchema = readRequestSchema.omit({ roomId: true });
export const openRoomSchema = z.strictObject({ userId: userIdSchema });

export const usersQuerySchema = z.strictObject({
  after: userIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
  /** Comma-separated; with it, exactly these. */
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(userIdSchema).min(1).max(200))
    .optional(),
});
export const onlineQuerySchema = usersQuerySchema.pick({ after: true });
export const usersBodySchema = z.strictObject({
  users: z.array(presenceSchema),
  /** Pass as `after` for the next ones (of ids that were asked for: leave out those up to it); null: these were the last. */
  next: userIdSchema.nullable(),
});
export type UsersBody = z.infer<typeof usersBodySchema>;

export const settingsSchema = z.strictObject({
  /** Names of the demo's users with its password, offered at sign-in; empty without demo data. */
  demoUsers: z.array(z.strictObject({ username: z.string(), password: z.string() })),
  maxMessageLength: z.number(),
  registration: registrationStateSchema,
});
/** What a client needs to know before anybody has signed in. */
export type Settings = z.infer<typeof settingsSchema>;
