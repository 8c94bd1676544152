import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runProgram } from '../../scripts/lib/program.mjs';
import { say } from '../../scripts/lib/terminal.mjs';
import { describeMachine } from '../machine';
import { measureWrite } from '../processes/write-cost';
import { compareWith, withSystem } from '../systems/start';
import type { BenchRoom, RunningSystem } from '../systems/system';
import { Crowd } from './crowd';
import { growthOf, type MemorySample, sampleMemory } from './memory';
import { parseOptions, type SoakOptions, USAGE } from './options';
import { cpuTable, growthTable } from './report';

const ACCOUNTS = 300;
const GATEWAYS = 2;
const ROOMS = 20;
const MEMBERS = 30;
const SAMPLE_MS = 10_000;
const LONGEST_WARM_UP_MS = 600_000;
const FOLDER = join(__dirname, '../results/partial');

/** Everybody is in two of these. */
const rooms: BenchRoom[] = Array.from({ length: ROOMS }, (_, n) => ({
  id: String(3000 + n),
  members: Array.from({ length: MEMBERS }, (_, i) => (n * (ACCOUNTS / ROOMS) + i) % ACCOUNTS),
}));

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return say(USAGE);
  if (options.before !== undefined) compareWith(options.before);
  if (options.snapshots !== undefined) mkdirSync(options.snapshots, { recursive: true });
  const machine = describeMachine(1, [process.versions.node], await measureWrite());
  const system = options.before === undefined ? 'ours' : 'before';
  // Nothing is measured but memory: everything runs wherever there is room.
  await withSystem(system, { accounts: ACCOUNTS, gateways: GATEWAYS, pinned: false }, async (running) => {
    await running.makeRooms(rooms);
    const result = await soak(running, options);
    mkdirSync(FOLDER, { recursive: true });
    const file = join(FOLDER, 'soak.json');
    writeFileSync(file, `${JSON.stringify({ machine, options, ...result })}\n`);
    say(`Kept in ${relative(process.cwd(), file)}`);
  });
}

async function soak(system: RunningSystem, { minutes, people, snapshots }: SoakOptions) {
  const crowd = new Crowd(system, ACCOUNTS);
  const samples: MemorySample[] = [];
  const began = performance.now();
  const lastsMs = minutes * 60_000;
  const warmMs = Math.min(lastsMs / 6, LONGEST_WARM_UP_MS);
  let used = new Map<string, number>();
  crowd.start(people);
  for (let n = 1; n * SAMPLE_MS <= lastsMs; n++) {
    await pause(began + n * SAMPLE_MS - performance.now());
    samples.push(...(await sampleMemory(system)));
    const isWarm = n === Math.ceil(warmMs / SAMPLE_MS);
    if (isWarm) used = cpuOf(system);
    // A snapshot takes memory itself, which has to be given back before what counts begins.
    if (n === Math.ceil(warmMs / 2 / SAMPLE_MS) && snapshots !== undefined)
      await takeSnapshots(system, snapshots, 'warm');
    if (n % 60 === 0) tell(samples, began + warmMs, n * SAMPLE_MS);
  }
  const cpu = cpuTable(used, cpuOf(system), lastsMs - warmMs);
  await crowd.end();
  if (snapshots !== undefined) await takeSnapshots(system, snapshots, 'end');
  const growth = growthOf(samples, began + warmMs);
  const counts = Object.fromEntries([...crowd.counts].sort());
  say(
    `\n${growthTable(growth)}\n\n${cpu}\n\n${Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ')}`,
  );
  return { growth, counts, samples };
}

function tell(samples: readonly MemorySample[], fromMs: number, atMs: number): void {
  say(`after ${atMs / 60_000} minutes\n${growthTable(growthOf(samples, fromMs))}`);
}

function cpuOf({ gateways, others }: RunningSystem): Map<string, number> {
  const named = [...gateways.map((child, n) => [`gateway ${n + 1}`, child] as const), ...Object.entries(others)];
  return new Map(named.map(([name, child]) => [name, child.cpuMs]));
}

async function takeSnapshots({ gateways, others }: RunningSystem, folder: string, when: string): Promise<void> {
  for (const [n, child] of gateways.entries())
    await child.heapSnapshot(join(folder, `gateway-${n + 1}-${when}.heapsnapshot`));
  for (const [name, child] of Object.entries(others))
    if (name !== 'redis') await child.heapSnapshot(join(folder, `${name}-${when}.heapsnapshot`));
}

runProgram(main);
