import { passwordSchema, signInNameSchema, userIdSchema } from '@app/contracts';
import { z } from 'zod';

/** The demo's bodies and queries. */
export const demoCredentialsSchema = z.object({ username: signInNameSchema, password: passwordSchema });

const looseUserId = z.union([z.string(), z.number()]).transform(String).pipe(userIdSchema);
export const demoRoomSchema = z.object({ user1: looseUserId, user2: looseUserId });

const MAX_SIZE = 1000;
export const demoPageSchema = z.object({
  offset: z.coerce.number().int().nonnegative().default(0),
  size: z.coerce
    .number()
    .int()
    .min(1)
    .default(50)
    .transform((size) => Math.min(size, MAX_SIZE)),
});

const MAX_IDS = 500;

/** The ids of `?ids[]=1&ids[]=2`, without what cannot be one; undefined when the query names none. */
export function demoIds(url: string): string[] | undefined {
  const { searchParams } = new URL(url, 'http://localhost');
  const ids = [...searchParams].filter(([name]) => /^ids\[\d*\]$/.test(name)).map(([, id]) => id);
  if (ids.length === 0) return undefined;
  return [...new Set(ids)].filter((id) => userIdSchema.safeParse(id).success).slice(0, MAX_IDS);
}
