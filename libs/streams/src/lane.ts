import type { Job } from './job';

/** Jobs that are handled together, by one call of a handler. */
export interface Batch {
  readonly lane: Lane;
  readonly jobs: readonly Job[];
  readonly startedAt: number;
  /** Nothing else is being handled, or waits for it. */
  readonly isLone: boolean;
}

/** Jobs that are handled one batch after the other, in order. A job that belongs to no partition has a lane of its own. */
export class Lane {
  private waiting: Job[] = [];
  /** A batch of it is being handled. */
  isBusy = false;
  /** Its first job is tried again after a pause; those behind wait for it. */
  held?: NodeJS.Timeout | undefined;
  /** Pauses without a success between them. */
  failures = 0;

  constructor(readonly key?: string) {}

  get first(): Job | undefined {
    return this.waiting[0];
  }

  get size(): number {
    return this.waiting.length;
  }

  push(job: Job): void {
    this.waiting.push(job);
  }

  /** Puts back what was taken, in order. */
  putBack(jobs: readonly Job[]): void {
    this.waiting.unshift(...jobs);
  }

  /** Removes jobs. @returns them */
  removeAll(matches: (job: Job) => boolean): Job[] {
    const removed = this.waiting.filter(matches);
    if (removed.length > 0) this.waiting = this.waiting.filter((job) => !removed.includes(job));
    return removed;
  }

  /** Removes the first jobs that somebody else has. @returns how many */
  dropLost(): number {
    let lost = 0;
    while (this.waiting[lost]?.entry.lost) lost++;
    this.waiting.splice(0, lost);
    return lost;
  }

  /**
   * Takes what may be handled together from its beginning.
   * @param isBatched whether a job's handler takes more than one
   */
  take(max: number, isBatched: (job: Job) => boolean): Job[] {
    const [first] = this.waiting;
    if (!first) return [];
    let count = 1;
    if (!isAlone(first) && isBatched(first)) {
      while (count < max && goesWith(first, this.waiting[count])) count++;
    }
    return this.waiting.splice(0, count);
  }
}

function isAlone({ alone, single, failureReason }: Job): boolean {
  return alone || single || failureReason !== undefined;
}

function goesWith(first: Job, job: Job | undefined): boolean {
  if (!job || isAlone(job) || job.request.pattern !== first.request.pattern) return false;
  return !job.entry.lost && job.entry.source.holds();
}
