import { parseArgs } from 'node:util';
import { REDIS_KINDS, type RedisKind } from '../../scripts/lib/test/redis-kinds.mjs';
import type { Fsync, Relay } from './system/system';

export const SCENARIOS = ['faults', 'flushall', 'truncated', 'rolling', 'skew'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface Options {
  scenario: Scenario;
  /** How long faults are injected. */
  minutes: number;
  seed: number;
  fsync: Fsync;
  /** What the system runs on. */
  redis: RedisKind;
  /** The setting STORE_WAIT_REPLICAS. */
  wait: number;
  /** The setting RELAY; `mixed`: sharded for the second process of each service. */
  relay: Relay;
  clients: number;
  /** Keep the processes' logs, and say where. */
  keepLogs: boolean;
}

export const USAGE =
  'npm run chaos -- [--minutes 5] [--seed 42] [--fsync always|everysec] [--redis standalone|cluster|sentinel] [--wait 0] [--relay messages|sharded|mixed] [--scenario faults|flushall|truncated|rolling|skew] [--previous REF] [--clients 50] [--keep-logs]';

/**
 * Reads the command line; what is not given has a default, the seed a random one.
 * @throws Error naming what is wrong
 */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
      fsync: { type: 'string', default: 'always' },
      redis: { type: 'string', default: 'standalone' },
      wait: { type: 'string', default: '0' },
      relay: { type: 'string', default: 'messages' },
      scenario: { type: 'string', default: 'faults' },
      clients: { type: 'string', default: '50' },
      // Read where it is built (run.mjs).
      previous: { type: 'string' },
      'keep-logs': { type: 'boolean', default: false },
    },
  });
  const redis = oneOf('redis', REDIS_KINDS, values.redis);
  const scenario = oneOf('scenario', SCENARIOS, values.scenario);
  if (redis !== 'standalone' && (scenario === 'flushall' || scenario === 'truncated')) {
    throw new Error(`--scenario ${scenario} is for --redis standalone`);
  }
  return {
    scenario,
    redis,
    wait: number('wait', values.wait, 0),
    minutes: number('minutes', values.minutes, 0.5),
    seed: number('seed', values.seed, 0),
    fsync: oneOf('fsync', ['always', 'everysec'] as const, values.fsync),
    relay: oneOf('relay', ['messages', 'sharded', 'mixed'] as const, values.relay),
    clients: number('clients', values.clients, 12),
    keepLogs: values['keep-logs'],
  };
}

function number(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < least) {
    throw new Error(`--${name} must be a number of at least ${least}`);
  }
  return value;
}

function oneOf<T extends string>(name: string, allowed: readonly T[], text: string): T {
  const found = allowed.find((value) => value === text);
  if (!found) throw new Error(`--${name} must be one of ${allowed.join(', ')}`);
  return found;
}
