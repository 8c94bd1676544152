import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FETCHED = join(__dirname, '../../node_modules/.cache/bench-node');

let program = process.execPath;

/** What the measured systems run on. */
export const nodeProgram = (): string => program;

/** Has the systems that are started from now on run on another Node.js. @param path its program */
export function useNode(path: string): void {
  program = path;
}

/**
 * Finds a Node.js by its version or the beginning of one; another one than this is fetched with npm, once.
 * @returns its program and whole version
 * @throws Error when npm has none of that version
 */
export function findNode(version: string): { path: string; version: string } {
  const own = process.versions.node;
  if (own === version || own.startsWith(`${version}.`)) return { path: process.execPath, version: own };
  const folder = join(FETCHED, version);
  const path = join(folder, 'node_modules/node/bin/node');
  if (!existsSync(path)) {
    execFileSync(
      'npm',
      ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', folder, `node@${version}`],
      {
        stdio: 'inherit',
      },
    );
  }
  return { path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1) };
}
