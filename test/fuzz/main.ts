import { readOptions, USAGE } from './options';
import { run } from './run';

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  try {
    return (await run(readOptions(process.argv.slice(2)), say)) ? 0 : 1;
  } catch (error) {
    say(`${error instanceof Error ? error.stack : error}\n${USAGE}`);
    return 2;
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

void main().then((code) => process.exit(code));
