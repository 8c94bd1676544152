import { watch } from 'node:fs';
import { join, sep } from 'node:path';
import { ensureBuilt } from '../build.mjs';
import { ROOT } from '../folders.mjs';
import { say } from '../terminal.mjs';

/** An editor writes a file in several steps, and a checkout many files. */
const QUIET_MS = 150;

/**
 * Builds the server when a source changes and restarts what it concerns: a service for its own files, all of them for
 * a library's. While it does not build, the old processes go on.
 * @param {import('../supervised.mjs').Supervised[]} services named `app` or `app-n`
 */
export function watchAndRestart(services, signal) {
  let changed = new Set();
  let timer;
  let work = Promise.resolve();

  const rebuild = async () => {
    const apps = changed;
    changed = new Set();
    try {
      if (!(await ensureBuilt(signal, ['server']))) return;
    } catch (error) {
      // What waits for a build that works.
      for (const app of apps) changed.add(app);
      if (!signal.aborted) say(error.message);
      return;
    }
    const concerned = services.filter(({ name }) => apps.has('libs') || apps.has(name.replace(/-\d+$/, '')));
    say(`Restarting ${concerned.map(({ name }) => name).join(', ')}`);
    for (const service of concerned) service.restart();
  };

  for (const folder of ['apps', 'libs']) {
    watch(join(ROOT, folder), { recursive: true, signal }, (_event, file) => {
      if (!file) return;
      changed.add(folder === 'libs' ? 'libs' : file.split(sep)[0]);
      clearTimeout(timer);
      timer = setTimeout(() => {
        work = work.then(rebuild);
      }, QUIET_MS);
    });
  }
}
