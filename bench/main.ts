import { parseOptions, USAGE } from './options';
import { settleIn } from './processes/cores';
import { loadScenarios, runRounds } from './runner';

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return say(USAGE);
  const scenarios = loadScenarios(options.only);
  settleIn();
  const rounds = await runRounds(scenarios, options, say);
  for (const round of rounds) say(JSON.stringify(round, null, 1));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().then(
  () => process.exit(),
  (error: Error) => {
    say(error.stack ?? error.message);
    process.exit(1);
  },
);
