import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Redis, serversOf } from '@app/redis';

/** The snapshot that Redis writes, in clear; undefined where it keeps its files in a container. */
export async function snapshot(data: Redis): Promise<string | undefined> {
  const parts = await Promise.all([...serversOf(data, 'master').values()].map(snapshotOf));
  return parts.includes(undefined) ? undefined : parts.join('');
}

async function snapshotOf(data: Redis): Promise<string | undefined> {
  await data.config('SET', 'rdbcompression', 'no');
  await data.save();
  const [, folder = ''] = (await data.config('GET', 'dir')) as string[];
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.rdb'))
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('');
}

/** All that lies under any key, streams too. */
export async function allKeys(data: Redis): Promise<string> {
  const kept = await Promise.all((await data.keys('*')).map((key) => data.dumpBuffer(key)));
  return kept.map((value) => value?.toString('latin1') ?? '').join('\n');
}
