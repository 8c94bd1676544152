import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { identify, isAlive } from './process-identity.mjs';

/**
 * Takes a lock file for this process; one left by a process that is gone is taken over.
 * @param {string} file
 * @returns {{ holder: { pid: number } } | { release: () => void, takenOver: boolean }} who has it, or how to give it back
 */
export function takeLock(file, self = identify(process.pid)) {
  const mine = `${file}.${self.pid}`;
  let takenOver = false;
  writeFileSync(mine, JSON.stringify(self));
  try {
    while (!linked(mine, file)) {
      const text = contentOf(file);
      const holder = parse(text);
      if (holder && isAlive(holder)) return { holder };
      if (text === undefined) continue;
      removeStale(file, text, `${mine}.stale`);
      takenOver = true;
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return { release: () => rmSync(file, { force: true }), takenOver };
}

/** A link appears with its whole content or not at all, and never replaces a file. */
function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Moves the stale lock away, unless another process has just taken it over: then puts that one back. */
function removeStale(file, staleText, aside) {
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (contentOf(aside) !== staleText) linked(aside, file);
  rmSync(aside, { force: true });
}
