import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './checker';
import { collect } from './collect';
import { Conductor } from './conductor';
import { converge } from './converge';
import { clientsOf } from './crowd/client-release';
import { Crowd } from './crowd/crowd';
import { growthOf } from './memory';
import type { Options } from './options';
import { type FaultKind, faultKindsOn, planFaults } from './plan';
import { Random } from './random';
import type { Span } from './record';
import { type InjectedFault, interruptions, recoveries } from './recovery';
import { type Findings, table, verdict } from './report';
import { losesAll, losesTheEnd, mixesReleases, restartsAll } from './scenarios';
import { System } from './system/system';

/** Everybody chats undisturbed for so long before the first fault. */
const QUIET_MS = 3000;
const SAMPLE_MS = 5000;
/** Leave before the end, so that not everybody is online then. */
const LEAVERS = 5;
/** With `everysec` a crash may lose what was written since the last sync, which may be so old. */
const UNSYNCED_MS = 3000;
/** What a master has acknowledged its replica has within so long, on a busy machine. */
const UNREPLICATED_MS = 3000;

/** What a run has to work with. */
interface Stage {
  options: Options;
  system: System;
  crowd: Crowd;
  random: Random;
  /** Says something with the time since the beginning. */
  log: (line: string) => void;
}

/**
 * Makes one run and prints its table.
 * @param leftOut kinds of faults that this machine cannot do, and why
 * @returns whether every guarantee held, and every kind of fault that was to happen did
 */
export async function run(
  options: Options,
  leftOut: ReadonlyMap<FaultKind, string>,
  say: (line: string) => void,
): Promise<boolean> {
  const random = new Random(options.seed);
  say(`Starting the system (seed ${options.seed}, appendfsync ${options.fsync}, RELAY ${options.relay})…`);
  const previous = options.scenario === 'skew' ? process.env.PREVIOUS_RELEASE : undefined;
  const system = await System.start(options, previous);
  const sampler = setInterval(() => system.sampleMemory(), SAMPLE_MS);
  let crowd: Crowd | undefined;
  try {
    crowd = await Crowd.gather(system.url, system.data, options.clients, random.fork(), clientsOf(previous));
    const began = performance.now();
    const log = (line: string) => say(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
    const stage = { options, system, crowd, random, log };
    const { injected, mayBeLost } = await play(stage, leftOut);
    await settle(stage, mayBeLost.length > 0);
    const findings = await judge(stage, injected, mayBeLost, leftOut);
    if (options.keepLogs) keepRecord(system, findings);
    const never = missing(options, injected, leftOut);
    say(`\n${table(findings)}\n\n${verdict(options.seed, findings.violations)}`);
    if (never.length > 0) say(`Never happened: ${never.join(', ')}`);
    return findings.violations.length === 0 && never.length === 0;
  } finally {
    clearInterval(sampler);
    crowd?.end();
    await system.stop(options.keepLogs);
    if (options.keepLogs) say(`Logs and record: ${system.folder}`);
  }
}

/** Everybody chats while things break. */
async function play(
  { options, system, crowd, random, log }: Stage,
  leftOut: ReadonlyMap<FaultKind, string>,
): Promise<{ injected: InjectedFault[]; mayBeLost: Span[] }> {
  crowd.connect();
  crowd.start();
  log(`${crowd.everybody.length} clients in ${crowd.rooms.length} rooms begin`);
  const { scenario, minutes, fsync } = options;
  if (scenario === 'flushall') return { injected: [], mayBeLost: [await losesAll(system, log)] };
  if (scenario === 'truncated') return { injected: [], mayBeLost: [await losesTheEnd(system, random, log)] };
  if (scenario === 'rolling' || scenario === 'skew') {
    await (scenario === 'skew' ? mixesReleases : restartsAll)(system, log);
    return { injected: [], mayBeLost: [] };
  }
  const conductor = new Conductor(system, random.fork(), log);
  const plan = planFaults(random.fork(), minutes * 60_000, faultKindsOn(options.redis)).filter(
    ({ kind }) => !leftOut.has(kind),
  );
  await conductor.run(plan.map((fault) => ({ ...fault, startMs: fault.startMs + QUIET_MS })));
  const { injected } = conductor;
  const crashes = fsync === 'everysec' ? injected.filter(({ kind }) => kind === 'Redis killed') : [];
  const unsynced = crashes.map(({ from }) => ({ from: from - UNSYNCED_MS, to: from }));
  return { injected, mayBeLost: [...unsynced, ...unreplicated(options, injected)] };
}

/**
 * When what was acknowledged may be lost with a master whose replica took over: none of what a replica had before. A server that was frozen
 * takes writes until it hears that it is a master no more.
 */
function unreplicated({ redis, wait }: Options, injected: readonly InjectedFault[]): Span[] {
  if (wait > 0 || redis === 'standalone') return [];
  const failovers: readonly FaultKind[] = ['master killed', 'master frozen', 'Redis killed', 'Redis frozen'];
  return injected
    .filter(({ kind }) => failovers.includes(kind))
    .map(({ kind, from, to }) => ({ from: from - UNREPLICATED_MS, to: kind === 'master killed' ? from : to }));
}

/** All is healed: it comes to rest. */
async function settle({ system, crowd, log }: Stage, mayHaveLost: boolean): Promise<void> {
  await crowd.stop();
  log('all is healed, nobody sends any more');
  for (const missed of await converge(system, crowd, LEAVERS, mayHaveLost)) log(`waited in vain for ${missed}`);
  log('everything is at rest');
}

async function judge(
  { system, crowd }: Stage,
  faults: readonly InjectedFault[],
  mayBeLost: readonly Span[],
  leftOut: ReadonlyMap<FaultKind, string>,
): Promise<Findings> {
  const failing = faults.filter(({ kind }) => kind === 'handler throws');
  const record = await collect(system, crowd, { mayBeLost, failing });
  const spans = crowd.users.map((user) => interruptions(user.log, user.offline));
  return {
    record,
    faults,
    leftOut,
    recoveries: recoveries(faults, spans),
    interruptions: spans,
    delays: crowd.users.flatMap(({ delays }) => delays),
    memory: system.members.map(({ name, process }) => {
      const life = process.memory.reduce((longest, one) => (one.length > longest.length ? one : longest), []);
      return { name, rss: life.at(-1)?.rss ?? 0, growth: growthOf(life) };
    }),
    violations: check(record),
  };
}

function keepRecord({ folder, members }: System, { record, faults }: Findings): void {
  const memory = members.map(({ name, process }) => ({ name, lives: process.memory }));
  const clients = record.clients.map((client) => ({ ...client, views: Object.fromEntries(client.views ?? []) }));
  writeFileSync(join(folder, 'record.json'), JSON.stringify({ ...record, clients, faults, memory }, null, 1));
}

/** Kinds that were to happen and did not. */
function missing(
  { scenario, redis }: Options,
  injected: readonly InjectedFault[],
  leftOut: ReadonlyMap<FaultKind, string>,
): FaultKind[] {
  if (scenario !== 'faults') return [];
  return faultKindsOn(redis).filter((kind) => !leftOut.has(kind) && injected.every((fault) => fault.kind !== kind));
}
