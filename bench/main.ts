import { runProgram } from '../scripts/lib/program.mjs';
import { say } from '../scripts/lib/terminal.mjs';
import { describeMachine } from './machine';
import { parseOptions, USAGE } from './options';
import { leaveGatewayCore } from './processes/cores';
import { keepResults } from './report/keep';
import { markdown } from './report/markdown';
import { judge } from './report/verdicts';
import { loadScenarios, runRounds } from './runner';

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return say(USAGE);
  const scenarios = loadScenarios(options.only);
  leaveGatewayCore();
  await runRounds(scenarios, options, say, (rounds) => {
    const machine = describeMachine(Math.max(...rounds.map(({ round }) => round)));
    const verdicts = judge(scenarios, rounds);
    const text = markdown(scenarios, verdicts, machine);
    say(`\n${text}`);
    const folder = keepResults({ scenarios, rounds, verdicts, machine, text }, !options.only && !options.quick);
    say(`Kept in ${folder}`);
  });
}

runProgram(main);
