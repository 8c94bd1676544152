import { parseArgs } from 'node:util';

export const USAGE = `npm run bench:soak -- [options]

  --minutes N         how long the load lasts (default 60); the first sixth, ten minutes at most, is warm-up
  --people N          how many are there at any time (default 40)
  --snapshots FOLDER  heap snapshots of each process there, half way through the warm-up and at the end
  --before FOLDER     the built system of another checkout
  --help              this text`;

export interface SoakOptions {
  minutes: number;
  people: number;
  snapshots: string | undefined;
  before: string | undefined;
  help: boolean;
}

/** @throws Error naming what cannot be used */
export function parseOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '60' },
      people: { type: 'string', default: '40' },
      snapshots: { type: 'string' },
      before: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { minutes, people, ...rest } = values;
  return {
    snapshots: rest.snapshots,
    before: rest.before,
    help: rest.help,
    minutes: positive('minutes', minutes),
    people: positive('people', people),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0`);
  return value;
}
