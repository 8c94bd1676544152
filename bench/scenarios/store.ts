import { Load } from '../load/load';
import { saturate } from '../load/measure';
import type { Figure, Measurements, RunOptions, Scenario } from '../scenario';
import { quantile } from '../statistics';
import { withSystem } from '../systems/start';

const ROOMS = 100;
const MEMBERS = 2;
/** Messages that wait for their answer. */
const UNANSWERED = 100;

async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const rooms = Array.from({ length: ROOMS }, (_, n) => ({
    id: String(1000 + n),
    members: Array.from({ length: MEMBERS }, (_, member) => n * MEMBERS + member),
  }));
  return withSystem(name, { accounts: ROOMS * MEMBERS }, async (system) => {
    await system.makeRooms(rooms);
    const load = new Load(system);
    await load.connect(rooms.flatMap(({ members }) => members));
    load.use(rooms, () => MEMBERS);
    load.noteLatencies('answers');
    const before = system.redis ? await system.redis.commands() : 0;
    const { ms, answered, cpu, first } = await saturate(system, load, {
      window: UNANSWERED,
      by: 'answers',
      warmUpMs: quick ? 4000 : 20_000,
      ms: quick ? 1500 : 3000,
    });
    const commands = system.redis ? (await system.redis.commands()) - before : Number.NaN;
    const figures: Record<string, number> = {
      messagesPerS: answered / (ms / 1000),
      commandsPerMessage: commands / load.sent,
      p50: quantile(load.latencies, 0.5),
      p99: quantile(load.latencies, 0.99),
    };
    for (const [what, used] of Object.entries(cpu)) figures[`${what}.usPerMessage`] = (used * 1000) / answered;
    figures.usPerMessage = ['gateway', 'messages', 'redis'].reduce(
      (sum, what) => sum + (figures[`${what}.usPerMessage`] ?? NaN),
      0,
    );
    for (const [what, used] of first.answered > 0 ? Object.entries(first.cpu) : [])
      figures[`first.${what}.usPerMessage`] = (used * 1000) / first.answered;
    load.close();
    return figures;
  });
}

const ours = (measure: string): Figure => ({ system: 'ours', measure });
const nest = (measure: string): Figure => ({ system: 'nest', measure });
const both = (measure: string) => ({ ours: ours(measure), peer: nest(measure) });

export const scenario: Scenario = {
  name: 'store',
  order: 40,
  title: 'Accepted and stored, into many small rooms',
  systems: ['ours', 'nest'],
  run,
  goals: [
    { what: 'messages/s stored and acknowledged, to (c)', unit: 'messages/s', ...both('messagesPerS'), atLeast: 1.8 },
    { what: 'CPU per message, all three processes, to (c)', unit: 'µs', ...both('usPerMessage'), atMost: 0.5 },
    { what: 'p50 of the acknowledgement, 100 waiting, to (c)', unit: 'ms', ...both('p50') },
    { what: 'p99 of the acknowledgement, 100 waiting, to (c)', unit: 'ms', ...both('p99') },
    {
      what: "Redis' commands per stored message, those of scripts included",
      unit: '',
      ours: ours('commandsPerMessage'),
      atMost: 10,
    },
    { what: 'CPU per message, gateway, to (c)', unit: 'µs', ...both('gateway.usPerMessage') },
    { what: 'CPU per message, messages service, to (c)', unit: 'µs', ...both('messages.usPerMessage') },
    { what: 'CPU per message, Redis, to (c)', unit: 'µs', ...both('redis.usPerMessage') },
    ...['gateway', 'messages'].map((what) => ({
      what: `CPU per message in the first second, ${what}, to (c)`,
      unit: 'µs',
      ...both(`first.${what}.usPerMessage`),
    })),
  ],
  charts: [
    {
      name: 'rate',
      title: 'Messages stored and acknowledged per second',
      unit: 'messages/s',
      groups: [{ label: '100 rooms of 2', bars: [ours('messagesPerS'), nest('messagesPerS')] }],
    },
  ],
};
