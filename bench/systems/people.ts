import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atOnce } from '../../scripts/lib/at-once.mjs';

/** Somebody who has an account and is signed in. */
export interface Somebody {
  id: string;
  cookie: string;
}

const AT_A_TIME = 64;

/** Registers people through the API, as anybody would. */
export async function register(url: string, count: number): Promise<Somebody[]> {
  const people: Somebody[] = [];
  await atOnce(count, AT_A_TIME, async (n) => {
    people[n] = await registerOne(url, `bench-${n}`);
  });
  return people;
}

async function registerOne(url: string, username: string): Promise<Somebody> {
  const response = await fetch(`${url}/api/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: 'password of the bench' }),
  });
  const body = (await response.json()) as { user?: { id: string } };
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (!body.user || !cookie) throw new Error(`${username} could not register: ${JSON.stringify(body)}`);
  return { id: body.user.id, cookie };
}

/** A database with people in it, kept for the next start. */
export interface Seed {
  folder: string;
  people: readonly Somebody[];
}

const seeds = new Map<string, Seed>();
const nameOf = (root: string, count: number) => `${count} ${root}`;
process.once('exit', () => {
  for (const { folder } of seeds.values()) rmSync(folder, { recursive: true, force: true });
});

export function seedOf(root: string, count: number): Seed | undefined {
  return seeds.get(nameOf(root, count));
}

/** Keeps the files of a Redis that has stopped. @param root the checkout whose services filled it */
export function keepSeed(root: string, folder: string, people: readonly Somebody[]): Seed {
  const kept = mkdtempSync(join(tmpdir(), 'redis-chat-bench-seed-'));
  cpSync(folder, kept, { recursive: true });
  const seed = { folder: kept, people };
  seeds.set(nameOf(root, people.length), seed);
  return seed;
}
