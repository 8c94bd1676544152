import { keys } from '@app/redis';
import { until } from '@app/testing';
import { LIMITS, MESSAGES_USER, type System } from '../system/system';
import type { Heal, Occasion } from './occasion';

/** Queries whose caller has given up long before anybody reads them. */
const JUNK = JSON.stringify([{ pattern: 'messages.heads', data: { roomIds: ['0'] }, id: 'x', ttlMs: 1 }]);
/** Generous, for a busy machine. */
const REDIS_MS = 300_000;

/** Both replicas stand still while a flood fills their stream: callers hear `overloaded`. */
export async function fillStream({ system }: Occasion): Promise<Heal> {
  const stream = keys.work('messages');
  const replicas = system.of('messages');
  for (const { process } of replicas) await until(() => process.pause(), 'a replica to run', REDIS_MS);
  await persistently(async () => {
    for (let length = await system.data.xlen(stream); length <= LIMITS.streamLength; length++) {
      await system.data.xadd(stream, '*', 'requests', JUNK);
    }
  });
  return () => {
    for (const { process } of replicas) process.resume();
  };
}

/**
 * Every handler of the messages service throws: its Redis user may not touch rooms any more, so its scripts fail with
 * NOPERM, while it goes on to read its stream. The product needs no hook for it.
 */
export async function denyMessages({ system }: Occasion): Promise<Heal> {
  await grant(system, '~work:*', '~events:*', '~{work:*', '~{events:*', '~epoch');
  return () => grant(system, '~*');
}

function grant({ data }: System, ...patterns: string[]): Promise<void> {
  return persistently(() => data.call('ACL', 'SETUSER', MESSAGES_USER.name, 'resetkeys', ...patterns));
}

/** Redis may be away just now. */
async function persistently(action: () => Promise<unknown>): Promise<void> {
  const attempt = async () => {
    try {
      await action();
      return true;
    } catch {
      return false;
    }
  };
  await until(attempt, 'Redis to do it', REDIS_MS);
}
