import { Load } from '../load/load';
import { saturate } from '../load/measure';
import type { Figure, Goal, Measurements, RunOptions, Scenario } from '../scenario';
import { withSystem } from '../systems/start';
import type { BenchRoom } from '../systems/system';

interface Place {
  gateways: number;
  rooms: BenchRoom[];
  /** Copies on their way. */
  window: number;
}

const range = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n);

/** Everybody in one room, where each message is heard by the one gateway that there is; and rooms whose people share a gateway. */
const PLACES: Readonly<Record<string, Place>> = {
  fifty: { gateways: 1, rooms: [{ id: '150', members: range(0, 50) }], window: 6400 },
  apart: {
    gateways: 4,
    rooms: range(0, 100).map((n) => ({ id: String(1000 + n), members: range(n * 10, 10) })),
    window: 6400,
  },
};

async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const figures: Record<string, number> = {};
  for (const [place, { gateways, rooms, window }] of Object.entries(PLACES)) {
    await withSystem(name, { gateways, accounts: 1000 }, async (system) => {
      await system.makeRooms(rooms);
      const load = new Load(system);
      const people = rooms.flatMap(({ members }) => members);
      await load.connect(people, (person) => Math.floor(person / 10) % gateways);
      load.use(rooms, ({ members }) => members.length);
      const time = quick ? { warmUpMs: 4000, ms: 2000 } : { warmUpMs: 20_000, ms: 3000 };
      const { ms, copies, sent, cpu } = await saturate(system, load, { window, ...time });
      figures[`${place}.copiesPerS`] = copies / (ms / 1000);
      for (const [what, used] of Object.entries(cpu)) figures[`${place}.${what}.usPerMessage`] = (used * 1000) / sent;
      load.close();
    });
  }
  return figures;
}

const figure = (system: string, measure: string): Figure => ({ system, measure });

function goalsOf(place: string, what: string): Goal[] {
  const beside = (measure: string) => ({
    ours: figure('sharded', `${place}.${measure}`),
    peer: figure('ours', `${place}.${measure}`),
  });
  return [
    { what: `${what}: copies/s`, unit: 'copies/s', ...beside('copiesPerS') },
    ...['gateway', 'messages', 'redis'].map((process) => ({
      what: `${what}: CPU per message, ${process}`,
      unit: 'µs',
      ...beside(`${process}.usPerMessage`),
    })),
  ];
}

export const scenario: Scenario = {
  name: 'relays',
  order: 56,
  title: 'RELAY=sharded beside RELAY=messages (ratios: sharded to messages)',
  systems: ['ours', 'sharded'],
  rounds: 1,
  onLast: true,
  long: true,
  run,
  goals: [
    ...goalsOf('fifty', 'room of 50, one gateway'),
    ...goalsOf('apart', '100 rooms of 10 on four gateways, each on one'),
  ],
};
