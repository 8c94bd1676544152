import { execFileSync } from 'node:child_process';
import type { Line, Speech } from '../load/speech';

/** A server of another protocol that is installed, not built here. */
export interface Server {
  /** Is looked for on the PATH. */
  readonly program: string;
  /** Copies differ in bytes, or in their order among senders. */
  readonly copiesDiffer?: boolean;
  /** What starts it. @param folder its own, empty */
  start(port: number, folder: string): { command: string; args: string[]; env?: NodeJS.ProcessEnv };
  /** Somebody connects and hears these rooms. */
  speak(line: Line, person: number, rooms: readonly string[]): Speech;
  /** A message as a client sends it. */
  message(roomId: string, text: string): Buffer;
}

export function isInstalled({ program }: Server): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
