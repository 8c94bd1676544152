import { readFileSync } from 'node:fs';
import { SERVICES as WORKERS } from '@app/contracts';
import { REDIS_USERS } from '@app/redis';
import { parse } from 'yaml';
import { SERVICES } from '../scripts/lib/folders.mjs';

const read = (file: string) => readFileSync(file, 'utf8');

// The launcher, the bundle and the specs of the manifests go by the folders below apps/.
it('knows the same services everywhere', () => {
  expect([...WORKERS, 'gateway'].sort()).toEqual(SERVICES);
  expect([...REDIS_USERS].sort()).toEqual(SERVICES);
  expect(Object.keys(JSON.parse(read('nest-cli.json')).projects).sort()).toEqual(SERVICES);
  expect(
    read('apps/all.ts')
      .match(/(?<=name: ')\w+/g)
      ?.sort(),
  ).toEqual(SERVICES);
});

it('runs each of them in containers', () => {
  const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { command?: string[] }>;
  };
  const run = Object.values(services).flatMap(({ command = [] }) => /apps\/(\w+)\//.exec(command.join(' '))?.[1] ?? []);
  expect([...new Set(run)].sort()).toEqual(SERVICES);
});
