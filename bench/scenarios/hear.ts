import { setTimeout as pause } from 'node:timers/promises';
import { channelsOf } from '@app/redis';
import type { Child } from '../processes/child';
import type { BenchRedis } from '../processes/redis';
import type { Figure, Measurements, RunOptions, Scenario } from '../scenario';
import { HUNDRED_BYTES } from '../systems/history';
import { withSystem } from '../systems/start';

const BATCH = 100;
/** So many that each comes by itself. */
const ALONE_PER_S = 500;
const ROOM = '999';

/** What a message costs a gateway where nobody is in its room: each hears every one, unless rooms have channels of their own. */
async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  return withSystem(name, { accounts: 1 }, async (system) => {
    const [gateway] = system.gateways;
    if (!gateway || !system.redis) throw new Error('nobody hears anything');
    const { messages, room } = channelsOf(system.redis.client);
    const told = name === 'sharded' ? (['SPUBLISH', room(ROOM)] as const) : (['PUBLISH', messages] as const);
    await publish(system.redis, told, 1, BATCH * 50);
    const before = { gateway: gateway.cpuMs, redis: system.redis.process.cpuMs };
    const count = BATCH * (quick ? 200 : 1000);
    await publish(system.redis, told, BATCH * 50 + 1, count);
    const busy = costOf(gateway, system.redis, before, count);
    const ms = quick ? 2000 : 5000;
    const warm = await publishAlone(system.redis, told, count + BATCH * 50 + 1, ms);
    // What they do while nothing comes is not a message's.
    const still = { gateway: gateway.cpuMs, redis: system.redis.process.cpuMs };
    await pause(ms);
    const idle = costOf(gateway, system.redis, still, 1);
    const then = { gateway: gateway.cpuMs, redis: system.redis.process.cpuMs };
    const began = performance.now();
    const alone = await publishAlone(system.redis, told, warm + count + BATCH * 50 + 1, ms);
    const all = costOf(gateway, system.redis, then, 1);
    const part = (performance.now() - began) / ms;
    const single = {
      gateway: (all.gateway - idle.gateway * part) / alone,
      redis: (all.redis - idle.redis * part) / alone,
    };
    return {
      'gateway.usPerMessage': busy.gateway,
      'redis.usPerMessage': busy.redis,
      'alone.gateway.usPerMessage': single.gateway,
      'alone.redis.usPerMessage': single.redis,
    };
  });
}

function costOf(gateway: Child, redis: BenchRedis, before: { gateway: number; redis: number }, count: number) {
  return {
    gateway: ((gateway.cpuMs - before.gateway) * 1000) / count,
    redis: ((redis.process.cpuMs - before.redis) * 1000) / count,
  };
}

/** One after the other, at a fixed rate. @returns how many */
async function publishAlone(
  { client }: BenchRedis,
  [command, channel]: readonly [command: string, channel: string],
  from: number,
  ms: number,
): Promise<number> {
  const began = performance.now();
  for (let n = 0; ; n++) {
    const waitMs = began + (n * 1000) / ALONE_PER_S - performance.now();
    if (n * 1000 >= ms * ALONE_PER_S) return n;
    if (waitMs > 0) await pause(waitMs);
    await client.call(command, channel, envelope(from + n));
  }
}

/** Announces messages as the messages service's script does. */
async function publish(
  { client }: BenchRedis,
  [command, channel]: readonly [command: string, channel: string],
  from: number,
  count: number,
): Promise<void> {
  for (let seq = from; seq < from + count; seq += BATCH) {
    await Promise.all(Array.from({ length: BATCH }, (_, n) => client.call(command, channel, envelope(seq + n))));
  }
}

function envelope(seq: number): string {
  const micros = 1_700_000_000_000_000 + seq;
  const message = { id: `${ROOM}-${seq}-${micros}`, seq, from: '1', date: micros / 1e6, message: HUNDRED_BYTES };
  const data = { ...message, roomId: ROOM, clientId: `bench-${String(seq).padStart(14, '0')}` };
  const header = { to: { room: ROOM }, id: message.id, seq, date: message.date };
  return JSON.stringify({ v: 2, serverId: 'bench:store', type: 'message', ...header, data });
}

const ours = (measure: string): Figure => ({ system: 'ours', measure });
const sharded = (measure: string): Figure => ({ system: 'sharded', measure });

export const scenario: Scenario = {
  name: 'hear',
  order: 55,
  title: 'A message of a room in which nobody of the gateway is',
  systems: ['ours', 'sharded'],
  rounds: 1,
  run,
  goals: [
    { what: 'CPU per message, gateway', unit: 'µs', ours: ours('gateway.usPerMessage') },
    { what: 'CPU per message, Redis', unit: 'µs', ours: ours('redis.usPerMessage') },
    { what: 'each by itself: CPU per message, gateway', unit: 'µs', ours: ours('alone.gateway.usPerMessage') },
    { what: 'each by itself: CPU per message, Redis', unit: 'µs', ours: ours('alone.redis.usPerMessage') },
    { what: 'RELAY=sharded: CPU per message, gateway', unit: 'µs', ours: sharded('gateway.usPerMessage'), atMost: 1 },
    { what: 'RELAY=sharded: CPU per message, Redis', unit: 'µs', ours: sharded('redis.usPerMessage') },
  ],
};
