import type { Health } from './health';
import type { Logger } from './logger';
import { retry } from './retry';

/** What a process does once after its start, beside its work. */
export class Jobs {
  constructor(
    private readonly health: Health,
    private readonly logger: Logger,
  ) {}

  /** The process is on its way out: a job that takes long ends itself. */
  get isStopping(): boolean {
    return this.health.isStopping;
  }

  /**
   * Tries a job until it is done, or the process stops.
   * @param what for the log
   * @param job resolves with `false` when it is to be tried again
   */
  untilDone(what: string, pauseMs: number, job: () => Promise<unknown>): void {
    void retry(job, {
      pauseMs,
      isWanted: () => !this.isStopping,
      failed: (error) => this.logger.debug({ job: what, error: String(error) }, 'a job failed, trying again'),
    });
  }
}
