import { parseArgs } from 'node:util';
import { KINDS, type Kind } from './attackers';

export interface Options {
  cases: number;
  seed: number;
  /** Send the cases of these kinds only, the same as in a whole run. */
  only: readonly Kind[];
}

export const USAGE = 'npm run fuzz -- [--cases 5000] [--seed 42] [--only work,http]';

/**
 * Reads the command line; the seed is random when none is given.
 * @throws Error naming what is wrong
 */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string', default: '5000' },
      only: { type: 'string', default: KINDS.join(',') },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    },
  });
  const only = values.only.split(',').map((kind) => {
    if (!KINDS.includes(kind as Kind)) throw new Error(`--only must be of ${KINDS.join(', ')}`);
    return kind as Kind;
  });
  return { cases: whole('cases', values.cases, 1250), seed: whole('seed', values.seed, 0), only };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text === '' || !Number.isSafeInteger(value) || value < least) {
    throw new Error(`--${name} must be a whole number of at least ${least}`);
  }
  return value;
}
