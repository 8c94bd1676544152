import { runProgram } from '../../scripts/lib/program.mjs';
import { say } from '../../scripts/lib/terminal.mjs';
import { readOptions, USAGE } from './options';
import { run } from './run';

async function main(): Promise<number> {
  try {
    return (await run(readOptions(process.argv.slice(2)), say)) ? 0 : 1;
  } catch (error) {
    say(`${error instanceof Error ? error.stack : error}\n${USAGE}`);
    return 2;
  }
}

runProgram(main);
