import { until } from '@app/testing';
import type { Heal, Occasion } from './occasion';

/** SIGKILL; starts again from its append-only file. */
export async function killRedis({ system }: Occasion): Promise<Heal> {
  await system.redis.kill();
  return () => system.redis.restart();
}

/** SIGSTOP: connections stay open, nothing is answered. */
export async function freezeRedis({ system }: Occasion): Promise<Heal> {
  await system.redis.pause();
  return () => system.redis.resume();
}

/** Ends all subscriptions and nothing else. */
export async function killSubscribers({ system }: Occasion): Promise<Heal> {
  let killed = 0;
  await until(async () => {
    killed = Number(await system.data.call('CLIENT', 'KILL', 'TYPE', 'pubsub').catch(() => 0));
    return killed > 0;
  }, 'subscribers to kill');
  return () => undefined;
}
