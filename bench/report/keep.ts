import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Machine } from '../machine';
import type { Round } from '../runner';
import type { Scenario } from '../scenario';
import { barChart } from './svg';
import { figuresOf, nodesOf, type Verdict } from './verdicts';

const RESULTS = join(__dirname, '../results');

export interface Results {
  scenarios: readonly Scenario[];
  rounds: readonly Round[];
  verdicts: readonly Verdict[];
  machine: Machine;
  text: string;
}

/**
 * Writes `latest.json`, `latest.md` and the charts.
 * @param isWhole else it is a look at a part, which goes to a folder that is not committed
 * @returns the folder
 */
export function keepResults({ scenarios, rounds, verdicts, machine, text }: Results, isWhole: boolean): string {
  const folder = isWhole ? RESULTS : join(RESULTS, 'partial');
  mkdirSync(folder, { recursive: true });
  const json = {
    machine,
    goals: verdicts.map(({ scenario, node, goal, ...rest }) => ({ scenario, node, ...goal, ...rest })),
    rounds,
  };
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(json, null, 2)}\n`);
  writeFileSync(join(folder, 'latest.md'), text);
  for (const { name, charts = [] } of scenarios) {
    for (const chart of charts) {
      const svg = barChart(chart, nodesOf(rounds), (node) => figuresOf(rounds, name, node), where(machine));
      if (svg) writeFileSync(join(folder, `${name}-${chart.name}.svg`), svg);
    }
  }
  return relative(process.cwd(), folder);
}

/** What a chart says of the machine. */
function where({ cpu, cores, nodes, date, commit }: Machine): string {
  return `${cpu}, ${cores} cores, Node.js ${nodes.join(' and ')}, ${date}, commit ${commit}`;
}
