import { Load } from '../load/load';
import { saturate } from '../load/measure';
import type { Figure, Goal, Measurements, RunOptions, Scenario } from '../scenario';
import { withSystem } from '../systems/start';

/** Messages whose copies may be on their way, by how many hear each. */
const ON_THEIR_WAY: Readonly<Record<number, number>> = { 50: 128, 200: 128, 1000: 64, 5000: 24 };
const SIZES = [50, 200, 1000, 5000];
const QUICK = [50, 200, 1000];
const PEERS = ['socket-io', 'socket-io-streams', 'ws-frame', 'ws-buffer'];

async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const figures: Record<string, number> = {};
  const sizes = quick ? QUICK : SIZES;
  const rooms = sizes.map((size) => ({ id: String(100 + size), members: Array.from({ length: size }, (_, n) => n) }));
  await withSystem(name, { accounts: quick ? 200 : 1000 }, async (system) => {
    await system.makeRooms(rooms);
    const load = new Load(system);
    for (const room of rooms) {
      const size = room.members.length;
      await load.connect(room.members);
      const messages = ON_THEIR_WAY[size] ?? 32;
      load.use([room], () => Math.min(size, messages));
      const window = messages * size;
      const time = quick ? { warmUpMs: 4000, ms: 1300 } : { warmUpMs: 20_000, ms: 3000 };
      const { ms, copies, sent, cpu, first } = await saturate(system, load, { window, ...time });
      if (room === rooms[0]) {
        for (const [what, used] of Object.entries(first.cpu))
          figures[`first.${what}.usPerMessage`] = (used * 1000) / first.sent;
      }
      figures[`${size}.copiesPerS`] = copies / (ms / 1000);
      for (const [what, used] of Object.entries(cpu)) {
        figures[`${size}.${what}.usPerCopy`] = (used * 1000) / copies;
        figures[`${size}.${what}.usPerMessage`] = (used * 1000) / sent;
        figures[`${size}.${what}.load`] = used / ms;
      }
    }
    load.close();
  });
  return figures;
}

const ours = (measure: string): Figure => ({ system: 'ours', measure });

/** Copies per second, to those of (a). */
const GOALS: Readonly<Record<number, number>> = { 50: 4, 200: 12, 1000: 20, 5000: 18 };

/** CPU of a stored message of a small room, and how much of that on an older Node.js than 24. */
const BUDGET = { gateway: 60, messages: 30, redis: 30 };
const BEFORE_24 = 1.25;

function goalsOf(size: number): Goal[] {
  const few = size === 50;
  const rate = { unit: 'copies/s', ours: ours(`${size}.copiesPerS`) };
  const cost = { unit: 'µs', ours: ours(`${size}.gateway.usPerCopy`) };
  const of = (system: string, { measure }: Figure) => ({ system, measure });
  return [
    { what: `room of ${size}: copies/s, to (a)`, ...rate, peer: of('socket-io', rate.ours), atLeast: GOALS[size] },
    { what: `room of ${size}: copies/s, to (b)`, ...rate, peer: of('socket-io-streams', rate.ours) },
    {
      what: `room of ${size}: copies/s, to (d)`,
      ...rate,
      peer: of('ws-frame', rate.ours),
      ...(!few && { atLeast: 4 }),
    },
    { what: `room of ${size}: copies/s, to (e)`, ...rate, peer: of('ws-buffer', rate.ours) },
    {
      what: `room of ${size}: gateway CPU per copy, to (a)`,
      ...cost,
      peer: of('socket-io', cost.ours),
      atMost: few ? 0.12 : 1 / 12,
    },
    { what: `room of ${size}: gateway CPU per copy, to (d)`, ...cost, peer: of('ws-frame', cost.ours) },
    { what: `room of ${size}: gateway CPU per copy, to (e)`, ...cost, peer: of('ws-buffer', cost.ours) },
    ...Object.entries(BUDGET).map(([what, us]) => ({
      what: `room of ${size}: CPU per message, ${what}`,
      unit: 'µs',
      ours: ours(`${size}.${what}.usPerMessage`),
      ...(few && { atMost: us, atMostBefore24: us * BEFORE_24 }),
    })),
  ];
}

export const scenario: Scenario = {
  name: 'fanout',
  order: 10,
  title: 'Fan-out at saturation, one room',
  systems: ['ours', ...PEERS],
  once: ['socket-io-streams', 'ws-frame', 'ws-buffer'],
  run,
  goals: SIZES.flatMap(goalsOf),
  charts: [
    {
      name: 'rate',
      title: 'Copies per second in one room, by its size',
      unit: 'copies/s',
      groups: SIZES.map((size) => ({
        label: `${size} sockets`,
        bars: ['ours', ...PEERS].map((system) => ({ system, measure: `${size}.copiesPerS` })),
      })),
    },
    {
      name: 'cpu',
      title: "Server's CPU time per copy in one room, by its size",
      unit: 'µs',
      groups: SIZES.map((size) => ({
        label: `${size} sockets`,
        bars: ['ours', ...PEERS].map((system) => ({ system, measure: `${size}.gateway.usPerCopy` })),
      })),
    },
  ],
};
