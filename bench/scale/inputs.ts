import type { Machine } from '../machine';
import type { Round } from '../runner';
import { median } from '../statistics';
import type { Costs } from './model';

/** What `latest.json` holds of use here. */
export interface Results {
  machine: Machine;
  rounds: readonly (Omit<Round, 'node'> & Partial<Round>)[];
}

/** Sizes of the room of the fan-out, from which the cost of a message and of a copy are told apart. */
const SIZES = [50, 200, 1000, 5000];

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

/** @throws Error naming what was not measured */
export function costsOf(results: Results): Costs {
  const of = (scenario: string, measure: string) => measured(results, scenario, measure);
  const copy = slope(SIZES.map((size) => [size, of('fanout', `${size}.gateway.usPerMessage`)]));
  const redisPerHeard = of('hear', 'redis.usPerMessage');
  return {
    // Two people are in each of its rooms: both get a copy.
    gatewayPerMessage: of('store', 'gateway.usPerMessage') - 2 * copy,
    gatewayPerCopy: copy,
    gatewayPerHeard: of('hear', 'gateway.usPerMessage'),
    gatewayPerConnect: of('crowd', 'connectCpuUs'),
    messagesPerMessage: of('store', 'messages.usPerMessage'),
    // One gateway heard it.
    redisPerMessage: of('store', 'redis.usPerMessage') - redisPerHeard,
    redisPerHeard,
    commandsPerMessage: of('store', 'commandsPerMessage'),
    bytesPerConnection: of('memory', 'bytesPerConnection'),
    bytesPerMessage: of('stored', 'bytesPerMessage'),
    repeatBytesPerMessage: of('stored', 'repeatsBytesPerMessage'),
  };
}

/** Of the line through the points (least squares of the relative distance, as the larger ones would hide the smaller). */
export function slope(points: readonly (readonly [number, number])[]): number {
  const sums = { w: 0, x: 0, y: 0, xx: 0, xy: 0 };
  for (const [x, y] of points) {
    const w = 1 / y ** 2;
    sums.w += w;
    sums.x += w * x;
    sums.y += w * y;
    sums.xx += w * x * x;
    sums.xy += w * x * y;
  }
  return (sums.w * sums.xy - sums.x * sums.y) / (sums.w * sums.xx - sums.x ** 2);
}
