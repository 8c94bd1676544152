import { basename } from 'node:path';
import { removeContainers } from './container-backend';
import { removeServers } from './remove-servers';
import { endRun, sharedRun } from './run';

/** Ends the Redis servers that specs left running; not in a run that a spec of another run started. */
export default async function globalTeardown(): Promise<void> {
  const run = sharedRun();
  if (run?.owner !== process.pid) return;
  endRun();
  removeServers(run.folder);
  if (run.image) await removeContainers(basename(run.folder));
}
