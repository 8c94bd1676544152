import { z } from 'zod';
import { command, fact, feature, named, query } from '../../define';
import { limitSchema, userIdSchema } from '../../ids';
import {
  accountSchema,
  newPasswordSchema,
  passwordSchema,
  registrationStateSchema,
  signInNameSchema,
  usernameSchema,
  userSchema,
} from './schemas';

/** By whom time is shared out where work waits: stands for an address, and does not tell it. */
const queueKeySchema = z.string().max(40).optional();
const oneUser = z.strictObject({ userId: userIdSchema });

export const accounts = feature({
  work: {
    'auth.register': command(
      z.strictObject({
        username: usernameSchema,
        password: passwordSchema,
        client: queueKeySchema,
        /** As the demo does; outside production alone. */ anyPassword: z.boolean().optional(),
      }),
      userSchema,
      { sealed: ['password'] },
    ),
    /** `unauthorized`; `forbidden` when the password is right and the account lets nobody in. */
    'auth.verify': query(
      z.strictObject({ username: signInNameSchema, password: passwordSchema, client: queueKeySchema }),
      userSchema.extend({ /** Compare with `auth.credentials` once there is a session. */ credentials: z.number() }),
      { sealed: ['password'] },
    ),
    'auth.registration': query(z.strictObject({}), z.strictObject({ registration: registrationStateSchema })),
    /** Whose name this is, as far as it is one user's; for the log. */
    'auth.identify': query(
      z.strictObject({ username: signInNameSchema }),
      z.strictObject({ userId: userIdSchema.nullable() }),
    ),
    /** How often what lets a user in was changed or taken away: a session begun with another number is over. */
    'auth.credentials': query(oneUser, z.strictObject({ version: z.number(), suspended: z.boolean() })),
    /** Another password for who knows the present one. `forbidden` otherwise. */
    'auth.password': command(
      oneUser.extend({ password: passwordSchema, newPassword: newPasswordSchema, client: queueKeySchema }),
      z.strictObject({}),
      { sealed: ['password', 'newPassword'] },
    ),
    /** A new account, whoever else may register: at an operator's word, as all that follow. */
    'auth.add': command(z.strictObject({ username: usernameSchema, password: newPasswordSchema }), userSchema, {
      sealed: ['password'],
    }),
    /** Another password. */
    'auth.reset': command(oneUser.extend({ password: newPasswordSchema }), z.strictObject({}), {
      sealed: ['password'],
    }),
    'auth.suspend': command(oneUser.extend({ suspended: z.boolean() }), z.strictObject({})),
    'auth.account': query(
      z.strictObject({ userId: userIdSchema.optional(), username: signInNameSchema.optional() }),
      accountSchema,
    ),
    'auth.accounts': query(
      z.strictObject({ after: userIdSchema.optional(), limit: limitSchema }),
      z.strictObject({ accounts: z.array(accountSchema), next: userIdSchema.nullable() }),
    ),
    /** Accounts that let nobody in, whatever the password: the demo's people in production. */
    'auth.disabled': query(z.strictObject({}), z.strictObject({ userIds: z.array(userIdSchema) })),
  },
  facts: {
    'user.registered': fact({ data: userSchema, subscribers: ['rooms'] }),
  },
  schemas: {
    UserId: named(userIdSchema, { '': "A user's id." }),
    User: named(userSchema),
  },
});
