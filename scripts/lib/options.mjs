import { parseArgs } from 'node:util';
import { Refusal } from './terminal.mjs';

const MOST = 64;

export const USAGE = `npm start -- [options]

  --gateways N   gateway processes (default 2); with 1 there is no front before it
  --services N   processes of each other service (default 1)
  --help         this text

Settings are environment variables; README.md lists them.`;

/**
 * @param {string[]} args
 * @returns {{ gateways: number, services: number, help: boolean }}
 * @throws Refusal naming a bad one
 */
export function parseOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: { gateways: { type: 'string' }, services: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }));
  } catch (error) {
    throw new Refusal(`${error.message}\n\n${USAGE}`);
  }
  return {
    gateways: count('gateways', values.gateways ?? '2'),
    services: count('services', values.services ?? '1'),
    help: values.help ?? false,
  };
}

function count(name, text) {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > MOST) {
    throw new Refusal(`--${name} must be a whole number from 1 to ${MOST}`);
  }
  return number;
}
