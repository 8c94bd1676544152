import { Load } from '../load/load';
import { saturate } from '../load/measure';
import type { Figure, Goal, Measurements, RunOptions, Scenario } from '../scenario';
import { withSystem } from '../systems/start';
import type { BenchRoom } from '../systems/system';

/** Rooms of each gateway; each has one message on its way, so that each copy is a write of its own. */
const ROOMS = 12;
const SIZE = 10;
const GATEWAYS = [1, 2, 4, 8];
const RELAYS: Readonly<Record<string, string>> = { messages: 'ours', sharded: 'sharded' };

/** Everybody is in one room, whose people are all on the same gateway. */
const roomsOf = (gateways: number): BenchRoom[] =>
  Array.from({ length: ROOMS * gateways }, (_, n) => ({
    id: String(1000 + n),
    members: Array.from({ length: SIZE }, (_, i) => n * SIZE + i),
  }));

/** As many messages on their way at each of more and more gateways. @param name `{relay} {gateways}` */
async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const [relay = '', count = ''] = name.split(' ');
  const gateways = Number(count);
  const rooms = roomsOf(gateways);
  return withSystem(RELAYS[relay] ?? '', { gateways }, async (system) => {
    await system.makeRooms(rooms);
    const load = new Load(system);
    await load.connect(
      rooms.flatMap(({ members }) => members),
      (person) => Math.floor(person / SIZE) % gateways,
    );
    load.use(rooms, ({ members }) => members.length);
    const time = quick ? { warmUpMs: 5000, ms: 1500 } : { warmUpMs: 15_000, ms: 3000 };
    const { sent, cpu } = await saturate(system, load, { window: rooms.length * SIZE, ...time });
    load.close();
    return Object.fromEntries(
      Object.entries(cpu).map(([what, used]) => [`${what}.usPerMessage`, (used * 1000) / sent]),
    );
  });
}

const figure = (relay: string, gateways: number, measure: string): Figure => ({
  system: `${relay} ${gateways}`,
  measure,
});

function goalsOf(relay: string): Goal[] {
  const to = (gateways: number, measure: string) => ({
    ours: figure(relay, gateways, measure),
    ...(gateways > 1 && { peer: figure(relay, 1, measure) }),
  });
  return [
    ...GATEWAYS.flatMap((gateways) =>
      ['gateway', 'redis', 'messages'].map((what) => ({
        what: `RELAY=${relay}, ${gateways} gateways: CPU per message, ${what === 'gateway' ? 'all gateways' : what}${gateways > 1 ? ', to one' : ''}`,
        unit: 'µs',
        ...to(gateways, `${what}.usPerMessage`),
      })),
    ),
  ];
}

export const scenario: Scenario = {
  name: 'spread',
  order: 57,
  title: `More and more gateways, ${ROOMS} rooms of ${SIZE} at each`,
  systems: Object.keys(RELAYS).flatMap((relay) => GATEWAYS.map((gateways) => `${relay} ${gateways}`)),
  rounds: 1,
  onLast: true,
  long: true,
  run,
  goals: Object.keys(RELAYS).flatMap(goalsOf),
};
