import { parseArgs } from 'node:util';

export interface Options {
  cases: number;
  seed: number;
}

export const USAGE = 'npm run fuzz -- [--cases 5000] [--seed 42]';

/**
 * Reads the command line; the seed is random when none is given.
 * @throws Error naming what is wrong
 */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string', default: '5000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    },
  });
  return { cases: whole('cases', values.cases, 1250), seed: whole('seed', values.seed, 0) };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text === '' || !Number.isSafeInteger(value) || value < least) {
    throw new Error(`--${name} must be a whole number of at least ${least}`);
  }
  return value;
}
