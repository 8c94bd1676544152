import { z } from 'zod';
import { registrationStateSchema } from '../accounts/schemas';

export const settingsSchema = z.strictObject({
  /** Names of the demo's users with its password, offered at sign-in; empty without demo data. */
  demoUsers: z.array(z.strictObject({ username: z.string(), password: z.string() })),
  maxMessageLength: z.number(),
  registration: registrationStateSchema,
});
/** What a client needs to know before anybody has signed in. */
export type Settings = z.infer<typeof settingsSchema>;
