import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GENERAL } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { until } from '@app/testing';
import type { Random } from './random';
import type { Span } from './record';
import { isOfThis, type Member, type System } from './system/system';

const BEFORE_MS = 12_000;
const AFTER_MS = 8000;
const BETWEEN_MS = 1000;
const MIXED_MS = 15_000;
/** Generous, for a busy machine. */
const BOOT_MS = 300_000;

/** Who people are, and which rooms there are; all else is what they said. */
const ACCOUNTS = [
  'sess:*',
  'user:*',
  'username:*',
  '{user:*',
  'total_users',
  '{total_users}*',
  'room:*:name',
  '{room:*}:members',
];

/**
 * FLUSHALL, with the accounts put back: sessions go on, and every history, stream and presence is gone.
 * @returns the time in which what was acknowledged is gone
 */
export async function losesAll({ data }: System, log: (line: string) => void): Promise<Span> {
  await pause(BEFORE_MS);
  const names = (await Promise.all(ACCOUNTS.map((pattern) => data.keys(pattern)))).flat();
  const wipe = data.multi().flushall();
  for (const name of names) {
    const [value, ttl] = await Promise.all([data.dumpBuffer(name), data.pttl(name)]);
    if (value) wipe.restore(name, Math.max(0, ttl), value);
  }
  await wipe.exec();
  const lost = { from: 0, to: Date.now() };
  log(`FLUSHALL, ${names.length} keys of accounts put back`);
  await pause(AFTER_MS);
  return lost;
}

/**
 * Redis is killed, and its append-only file loses its end before the restart.
 * @returns the time in which what was acknowledged may be gone
 */
export async function losesTheEnd({ redis, data }: System, random: Random, log: (line: string) => void): Promise<Span> {
  const file = await appendOnlyFile(data);
  const { size: before } = await stat(file);
  await pause(BEFORE_MS);
  await redis.kill();
  const { size } = await stat(file);
  const kept = random.integer(before + (size - before) / 4, size - (size - before) / 4);
  await truncate(file, kept);
  await redis.restart();
  const lost = { from: 0, to: Date.now() };
  log(`Redis lost the last ${size - kept} of ${size} bytes`);
  await pause(AFTER_MS);
  return lost;
}

/**
 * Two releases at once (the first and the second process of each service); then those of this one are restarted as a later
 * release, which adds a field to everything that it says.
 */
export async function mixesReleases(system: System, log: (line: string) => void): Promise<void> {
  log('the previous release and this one');
  await pause(MIXED_MS);
  const later = system.members.filter(({ name }) => isOfThis(name));
  for (const { process } of later) process.preload = [join(__dirname, 'skew/one-more-field.cjs')];
  await restarts(later, log);
  log('the previous release and one with a field more');
  await pause(MIXED_MS);
  const said = await system.data.zrange(keys.room(GENERAL), '0', '-1');
  const count = said.filter((text) => text.includes('"later":')).length;
  if (count === 0 || count === said.length)
    throw new Error(`${count} of ${said.length} messages are of the later release`);
}

/** Every process is ended and started again, one after the other, each once the one before is ready. */
export function restartsAll({ members }: System, log: (line: string) => void): Promise<void> {
  return restarts(members, log);
}

async function restarts(members: readonly Member[], log: (line: string) => void): Promise<void> {
  for (const { name, process } of members) {
    await pause(BETWEEN_MS);
    process.restart();
    await until(() => !process.up, `${name} to stop`, BOOT_MS);
    await until(() => process.up, `${name} to be ready again`, BOOT_MS);
    log(`restarted ${name}`);
  }
  await pause(BETWEEN_MS);
}

async function appendOnlyFile(redis: Redis): Promise<string> {
  const setting = async (name: string) => String(((await redis.config('GET', name)) as string[])[1]);
  const folder = join(await setting('dir'), await setting('appenddirname'));
  const current = (await readdir(folder))
    .filter((name) => name.endsWith('.incr.aof'))
    .sort()
    .at(-1);
  if (!current) throw new Error('Redis has no append-only file');
  return join(folder, current);
}
