import { z } from 'zod';
import { call, feature, named, query } from '../../define';
import { limitSchema, userIdSchema } from '../../ids';
import { userSchema } from '../accounts/schemas';
import { usersBodySchema } from './schemas';

/** Any strings: `online_users` holds whatever a demo server's clients called themselves. */
const possibleIds = z
  .array(z.string())
  .max(500)
  .transform((list) => list.filter((id) => userIdSchema.safeParse(id).success));

export const people = feature({
  calls: {
    users: call({
      request: z.strictObject({
        after: userIdSchema.optional(),
        limit: z.coerce.number<string | number>().int().min(1).max(500).optional(),
        /** Comma-separated; with it, exactly these. */
        ids: z
          .string()
          .transform((text) => text.split(','))
          .pipe(z.array(userIdSchema).min(1).max(200))
          .optional(),
      }),
      answer: usersBodySchema,
      http: { method: 'GET', path: '/api/users' },
      cost: 4,
      may: 'user',
      errors: ['overloaded'],
      doc: {
        tag: 'People',
        summary: 'Users by id, or all of them page by page',
        fields: {
          after: "A list's `next`: those that follow.",
          limit: 'How many at most; 200 when it is left out.',
          ids: 'Comma-separated: exactly these, at most 200. Unknown ones are left out.',
        },
      },
    }),
    'users.online': call({
      request: z.strictObject({ after: userIdSchema.optional() }),
      answer: usersBodySchema,
      http: { method: 'GET', path: '/api/users/online' },
      cost: 4,
      may: 'user',
      errors: ['overloaded'],
      doc: {
        tag: 'People',
        summary: 'Everybody who is online',
        description: 'A long list comes in pages.',
        fields: { after: "A list's `next`: those that follow." },
      },
    }),
  },
  work: {
    /** Unknown ids are left out, and so is what is no id. */
    'auth.users': query(z.strictObject({ ids: possibleIds }), z.strictObject({ users: z.array(userSchema) })),
    'auth.list': query(
      z.strictObject({ after: userIdSchema.optional(), limit: limitSchema }),
      z.strictObject({ users: z.array(userSchema), next: userIdSchema.nullable() }),
    ),
  },
  schemas: {
    UsersBody: named(usersBodySchema, { next: 'Pass it as `after` for the next ones; `null`: these were the last.' }),
  },
});
