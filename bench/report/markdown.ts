import type { Machine } from '../machine';
import type { Round } from '../runner';
import type { Scenario } from '../scenario';
import type { Verdict } from './verdicts';

/** The report as people read it: one table for each scenario and version of Node.js. */
export function markdown(
  scenarios: readonly Scenario[],
  verdicts: readonly Verdict[],
  machine: Machine,
  rounds: readonly Round[],
): string {
  const tables = scenarios.flatMap(({ name, title, leftOut = [] }) =>
    machine.nodes.flatMap((version) => {
      const rows = verdicts.filter(({ scenario, node }) => scenario === name && node === version).map(row);
      if (rows.length === 0) return [];
      const missing = leftOut.length > 0 ? `\nLeft out: ${leftOut.join('; ')}.\n` : '';
      return `## ${title}, on Node.js ${version}\n\n${HEAD}\n${rows.join('\n')}\n${missing}`;
    }),
  );
  return `# Measured\n\n${describe(machine)}\n\n${tables.join('\n')}\n${times(scenarios, rounds)}`;
}

/** How long each scenario took. */
function times(scenarios: readonly Scenario[], rounds: readonly Round[]): string {
  const minutes = (some: readonly Round[]) => shown(some.reduce((sum, { tookS }) => sum + tookS, 0) / 60);
  const each = scenarios.map(({ name }) => `${name} ${minutes(rounds.filter(({ scenario }) => scenario === name))}`);
  return `Minutes that it took: ${minutes(rounds)} (${each.join(', ')}).\n`;
}

const HEAD = '| | ours | peer | ratio (or figure): median, spread | goal | met |\n|---|--:|--:|--:|--:|---|';

function row({ goal, ours, peer, measured, isMet }: Verdict): string {
  const scale = peer === undefined ? ` ${goal.unit}` : ' ×';
  const { median, min, max } = measured;
  const spread = min === max ? '' : ` (${shown(min)} to ${shown(max)})`;
  const cells = [
    goal.what,
    `${shown(ours)} ${goal.unit}`,
    peer === undefined ? '' : `${shown(peer)} ${goal.unit}`,
    `${shown(median)}${scale}${spread}`,
    bound(goal, scale),
    isMet === undefined ? '' : isMet ? 'yes' : '**no**',
  ];
  return `| ${cells.join(' | ')} |`;
}

function bound({ atLeast, atMost }: Verdict['goal'], scale: string): string {
  if (atLeast !== undefined) return `≥ ${shown(atLeast)}${scale}`;
  return atMost === undefined ? '' : `≤ ${shown(atMost)}${scale}`;
}

/** Three digits that count, thousands apart. */
export function shown(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const [whole = '', part] = value.toFixed(Math.min(digits, 6)).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ' ');
  const rest = part?.replace(/0+$/, '');
  return rest ? `${grouped}.${rest}` : grouped;
}

function describe({
  cpu,
  cores,
  memoryGiB,
  kernel,
  nodes,
  writeUs,
  redis,
  pinned,
  rounds,
  date,
  commit,
}: Machine): string {
  return (
    `${date}, commit ${commit}, ${rounds} rounds. ${cpu}, ${cores} cores, ${memoryGiB} GiB; Linux ${kernel}, Node.js ${nodes.join(' and ')}, Redis ${redis}; ` +
    `a bare write to a socket of this machine costs ${shown(writeUs)} µs; ` +
    `${pinned ? 'one gateway alone on the first core, everything else on the others' : 'nothing pinned'}.`
  );
}
