import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LIBRARY = 'faketime/libfaketimeMT.so.1';

/** Where libfaketime is; undefined where it is not installed. */
export function findFakeTime(): string | undefined {
  const roots = ['/usr/lib', '/usr/local/lib'].filter((root) => existsSync(root));
  const folders = roots.flatMap((root) => [root, ...readdirSync(root).map((name) => join(root, name))]);
  return folders.map((folder) => join(folder, LIBRARY)).find((file) => existsSync(file));
}

/** The wall clock of one process, which can be put wrong while it runs. Its monotonic clock stays right. */
export class Clock {
  private readonly file: string;

  constructor(
    private readonly library: string,
    folder: string,
    name: string,
  ) {
    this.file = join(folder, `${name}.clock`);
    this.set(0);
  }

  /** What the process must be started with. */
  get env(): Record<string, string> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Within a second the process' clock is off by so much. */
  set(offSeconds: number): void {
    writeFileSync(this.file, `${offSeconds < 0 ? '-' : '+'}${Math.abs(offSeconds)}\n`);
  }
}
