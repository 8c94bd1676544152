import { parse, passwordSchema, signInNameSchema, userIdSchema } from '@app/contracts';
import type { Config } from '@app/service';
import { z } from 'zod';

/** Bodies and queries of legacy clients: those of the demo. */
export const demoCredentialsSchema = z.object({ username: signInNameSchema, password: passwordSchema });

const looseUserId = z.union([z.string(), z.number()]).transform(String).pipe(userIdSchema);
export const demoRoomSchema = z.object({ user1: looseUserId, user2: looseUserId });

const pageSchema = z.object({
  offset: z.coerce.number().int().nonnegative().default(0),
  size: z.coerce.number().int().min(1).optional(),
});

/**
 * The page that `?offset=…&size=…` asks for, no larger than it may be.
 * @throws ChatError `invalid`
 */
export function demoPage(
  query: unknown,
  { PAGE_SIZE, DEMO_PAGE_MAX }: Pick<Config, 'PAGE_SIZE' | 'DEMO_PAGE_MAX'>,
): { offset: number; size: number } {
  const { offset, size = PAGE_SIZE } = parse(pageSchema, query);
  return { offset, size: Math.min(size, DEMO_PAGE_MAX) };
}

const MAX_IDS = 500;

/** The ids of `?ids[]=1&ids[]=2`, without what cannot be one; undefined when the query names none. */
export function demoIds(url: string): string[] | undefined {
  const { searchParams } = new URL(url, 'http://localhost');
  const ids = [...searchParams].filter(([name]) => /^ids\[\d*\]$/.test(name)).map(([, id]) => id);
  if (ids.length === 0) return undefined;
  return [...new Set(ids)].filter((id) => userIdSchema.safeParse(id).success).slice(0, MAX_IDS);
}
