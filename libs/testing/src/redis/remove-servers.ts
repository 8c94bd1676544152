import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PID_FILE } from './process-backend';

/**
 * Ends the server processes of a run that are still there, and removes their data.
 * @param runFolder as `processBackend` was given it
 */
export function removeServers(runFolder: string): void {
  for (const folder of readdirSync(runFolder)) endServer(join(runFolder, folder, PID_FILE));
  rmSync(runFolder, { recursive: true, force: true });
}

function endServer(pidFile: string): void {
  if (!existsSync(pidFile)) return;
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
