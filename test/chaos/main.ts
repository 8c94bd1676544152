import { runProgram } from '../../scripts/lib/program.mjs';
import { say } from '../../scripts/lib/terminal.mjs';
import { type Options, readOptions, USAGE } from './options';
import type { FaultKind } from './plan';
import { run } from './run';
import { findFakeTime } from './system/clock';

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

// The services end when their parent is gone.
runProgram(main);
