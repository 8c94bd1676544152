// @ts-check
import { spawn } from 'node:child_process';
import { Process } from '../process.mjs';

/** What a Redis is called on the PATH, and its image. */
export const PROGRAMS = ['redis-server', 'valkey-server'];
export const IMAGE = 'redis:8-bookworm';

/** @typedef {{ port: number, folder: string, args?: readonly string[] }} Settings */

/**
 * A private Redis of tests and benches as a process on this machine alone; resolves when it serves.
 * @template {Process} [P=Process]
 * @param {Settings} settings its port; the folder of its files; more of its command line
 * @param {string} [program]
 * @param {(program: string, args: string[]) => P} [launch]
 * @returns {Promise<P>}
 * @throws Error with its last words when it ends instead
 */
export async function startRedisProcess({ port, folder, args = [] }, program = 'redis-server', launch = plain) {
  const own = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
  const redis = launch(program, [...own, ...args]);
  await redis.says(/ready to accept connections/i);
  return redis;
}

/** @type {(program: string, args: string[]) => any} */
const plain = (program, args) => new Process('Redis', spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
