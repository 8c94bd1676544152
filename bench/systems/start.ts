import { resolve } from 'node:path';
import { startOurs } from './ours';
import { PEERS, startPeer } from './peers';
import { SERVERS, startServer } from './servers';
import type { RunningSystem, StartOptions } from './system';

let before: string | undefined;

/** Has a built checkout there be the system `before`. */
export function compareWith(folder: string): void {
  before = resolve(folder);
}

/**
 * Starts a system by its name, fresh, and waits until it serves.
 * @throws Error when there is none of that name
 */
export function startSystem(name: string, options: StartOptions = {}): Promise<RunningSystem> {
  if (name === 'ours') return startOurs(options);
  if (name === 'sharded') return startOurs({ ...options, env: { ...options.env, RELAY: 'sharded' } });
  if (name === 'before' && before) return startOurs(options, before);
  const server = SERVERS[name];
  if (server) return startServer(name, server);
  const peer = PEERS[name];
  if (!peer) throw new Error(`No system ${name}`);
  return startPeer(name, peer, options);
}

/** Starts a system, lets it be measured, and stops it whatever happens. */
export async function withSystem<T>(
  name: string,
  options: StartOptions,
  use: (system: RunningSystem) => Promise<T>,
): Promise<T> {
  const system = await startSystem(name, options);
  try {
    return await use(system);
  } finally {
    await system.stop();
  }
}
