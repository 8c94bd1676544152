import { Cluster, type ServiceProcess, startRedis, type TestRedis } from '@app/testing';
import { Random } from '../chaos/random';
import { Attackers, KINDS, type Kind } from './attackers';
import { Honest } from './honest';
import { type Figures, MemoryWatch } from './memory-watch';
import type { Options } from './options';

/** Cases between two looks at whether everything still stands. */
const BATCH = 250;
const SHARES: Record<Kind, number> = { http: 40, frames: 25, polling: 10, work: 15, envelopes: 10 };
/** Attackers ask as much as they can; how much that is has its own tests. */
const ENV = {
  LOG_LEVEL: 'warn',
  SIGN_INS_PER_NAME: '1000000',
  SIGN_INS_SLOW_AFTER: '1000000',
  WORK_MAX_LENGTH: '100000',
};

/**
 * Sends hostile cases to a whole system and looks, batch by batch, whether all its processes live, the honest are served
 * and nothing was answered or logged as a fault of its own.
 * @returns whether all of it held
 */
export async function run({ cases, seed, only }: Options, say: (line: string) => void): Promise<boolean> {
  say(`Starting the system (seed ${seed})…`);
  const redis = await startRedis();
  const probed = ['--expose-gc', '-r', require.resolve('../chaos/system/memory-probe.cjs')];
  const cluster = await Cluster.start({ redis, env: ENV, execArgv: probed });
  try {
    return await attack({ cases, seed, only, say, redis, cluster });
  } finally {
    await cluster.stop();
    await redis.stop();
  }
}

interface Stage extends Options {
  say: (line: string) => void;
  redis: TestRedis;
  cluster: Cluster;
}

async function attack({ cases, seed, only, say, redis, cluster }: Stage): Promise<boolean> {
  const random = new Random(seed);
  const processes = [...cluster.gateways, ...cluster.workers];
  const honest = await Honest.meet(cluster);
  const attackers = await Attackers.gather(cluster, await redis.connect());
  const memory = new MemoryWatch(processes);
  const kinds = random.shuffle(plan(Math.ceil(cases / BATCH)));
  const done = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  const faults: string[] = [];
  for (const [i, kind] of kinds.entries()) {
    const count = Math.min(BATCH, cases - i * BATCH);
    const fork = random.fork();
    if (!only.includes(kind)) continue;
    const before = processes.map(faultsLogged);
    const answered = await attackers.attack(kind, count, fork);
    done[kind] += count;
    const after = processes.map((process, p) => faultsLogged(process) - (before[p] ?? 0));
    const logged = kind === 'work' || kind === 'envelopes' ? [] : processes.filter((_, p) => (after[p] ?? 0) > 0);
    const found = [
      ...answered,
      ...processes.filter(({ isRunning }) => !isRunning).map(({ name }) => `${name} ended`),
      ...logged.map(({ name, logs }) => `${name} logged a fault: ${logs.match(FAULT)?.at(-1)?.slice(0, 600)}`),
      ...(await honest.complaints()),
    ];
    for (const fault of found) say(`batch ${i} (${kind}): ${fault}`);
    faults.push(...found);
    if (processes.some(({ isRunning }) => !isRunning)) break;
    await memory.sample();
    if (i % 20 === 19) say(`${(i + 1) * BATCH} cases`);
  }
  honest.leave();
  const figures = memory.figures();
  say(KINDS.map((kind) => `${kind} ${done[kind]}`).join(', '));
  for (const line of figures.map(describe)) say(line);
  const grown = figures.filter(({ isGrowing }) => isGrowing).map(({ name }) => `${name} grew`);
  say(
    faults.length + grown.length === 0
      ? `${cases} cases: everything stands`
      : `seed ${seed}: ${[...faults, ...grown].length} faults`,
  );
  for (const line of grown) say(line);
  return faults.length + grown.length === 0;
}

/** The kind of each batch: at least one of each, the others by their shares. */
function plan(batches: number): Kind[] {
  const total = Object.values(SHARES).reduce((sum, share) => sum + share, 0);
  const more = Math.max(0, batches - KINDS.length);
  const kinds = KINDS.flatMap((kind) => Array<Kind>(1 + Math.floor((SHARES[kind] * more) / total)).fill(kind));
  return [...kinds, ...Array<Kind>(Math.max(0, batches - kinds.length)).fill('http')];
}

/** Lines at pino's level 50 (error) or above. */
const FAULT = /^\{"level":[56]0.*$/gm;
const faultsLogged = ({ logs }: ServiceProcess) => logs.match(FAULT)?.length ?? 0;

function describe({ name, heap, rss }: Figures): string {
  const mib = ([from, to]: [number, number]) => `${(from / 2 ** 20).toFixed(1)} → ${(to / 2 ** 20).toFixed(1)} MiB`;
  return `${name.padEnd(12)} heap ${mib(heap)}, resident ${mib(rss)}`;
}
