import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { useNode } from './processes/node';
import type { Goal, Measurements, RunOptions, Scenario } from './scenario';

const FOLDER = join(__dirname, 'scenarios');

/** What one system's round gave. */
export interface Round {
  scenario: string;
  system: string;
  round: number;
  /** Whole version of the Node.js that it ran on. */
  node: string;
  /** How long it took, start and end included. */
  tookS: number;
  measurements: Measurements;
}

/**
 * Every scenario there is, in the report's order, or those of these names.
 * @throws Error naming one that does not exist
 */
export function loadScenarios(only?: readonly string[]): Scenario[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
  const all = files.map((file) => (require(join(FOLDER, file)) as { scenario: Scenario }).scenario);
  all.sort((a, b) => a.order - b.order);
  const unknown = only?.find((name) => !all.some((scenario) => scenario.name === name));
  if (unknown) throw new Error(`No scenario ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);
  return all.filter(({ name }) => !only || only.includes(name));
}

/** The same scenarios, measured in every round and on every version: what was asked for by name. */
export function everyTime(scenarios: readonly Scenario[]): Scenario[] {
  return scenarios.map(({ rounds: _, once: __, onLast: ___, ...scenario }) => scenario);
}

/** The same scenarios of ours alone and of ours before, which stands in the place of each goal's peer. */
export function besideBefore(scenarios: readonly Scenario[]): Scenario[] {
  return scenarios.map(({ charts: _, ...scenario }) => ({
    ...scenario,
    // What comes before ours may be what ours is measured by.
    systems: [...scenario.systems.slice(0, scenario.systems.indexOf('ours') + 1), 'before'],
    goals: onceEach(scenario.goals).map(({ what, unit, ours }) => ({
      what: what.replace(/, to \(\w\)$/, ''),
      unit,
      ours,
      peer: { ...ours, system: 'before' },
    })),
  }));
}

/** A goal for each figure of ours. */
function onceEach(goals: readonly Goal[]): Goal[] {
  const measured = goals.filter(({ ours }) => ours.system === 'ours');
  return measured.filter(({ ours }, i) => measured.findIndex((goal) => goal.ours.measure === ours.measure) === i);
}

/**
 * Measures: in each round every scenario, and in each scenario every system, one after the other.
 * @param tell is called before each
 * @param keep is given all that there is after each scenario, so that a run cut short leaves something
 */
export async function runRounds(
  scenarios: readonly Scenario[],
  { rounds, quick, nodes }: { rounds: number; quick: boolean; nodes: readonly { path: string; version: string }[] },
  tell: (what: string) => void,
  keep: (results: readonly Round[]) => void,
): Promise<void> {
  const results: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const scenario of scenarios.filter(({ rounds: most = rounds }) => round <= most)) {
      for (const { path, version: node } of scenario.onLast ? nodes.slice(-1) : nodes) {
        useNode(path);
        for (const system of systemsOf(scenario, round)) {
          tell(`round ${round} of ${rounds}, Node.js ${node}, ${scenario.name}: ${system}`);
          const began = performance.now();
          const measurements = await runOnce(scenario, system, { quick, round });
          const tookS = (performance.now() - began) / 1000;
          results.push({ scenario: scenario.name, system, round, node, tookS, measurements });
        }
      }
      keep(results);
    }
  }
}

/** Those that are measured in that round. */
function systemsOf({ systems, once = [] }: Scenario, round: number): readonly string[] {
  return round === 1 ? systems : systems.filter((system) => !once.includes(system));
}

async function runOnce(scenario: Scenario, system: string, options: RunOptions): Promise<Measurements> {
  try {
    return await scenario.run(system, options);
  } catch (error) {
    throw new Error(`${scenario.name} of ${system}, round ${options.round}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
