import { runProgram } from '../scripts/lib/program.mjs';
import { say } from '../scripts/lib/terminal.mjs';
import { describeMachine } from './machine';
import { parseOptions, USAGE } from './options';
import { leaveGatewayCore } from './processes/cores';
import { findNode } from './processes/node';
import { measureWrite } from './processes/write-cost';
import { keepResults } from './report/keep';
import { markdown } from './report/markdown';
import { judge, nodesOf } from './report/verdicts';
import { besideBefore, loadScenarios, runRounds } from './runner';
import { compareWith } from './systems/start';

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return say(USAGE);
  const all = loadScenarios(options.only).filter(({ long }) => !(options.quick && long) || options.only);
  const scenarios = options.before === undefined ? all : besideBefore(all);
  if (options.before !== undefined) compareWith(options.before);
  const nodes = options.nodes.map(findNode);
  leaveGatewayCore();
  const writeUs = await measureWrite();
  await runRounds(scenarios, { ...options, nodes }, say, (rounds) => {
    const machine = describeMachine(Math.max(...rounds.map(({ round }) => round)), nodesOf(rounds), writeUs);
    const verdicts = judge(scenarios, rounds);
    const text = markdown(scenarios, verdicts, machine, rounds);
    say(`\n${text}`);
    const folder = keepResults(
      { scenarios, rounds, verdicts, machine, text },
      !options.only && !options.quick && options.before === undefined,
    );
    say(`Kept in ${folder}`);
  });
}

runProgram(main);
