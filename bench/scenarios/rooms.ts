import { Load } from '../load/load';
import { saturate } from '../load/measure';
import { seededRandom, shuffled, weighted } from '../load/random';
import type { Figure, Goal, Measurements, RunOptions, Scenario } from '../scenario';
import { withSystem } from '../systems/start';
import type { BenchRoom } from '../systems/system';

const PEOPLE = 1000;
/** Copies on their way: so many that somebody always has to wait, whatever is being measured. */
const WINDOW = 6400;

interface Mix {
  rooms: BenchRoom[];
  /** Which room is written to next. */
  pick?: () => number;
}

const everybody = Array.from({ length: PEOPLE }, (_, person) => person);

/** Everybody is in one room of ten, each written to in turn. */
function tens(): Mix {
  const rooms = Array.from({ length: PEOPLE / 10 }, (_, n) => ({
    id: String(1000 + n),
    members: everybody.slice(n * 10, n * 10 + 10),
  }));
  return { rooms };
}

/** A team: the nth of 200 rooms has 500/n members (2 at least), and some rooms are busy, most are quiet, whatever their size. */
function zipf(): Mix {
  const random = seededRandom(7);
  const rooms = Array.from({ length: 200 }, (_, n) => ({
    id: String(2000 + n),
    members: shuffled(everybody, random).slice(0, Math.max(2, Math.round(500 / (n + 1)))),
  }));
  const busy = shuffled(
    rooms.map((_, n) => 1 / (n + 1)),
    random,
  );
  return { rooms, pick: weighted(busy, random) };
}

const MIXES: Readonly<Record<string, () => Mix>> = { tens, zipf };

async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const figures: Record<string, number> = {};
  for (const [mix, create] of Object.entries(MIXES)) {
    const { rooms, pick } = create();
    await withSystem(name, {}, async (system) => {
      await system.makeRooms(rooms);
      const load = new Load(system);
      await load.connect(everybody);
      load.use(rooms, ({ members }) => members.length);
      const time = quick ? { warmUpMs: 4000, ms: 1500 } : { warmUpMs: 20_000, ms: 3000 };
      const { ms, copies, sent, cpu } = await saturate(system, load, { window: WINDOW, pick, ...time });
      figures[`${mix}.copiesPerS`] = copies / (ms / 1000);
      figures[`${mix}.messagesPerS`] = sent / (ms / 1000);
      for (const [what, used] of Object.entries(cpu)) {
        figures[`${mix}.${what}.usPerCopy`] = (used * 1000) / copies;
        figures[`${mix}.${what}.load`] = used / ms;
      }
      load.close();
    });
  }
  return figures;
}

const figure = (system: string, measure: string): Figure => ({ system, measure });

function goalsOf(mix: string, what: string, atLeast: number, atMost: number): Goal[] {
  const to = (measure: string) => ({ ours: figure('ours', measure), peer: figure('socket-io', measure) });
  return [
    { what: `${what}: copies/s, to (a)`, unit: 'copies/s', ...to(`${mix}.copiesPerS`), atLeast },
    { what: `${what}: gateway CPU per copy, to (a)`, unit: 'µs', ...to(`${mix}.gateway.usPerCopy`), atMost },
  ];
}

export const scenario: Scenario = {
  name: 'rooms',
  order: 20,
  title: 'Many rooms, 1,000 sockets',
  systems: ['ours', 'socket-io'],
  run,
  goals: [...goalsOf('tens', '100 rooms of 10', 1.6, 0.5), ...goalsOf('zipf', 'the mix of a team (Zipf)', 1.2, 0.7)],
  charts: [
    {
      name: 'rate',
      title: 'Copies per second in many rooms, 1,000 sockets',
      unit: 'copies/s',
      groups: [
        { label: '100 rooms of 10', bars: ['ours', 'socket-io'].map((system) => figure(system, 'tens.copiesPerS')) },
        { label: 'the mix of a team', bars: ['ours', 'socket-io'].map((system) => figure(system, 'zipf.copiesPerS')) },
      ],
    },
  ],
};
