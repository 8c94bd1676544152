import { Load } from '../load/load';
import { saturate } from '../load/measure';
import type { Figure, Goal, Measurements, RunOptions, Scenario } from '../scenario';
import { isInstalled } from '../servers/server';
import { SERVERS } from '../systems/servers';
import { withSystem } from '../systems/start';

const SIZES = [50, 200, 1000];
const SENDERS = 20;
const MESSAGES = 120;
const rooms = SIZES.map((size) => ({ id: String(100 + size), members: Array.from({ length: size }, (_, n) => n) }));

/** The same number of messages on their way in one room. A copy of the other servers is less: nothing is checked, numbered or answered. */
async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const figures: Record<string, number> = {};
  await withSystem(name, { accounts: quick ? 200 : 1000 }, async (system) => {
    await system.makeRooms(rooms);
    const load = new Load(system);
    for (const room of rooms) {
      const size = room.members.length;
      await load.connect(room.members);
      load.use([room], () => SENDERS);
      const time = quick ? { warmUpMs: 3000, ms: 1300 } : { warmUpMs: 20_000, ms: 3000 };
      const { ms, copies, cpu } = await saturate(system, load, { window: MESSAGES * size, ...time });
      const { bench, ...all } = cpu;
      figures[`${size}.copiesPerS`] = copies / (ms / 1000);
      figures[`${size}.usPerCopy`] = (Object.values(all).reduce((sum, used) => sum + used, 0) * 1000) / copies;
      figures[`${size}.server.load`] = (all.gateway ?? Number.NaN) / ms;
      figures[`${size}.bench.load`] = (bench ?? Number.NaN) / ms;
    }
    load.close();
  });
  return figures;
}

const figure = (system: string, measure: string): Figure => ({ system, measure });

/** Copies per second, to those of each: of NATS by size, of ejabberd with its archive always. */
const TO_NATS: Readonly<Record<number, number>> = { 50: 0.25, 200: 1, 1000: 3 };
const TO_ARCHIVE = 30;
const TITLES: Readonly<Record<string, string>> = { 'ejabberd-archive': 'ejabberd with its archive' };

function goalsOf(size: number): Goal[] {
  return Object.keys(SERVERS).flatMap((server) => {
    const to = (measure: string) => ({
      ours: figure('ours', `${size}.${measure}`),
      peer: figure(server, `${size}.${measure}`),
    });
    const name = TITLES[server] ?? server;
    const atLeast = server === 'nats' ? TO_NATS[size] : server === 'ejabberd-archive' ? TO_ARCHIVE : undefined;
    const busy = { unit: 'of a core', ours: figure(server, `${size}.bench.load`) };
    return [
      { what: `room of ${size}: copies/s, to ${name}`, unit: 'copies/s', ...to('copiesPerS'), atLeast },
      { what: `room of ${size}: CPU per copy, all processes, to ${name}`, unit: 'µs', ...to('usPerCopy') },
      { what: `room of ${size}: how busy the load was with ${name}`, ...busy },
    ];
  });
}

const installed = Object.keys(SERVERS).filter((name) => isInstalled(SERVERS[name] as (typeof SERVERS)[string]));
const missing = Object.entries(SERVERS).filter(([name]) => !installed.includes(name));
const systems = ['ours', ...installed];

export const scenario: Scenario = {
  name: 'servers',
  order: 15,
  title: 'Beside servers of other protocols, one room, 20 senders, 120 messages on their way',
  systems,
  leftOut: missing.map(([name, { program }]) => `${name}: ${program} is not on the PATH`),
  rounds: 1,
  run,
  goals: SIZES.flatMap(goalsOf),
  charts: [
    {
      name: 'rate',
      title: 'Copies per second beside other servers, by the size of the room',
      unit: 'copies/s',
      groups: SIZES.map((size) => ({
        label: `${size} sockets`,
        bars: systems.map((system) => figure(system, `${size}.copiesPerS`)),
      })),
    },
  ],
};
