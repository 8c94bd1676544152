import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { channelsOf } from '@app/redis';
import { Load } from '../load/load';
import { offer } from '../load/measure';
import { seededRandom } from '../load/random';
import { Child } from '../processes/child';
import type { Figure, Measurements, RunOptions, Scenario } from '../scenario';
import { withSystem } from '../systems/start';
import type { RunningSystem } from '../systems/system';

/** Light ones; beside them a real one, which all people here are on. */
const LIGHT = 200;
/** People of each room elsewhere, on any of them. */
const AUDIENCE = 50;
const PER_SECOND = 30;
/** Until each has begun. */
const HEARTBEAT_MS = 2000;
const rooms = Array.from({ length: 100 }, (_, n) => ({
  id: String(1000 + n),
  members: Array.from({ length: 10 }, (_, i) => n * 10 + i),
}));

/**
 * What Redis and gateways need for a message where there are 200 gateways: as many light ones hear what a real one would, and read it as
 * that does. Then all send themselves heartbeats, too.
 */
async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  return withSystem(name, {}, async (system) => {
    await system.makeRooms(rooms);
    const channels = channelsFor(name, system);
    const light = await startLight(name, system, channels);
    try {
      const load = new Load(system);
      await load.connect(rooms.flatMap(({ members }) => members));
      load.use(rooms, ({ members }) => members.length);
      // So few messages would warm nothing up; and more are too many for threads that share one core.
      await offer(system, load, { perSecond: 3 * PER_SECOND, warmUpMs: 0, ms: quick ? 3000 : 8000 });
      const ms = quick ? 2000 : 5000;
      const still = await measure(system, load, light, 1, ms);
      const busy = await measure(system, load, light, PER_SECOND, ms);
      light.child.send({ type: 'beat' });
      await pause(HEARTBEAT_MS);
      const beating = await measure(system, load, light, 1, ms);
      load.close();
      const perMessage = (what: 'redis' | 'light') =>
        (busy.us[what] - (still.us[what] * busy.ms) / still.ms) / (busy.sent - (still.sent * busy.ms) / still.ms);
      const heard = channels.reduce((sum, own) => sum + own.length, 0) / (name === 'sharded' ? rooms.length : 1);
      return {
        'redis.usPerMessage': perMessage('redis'),
        'light.usPerHeard': perMessage('light') / heard,
        heard: busy.heard / busy.sent,
        expected: heard,
        'redis.beats': (beating.us.redis / beating.ms - still.us.redis / still.ms) / 1000,
      };
    } finally {
      await light.end('SIGKILL');
    }
  });
}

/** What each light gateway subscribes to. */
function channelsFor(name: string, { redis }: RunningSystem): string[][] {
  if (!redis) throw new Error('nobody hears anything');
  const { messages, room } = channelsOf(redis.client);
  if (name !== 'sharded') return Array.from({ length: LIGHT }, () => [messages]);
  const random = seededRandom(11);
  const heard = Array.from({ length: LIGHT }, () => new Set<string>());
  for (const { id } of rooms)
    for (let person = 0; person < AUDIENCE; person++) heard[Math.floor(random() * LIGHT)]?.add(room(id));
  return heard.map((own) => [...own]);
}

function startLight(name: string, { redis }: RunningSystem, channels: readonly string[][]): Promise<Child> {
  return Child.node('light', 'rest', join(__dirname, '../light/gateways.cjs'), {
    REDIS_PORT: String(redis?.port),
    SUBSCRIBE: name === 'sharded' ? 'ssubscribe' : 'subscribe',
    CHANNELS: JSON.stringify(channels),
  });
}

/** CPU in µs of Redis and of all light gateways while so many messages are sent. */
async function measure(system: RunningSystem, load: Load, light: Child, perSecond: number, ms: number) {
  const heardBefore = (await light.ask<{ count: number }>({ type: 'heard?' }, 'heard')).count;
  const before = light.cpuMs;
  const result = await offer(system, load, { perSecond, warmUpMs: 0, ms });
  const us = { redis: (result.cpu.redis ?? Number.NaN) * 1000, light: (light.cpuMs - before) * 1000 };
  const { count } = await light.ask<{ count: number }>({ type: 'heard?' }, 'heard');
  return { ms: result.ms, sent: result.sent, us, heard: count - heardBefore };
}

const figure = (system: string, measure: string): Figure => ({ system, measure });

export const scenario: Scenario = {
  name: 'many',
  order: 58,
  title: `${LIGHT} light gateways`,
  systems: ['ours', 'sharded'],
  rounds: 1,
  onLast: true,
  long: true,
  run,
  goals: ['ours', 'sharded'].flatMap((system) => {
    const relay = `RELAY=${system === 'ours' ? 'messages' : system}`;
    return [
      { what: `${relay}: gateways that hear a message`, unit: '', ours: figure(system, 'heard') },
      { what: `${relay}: CPU per message, Redis`, unit: 'µs', ours: figure(system, 'redis.usPerMessage') },
      { what: `${relay}: CPU of a gateway that hears one`, unit: 'µs', ours: figure(system, 'light.usPerHeard') },
      {
        what: `${relay}: Redis' CPU for the heartbeats of all`,
        unit: 'of a core',
        ours: figure(system, 'redis.beats'),
      },
    ];
  }),
};
