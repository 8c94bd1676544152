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
import { besideBefore, everyTime, loadScenarios, runRounds } from './runner';
import { compareWith } from './systems/start';

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return say(USAGE);
  const all = options.only
    ? everyTime(loadScenarios(options.only))
    : loadScenarios().filter(({ long }) => !(options.quick && long));
  const scenarios = options.before === undefined ? all : besideBefore(everyTime(all));
  if (options.before !== undefined) compareWith(options.before);
  const nodes = options.nodes.map(findNode);
  leaveGatewayCore();
  const writeUs = await measureWrite();
  let text = '';
  let folder = '';
  await runRounds(scenarios, { ...options, nodes }, say, (rounds) => {
    const machine = describeMachine(Math.max(...rounds.map(({ round }) => round)), nodesOf(rounds), writeUs);
    const verdicts = judge(scenarios, rounds);
    text = markdown(scenarios, verdicts, machine, rounds);
    folder = keepResults(
      { scenarios, rounds, verdicts, machine, text },
      !options.only && !options.quick && options.before === undefined,
    );
  });
  say(`\n${text}`);
  say(`Kept in ${folder}`);
}

runProgram(main);
