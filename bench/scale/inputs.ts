import type { Machine } from '../machine';
import type { Round } from '../runner';
import { median } from '../statistics';
import type { Costs, Relay } from './model';

/** What `latest.json` holds of use here. */
export interface Results {
  machine: Machine;
  rounds: readonly (Omit<Round, 'node' | 'tookS'> & Partial<Round>)[];
}

/** A measured median of ours, on the version of Node.js that was measured last. @throws Error naming one that was not measured */
export function measured({ rounds }: Results, scenario: string, measure: string, system = 'ours'): number {
  const node = rounds.at(-1)?.node;
  const values = rounds
    .filter((round) => round.scenario === scenario && round.system === system && round.node === node)
    .map(({ measurements }) => measurements[measure])
    .filter((value) => value !== undefined);
  if (values.length === 0) throw new Error(`Not measured: ${measure} of ${scenario}; npm run bench`);
  return median(values);
}

/** The version of Node.js that figures are of. */
export const nodeOf = ({ rounds }: Results): string => rounds.at(-1)?.node ?? 'unknown';

/** Gateways of the last of those that were compared (`spread`), and members of its rooms. */
export const MOST_SPREAD = 8;
export const SPREAD_ROOM = 10;

/**
 * What things cost in processes that are busy, but whose copies are each a write of its own, as where people talk.
 * @throws Error naming what was not measured
 */
export function costsOf(results: Results, relay: Relay): Costs {
  const of = (scenario: string, measure: string) => measured(results, scenario, measure);
  const spread = (measure: string) => measured(results, 'spread', measure, `${relay} 1`);
  // Bare `ws` does nothing else than such writes.
  const copy = measured(results, 'fanout', '200.gateway.usPerCopy', 'ws-frame');
  const redisPerHeard = of('hear', 'redis.usPerMessage');
  return {
    gatewayPerMessage: spread('gateway.usPerMessage') - SPREAD_ROOM * copy,
    gatewayPerCopy: copy,
    gatewayPerHeard: of('hear', 'gateway.usPerMessage'),
    gatewayPerConnect: of('crowd', 'connectCpuUs'),
    messagesPerMessage: spread('messages.usPerMessage'),
    redisPerMessage: spread('redis.usPerMessage') - redisPerHeard,
    redisPerHeard,
    commandsPerMessage: of('store', 'commandsPerMessage'),
    bytesPerConnection: of('memory', 'bytesPerConnection'),
    bytesPerMessage: of('stored', 'bytesPerMessage'),
    repeatBytesPerMessage: of('stored', 'repeatsBytesPerMessage'),
  };
}
