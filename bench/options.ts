import { parseArgs } from 'node:util';

export const USAGE = `npm run bench -- [options]

  --only NAME[,NAME]  these scenarios; what is measured is printed, and kept nowhere
  --quick             shorter and smaller, one round: a look, not a result; kept nowhere either
  --rounds N          how often everything is measured (default 3)
  --node N[,N]        on these versions of Node.js, in turn (default: that of npm); what is missing is fetched with npm
  --before FOLDER     beside a built checkout of another commit there, in turn, and with no more peers than that needs;
                      kept nowhere
  --help              this text`;

export interface Options {
  only: string[] | undefined;
  quick: boolean;
  rounds: number;
  nodes: string[];
  before: string | undefined;
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
      node: { type: 'string' },
      before: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const quick = values.quick ?? false;
  const rounds = Number(values.rounds ?? (quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number from 1');
  const nodes = values.node?.split(',') ?? [process.versions.node];
  const odd = nodes.find((version) => !/^\d+(\.\d+){0,2}$/.test(version));
  if (odd !== undefined) throw new Error(`--node ${odd} is no version of Node.js`);
  return { only: values.only?.split(','), quick, rounds, nodes, before: values.before, help: values.help ?? false };
}
