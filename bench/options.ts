import { parseArgs } from 'node:util';

export const USAGE = `npm run bench -- [options]

  --only NAME[,NAME]  these scenarios; what is measured is printed, and kept nowhere
  --quick             shorter and smaller, one round: a look, not a result; kept nowhere either
  --rounds N          how often everything is measured (default 3)
  --help              this text`;

export interface Options {
  only: string[] | undefined;
  quick: boolean;
  rounds: number;
  help: boolean;
}

/** @throws Error naming what cannot be used */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean' },
      rounds: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const quick = values.quick ?? false;
  const rounds = Number(values.rounds ?? (quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number from 1');
  return { only: values.only?.split(','), quick, rounds, help: values.help ?? false };
}
