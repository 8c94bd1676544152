import { join } from 'node:path';
import { keys } from '@app/redis';
import { CALLS, DemoClient } from '../load/demo-client';
import { Child } from '../processes/child';
import type { BenchRedis } from '../processes/redis';
import type { Figure, Goal, Measurements, RunOptions, Scenario } from '../scenario';
import { median, quantile } from '../statistics';
import { fillHistory } from '../systems/history';
import { withSystem } from '../systems/start';

/** Clients that sign in at once, and how often all of them do in a round. */
const AT_ONCE = { 1: 60, 8: 16, 32: 6 } as const;
const ROUNDS = 7;
const PEOPLE = 32;
/** Everybody has a private room with so many on either side, and General. */
const NEIGHBOURS = 4;
const MESSAGES = 200;
const PASSWORD = 'password of the bench';
/** Clients are connected long before it is their turn. */
const WAIT_MS = '600000';
const ENV = { DEMO_ROUTES: 'true', DEMO_PRELOAD: 'true', KEEP_ALIVE_MS: WAIT_MS, REQUEST_TIMEOUT_MS: WAIT_MS };
/** Both are measured in turn, over the same database. */
const SERVERS = ['ours', 'demo'] as const;

const PARTS = ['p50', 'p99'] as const;

type Server = (typeof SERVERS)[number];

async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  return withSystem(name, { accounts: PEOPLE, env: ENV }, async (system) => {
    if (!system.redis) throw new Error('nothing to keep a history in');
    await fill(system.redis);
    const demo = await Child.node('demo', 'gateway', join(__dirname, '../peers/demo.ts'), {
      REDIS_PORT: String(system.redis.port),
    });
    const ports = { ours: system.gateways[0]?.port ?? 0, demo: demo.port };
    const open = (server: Server) => Promise.all(Array.from({ length: PEOPLE }, () => DemoClient.open(ports[server])));
    const clients = { ours: await open('ours'), demo: await open('demo') };
    try {
      await checkSame(clients);
      return await measure(clients, quick ? 3 : ROUNDS);
    } finally {
      for (const client of [...clients.ours, ...clients.demo]) client.close();
      await demo.end('SIGKILL');
    }
  });
}

/** @throws Error when the two answer differently */
async function checkSame(clients: Clients): Promise<void> {
  const answers = await Promise.all(
    SERVERS.map((server) => clients[server][0]?.signIn('bench-0', PASSWORD, () => undefined)),
  );
  if (answers[0] !== answers[1]) throw new Error(`Not the same answers: ${answers.join('\n')}`);
}

type Clients = Readonly<Record<Server, readonly DemoClient[]>>;

/** Both in turn, so that what disturbs one disturbs the other; p50 and p99 of each round, medians of the rounds. */
async function measure(clients: Clients, rounds: number): Promise<Record<string, number>> {
  const figures: Record<string, number[]> = {};
  for (let round = 0; round <= rounds; round++) {
    for (const [atOnce, times] of Object.entries(AT_ONCE)) {
      const ms: Record<string, number[]> = {};
      for (let n = 0; n < times; n++) {
        const order = (n + round) % 2 === 0 ? SERVERS : [...SERVERS].reverse();
        for (const server of order) await signInAll(clients[server].slice(0, Number(atOnce)), server, ms);
      }
      // The first one warms up.
      if (round === 0) continue;
      for (const [call, values] of Object.entries(ms)) {
        for (const part of [50, 99]) {
          const figure = `${call}.${atOnce}.p${part}`;
          figures[figure] = [...(figures[figure] ?? []), quantile(values, part / 100)];
        }
      }
    }
  }
  return Object.fromEntries(Object.entries(figures).map(([measure, values]) => [measure, median(values)]));
}

async function signInAll(clients: readonly DemoClient[], server: Server, ms: Record<string, number[]>) {
  await Promise.all(
    clients.map((client, person) =>
      client.signIn(`bench-${person}`, PASSWORD, (call, took) => {
        const key = `${server}.${call}`;
        ms[key] ??= [];
        ms[key].push(took);
      }),
    ),
  );
  await Promise.all(clients.map((client) => client.signOut()));
}

/** General, and a ring of people who talk to those beside them. */
export async function fill(redis: BenchRedis): Promise<void> {
  await redis.client.set(keys.roomName('0'), 'General');
  await fillHistory(redis, '0', '1', MESSAGES);
  for (let one = 1; one <= PEOPLE; one++) {
    for (let step = 1; step <= NEIGHBOURS; step++) {
      const other = ((one - 1 + step) % PEOPLE) + 1;
      const roomId = [one, other].sort((a, b) => a - b).join(':');
      await fillHistory(redis, roomId, String(one), MESSAGES);
      for (const id of [one, other]) await redis.client.sadd(keys.userRooms(String(id)), roomId);
    }
  }
  // As the gateway that let them in would have it.
  for (let id = 1; id <= PEOPLE; id++) {
    await redis.client.sadd(keys.onlineUsers, id);
    await redis.client.hset(keys.onlineNames, id, (await redis.client.hget(keys.user(String(id)), 'username')) ?? '');
  }
}

const figure = (measure: string): Figure => ({ system: 'ours', measure });

function goal(call: string, atOnce: string, part: string, atMost?: number): Goal {
  return {
    what: `${call === 'burst' ? 'all of it' : call}, ${atOnce} at once: ${part}, to the demo's`,
    unit: 'ms',
    ours: figure(`ours.${call}.${atOnce}.${part}`),
    peer: figure(`demo.${call}.${atOnce}.${part}`),
    ...(atMost !== undefined && { atMost }),
  };
}

export const scenario: Scenario = {
  name: 'demo-routes',
  order: 86,
  title: "What the demo's client asks for when somebody signs in",
  systems: ['ours'],
  rounds: 1,
  onLast: true,
  run,
  goals: [
    ...(['burst', 'messages'] as const).flatMap((call) =>
      Object.keys(AT_ONCE).flatMap((atOnce) => PARTS.map((part) => goal(call, atOnce, part, 1.2))),
    ),
    ...CALLS.filter((call) => call !== 'burst' && call !== 'messages').flatMap((call) =>
      PARTS.map((part) => goal(call, '8', part)),
    ),
  ],
};
