import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROTOCOL_VERSION, SERVICES } from '@app/contracts';
import { keys } from '@app/redis';
import { UNLIMITED } from '../../scripts/lib/unlimited.mjs';
import { clientFrame } from '../load/frames';
import { Child } from '../processes/child';
import { BenchRedis } from '../processes/redis';
import { clientIdOf } from './peers';
import { keepSeed, register, type Seed, seedOf } from './people';
import type { BenchRoom, RunningSystem, StartOptions } from './system';

const ROOT = join(__dirname, '../..');
const ACCOUNTS = 1000;
/** What is measured is the system, not its limits. */
const ENV = {
  ...UNLIMITED,
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  SESSION_SECRET: 'a secret for the bench only',
  SEAL_SECRET: 'another secret for the bench only',
  LOG_LEVEL: 'warn',
  REGISTRATION: 'open',
  SEND_QUEUE_MAX: '100000',
  LARGE_CALLS: '1000000',
  LARGE_CALLS_WAITING: '1000000',
  // A busy machine is slow, not wrong.
  WORK_TIMEOUT_MS: '30000',
};

/** Starts redis-chat as it was built, on a database with people in it. */
export async function startOurs(options: StartOptions, root = ROOT): Promise<RunningSystem> {
  const count = options.accounts ?? ACCOUNTS;
  const seed = seedOf(root, count) ?? (await makeSeed(root, count));
  const redis = await BenchRedis.start(seed.folder);
  const { services, gateways, startGateway } = await startProcesses(root, redis, options);
  const cookieOf = (person: number) => ({ cookie: seed.people[person % count]?.cookie ?? '' });

  return {
    name: 'ours',
    gateways,
    others: { redis: redis.process, ...services },
    redis,
    okAnswer: '[{"ok":true',
    makeRooms: (rooms) => makeRooms(redis, seed, rooms),
    handshake: (person, gateway = 0) => ({
      port: gateways[gateway]?.port ?? 0,
      path: '/socket.io/?EIO=4&transport=websocket',
      headers: cookieOf(person),
      connectPacket: `40{"protocol":${PROTOCOL_VERSION}}`,
      readyPacket: '42["hello"',
    }),
    message: (roomId, text, mark) => {
      const sent = JSON.stringify({ roomId, message: text, clientId: clientIdOf(mark) });
      return clientFrame(`42${mark}["message",${sent}]`);
    },
    headers: cookieOf,
    async restartGateway(n) {
      gateways[n] = await startGateway(n, gateways[n]?.port);
    },
    async stop() {
      await Promise.all([...gateways, ...Object.values(services)].map((child) => child.end('SIGKILL')));
      await redis.stop();
    },
  };
}

async function startProcesses(root: string, redis: BenchRedis, options: StartOptions) {
  const start = (app: string, place: 'gateway' | 'rest', env: Record<string, string>) =>
    Child.node(app, options.pinned === false ? 'all' : place, join(root, 'dist/apps', app, 'src/main.js'), {
      ...ENV,
      REDIS_ENDPOINT_URL: redis.url,
      CLIENT_DIR: join(root, 'client/dist'),
      ...options.env,
      ...env,
    });
  const startGateway = (n: number, port = 0) =>
    start('gateway', 'gateway', { GATEWAY_ID: `gateway-${n + 1}`, PORT: String(port) });
  const services = Object.fromEntries(
    await Promise.all(SERVICES.map(async (app) => [app, await start(app, 'rest', {})] as const)),
  );
  const numbers = Array.from({ length: options.gateways ?? 1 }, (_, n) => n);
  const gateways = await Promise.all(numbers.map((n) => startGateway(n)));
  return { services, gateways, startGateway };
}

/** Registers the people once; each later start begins with a copy of that database. */
async function makeSeed(root: string, count: number): Promise<Seed> {
  const redis = await BenchRedis.start();
  const { services, gateways } = await startProcesses(root, redis, {});
  const people = await register(`http://127.0.0.1:${gateways[0]?.port}`, count);
  await Promise.all([...gateways, ...Object.values(services)].map((child) => child.end()));
  await redis.stop(true);
  const seed = keepSeed(root, redis.folder, people);
  rmSync(redis.folder, { recursive: true, force: true });
  return seed;
}

/** Named rooms as the rooms service would have them: nobody can make one through the API yet. */
async function makeRooms({ client }: BenchRedis, { people }: Seed, rooms: readonly BenchRoom[]): Promise<void> {
  for (const { id, members } of rooms) {
    const pipeline = client.pipeline();
    const ids = [...new Set(members.map((person) => people[person % people.length]?.id ?? ''))];
    pipeline.hset(keys.roomMembers(id), Object.fromEntries(ids.map((userId) => [userId, 'member'])));
    pipeline.set(keys.roomName(id), `Room ${id}`);
    for (const userId of ids) {
      pipeline.sadd(keys.userRooms(userId), id);
      pipeline.incr(keys.userRoomsVersion(userId));
    }
    await pipeline.exec();
  }
}
