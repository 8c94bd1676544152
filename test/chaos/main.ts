import { type Options, readOptions, USAGE } from './options';
import type { FaultKind } from './plan';
import { run } from './run';
import { findFakeTime } from './system/clock';

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    return 2;
  }
  const leftOut = new Map<FaultKind, string>();
  if (!findFakeTime()) leftOut.set('clock off', 'libfaketime is not installed');
  const held = await run(options, leftOut, say);
  // Nobody reads there what was left out.
  return held && (leftOut.size === 0 || process.env.CI !== 'true') ? 0 : 1;
}

// What runs on the exit of this process ends Redis; the services end when their parent is gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(`The run itself failed: ${error instanceof Error ? error.stack : error}`);
    process.exit(1);
  },
);
