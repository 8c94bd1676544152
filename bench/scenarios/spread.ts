import { setTimeout as pause } from 'node:timers/promises';
import { Load } from '../load/load';
import { offer, saturate, stretch } from '../load/measure';
import type { Figure, Goal, Measurements, RunOptions, Scenario } from '../scenario';
import { withSystem } from '../systems/start';
import type { BenchRoom } from '../systems/system';

/** Messages; so few that nothing waits and each copy is written by itself, as where people talk. */
const PER_SECOND = 300;
const CALM_MS = 1000;
const PEOPLE = 1000;
const SIZE = 10;
const LARGER = 40;
const MOST = 8;
const GATEWAYS = [1, 2, 4, MOST];
const RELAYS: Readonly<Record<string, string>> = { messages: 'ours', sharded: 'sharded' };

/** Everybody is in one room of that size, whose people are all on the same gateway. */
const roomsOf = (size: number): BenchRoom[] =>
  Array.from({ length: PEOPLE / size }, (_, n) => ({
    id: String(size * 1000 + n),
    members: Array.from({ length: size }, (_, i) => n * size + i),
  }));

/** The same messages to the same people on more and more gateways. @param name `{relay} {gateways}` */
async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const [relay = '', count = ''] = name.split(' ');
  const gateways = Number(count);
  const [rooms, larger] = [roomsOf(SIZE), roomsOf(LARGER)];
  const figures: Record<string, number> = {};
  await withSystem(RELAYS[relay] ?? '', { gateways, accounts: PEOPLE }, async (system) => {
    await system.makeRooms([...rooms, ...larger]);
    const load = new Load(system);
    // People of a larger room share a gateway, and so do those of the rooms of ten within it.
    await load.connect(
      larger.flatMap(({ members }) => members),
      (person) => Math.floor(person / LARGER) % gateways,
    );
    load.use(rooms, ({ members }) => members.length);
    // So few messages would warm nothing up.
    await saturate(system, load, { window: 3200, warmUpMs: quick ? 3000 : 8000, ms: 500 });
    const time = { perSecond: PER_SECOND, warmUpMs: 500, ms: quick ? 2000 : 4000 };
    // What they do while nobody talks is not a message's.
    await pause(CALM_MS);
    const still = await stretch(system, load, quick ? 1500 : 3000);
    figures['still.gateway'] = (still.cpu.gateway ?? Number.NaN) / still.ms / gateways;
    const measure = async (prefix: string) => {
      const { ms, sent, cpu } = await offer(system, load, time);
      for (const [what, used] of Object.entries(cpu)) {
        const own = used - ((still.cpu[what] ?? 0) * ms) / still.ms;
        figures[`${prefix}${what}.usPerMessage`] = (own * 1000) / sent;
      }
    };
    await measure('');
    if (gateways === 1) {
      load.use(larger, ({ members }) => members.length);
      await measure('larger.');
      const [few = NaN, many = NaN] = ['', 'larger.'].map((size) => figures[`${size}gateway.usPerMessage`]);
      figures['gateway.usPerCopy'] = (many - few) / (LARGER - SIZE);
    }
    load.close();
  });
  return figures;
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
    {
      what: `RELAY=${relay}: CPU of an idle gateway, with ${MOST} of them`,
      unit: 'of a core',
      ...to(MOST, 'still.gateway'),
      peer: undefined,
    },
    { what: `RELAY=${relay}: CPU of a copy that is written by itself`, unit: 'µs', ...to(1, 'gateway.usPerCopy') },
  ];
}

export const scenario: Scenario = {
  name: 'spread',
  order: 57,
  title: `More gateways for the same work: ${PER_SECOND} messages/s, rooms of ${SIZE} whose people share a gateway`,
  systems: Object.keys(RELAYS).flatMap((relay) => GATEWAYS.map((gateways) => `${relay} ${gateways}`)),
  rounds: 1,
  onLast: true,
  long: true,
  run,
  goals: Object.keys(RELAYS).flatMap(goalsOf),
};
