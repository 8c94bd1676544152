import { join } from 'node:path';
import { keys, Script } from '@app/redis';
import { BenchRedis } from '../processes/redis';
import type { Figure, Measurements, RunOptions, Scenario } from '../scenario';
import { HUNDRED_BYTES } from '../systems/history';

/** The script that the messages service stores with. */
const APPEND = Script.load(join(__dirname, '../../apps/messages/src'), 'append');
const ROOM = '1000';
const PEOPLE = 50;
const BATCH = 500;
const DAY_MS = 86_400_000;

interface Stored {
  bytesPerMessage: number;
  repeatsBytesPerMessage?: number;
}

async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const redis = await BenchRedis.start();
  try {
    const fill = name === 'ours' ? fillOurs : fillDemo;
    return { ...(await fill(redis, quick ? 20_000 : 200_000)) };
  } finally {
    await redis.stop();
  }
}

/** Through the messages service's own script; then without what it keeps for a day to know repetitions. */
async function fillOurs(redis: BenchRedis, count: number): Promise<Stored> {
  const { client } = redis;
  const empty = await usedBytes(redis);
  await inBatches(count, (seq) => {
    // As the web client makes them.
    const clientId = seq.toString(16).padStart(32, '0');
    const from = userOf(seq);
    const room = [keys.room(ROOM), keys.roomHead(ROOM), keys.roomMembers(ROOM), keys.roomSent(ROOM, from, clientId)];
    const limits = [1_000_000, DAY_MS, 0];
    const message = ['in', from, clientId, JSON.stringify(HUNDRED_BYTES), '', 0, 1];
    return APPEND.run(client, room, [1, ROOM, DAY_MS, 'MESSAGES', 'bench:store', '', ...limits, ...message]);
  });
  const all = await usedBytes(redis);
  await inBatches(count, (seq) => client.del(keys.roomSent(ROOM, userOf(seq), seq.toString(16).padStart(32, '0'))));
  const rest = await usedBytes(redis);
  return { bytesPerMessage: (rest - empty) / count, repeatsBytesPerMessage: (all - rest) / count };
}

/** As the demo stores it. */
async function fillDemo(redis: BenchRedis, count: number): Promise<Stored> {
  const empty = await usedBytes(redis);
  const second = Math.floor(Date.now() / 1000);
  await inBatches(count, (seq) => {
    const date = second + seq;
    const stored = { from: userOf(seq), date, message: HUNDRED_BYTES, roomId: ROOM };
    return redis.client.zadd(keys.room(ROOM), date, JSON.stringify(stored));
  });
  return { bytesPerMessage: ((await usedBytes(redis)) - empty) / count };
}

async function inBatches(count: number, send: (seq: number) => Promise<unknown>): Promise<void> {
  for (let from = 1; from <= count; from += BATCH) {
    const size = Math.min(BATCH, count - from + 1);
    await Promise.all(Array.from({ length: size }, (_, n) => send(from + n)));
  }
}

/** What the data occupy; what waits for the disk or a client does not count. */
async function usedBytes({ client }: BenchRedis): Promise<number> {
  const text = await client.info('memory');
  const [used = 0, file = 0, clients = 0] = ['used_memory', 'mem_aof_buffer', 'mem_clients_normal'].map((name) =>
    Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1]),
  );
  return used - file - clients;
}

const userOf = (seq: number) => String(1 + (seq % PEOPLE));
const ours = (measure: string): Figure => ({ system: 'ours', measure });

export const scenario: Scenario = {
  name: 'stored',
  order: 86,
  title: "Redis' memory per stored message of 100 bytes",
  systems: ['ours', 'demo'],
  rounds: 1,
  onLast: true,
  long: true,
  run,
  goals: [
    {
      what: "ids and seq included, to the demo's form",
      unit: 'bytes',
      ours: ours('bytesPerMessage'),
      peer: { system: 'demo', measure: 'bytesPerMessage' },
      atMost: 1.3,
    },
    {
      what: 'what recognises a repetition, for 24 h, beside that',
      unit: 'bytes',
      ours: ours('repeatsBytesPerMessage'),
    },
  ],
};
