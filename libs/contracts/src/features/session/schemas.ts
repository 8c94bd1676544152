import { z } from 'zod';
import { newPasswordSchema, passwordSchema, signInNameSchema, usernameSchema, userSchema } from '../accounts/schemas';

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
