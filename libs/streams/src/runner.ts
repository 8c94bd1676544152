import { Attempts, type Unsettled } from './attempts';
import type { Entry } from './entry';
import { describe, roomOf } from './handling';
import { about, type Job } from './job';
import { type Batch, Lane } from './lane';
import type { Handler, RunnerOptions } from './runner-options';

/** From so many tries on that ended without an outcome, a request is handled without another of its kind beside it. */
const SUSPECT_AFTER = 2;

/** The longest pause of a partition that waits for Redis: nothing of it is stored meanwhile. */
const HOLD_MAX_MS = 1000;

/**
 * Handles requests, so many at a time, and tries failing ones again without holding up others. Those that must be in order are
 * in a lane for each partition: there a batch begins when the one before has its outcomes.
 */
export class Runner {
  private readonly attempts: Attempts;
  /** Lanes of which something may start. */
  private readonly queue: Lane[] = [];
  private readonly suspects: Lane[] = [];
  /** Of partitions. */
  private readonly lanes = new Map<string, Lane>();
  private readonly running = new Set<Batch>();
  private readonly held = new Set<Lane>();
  /** Requests in `running`, and in lanes that are not held. */
  private runningJobs = 0;
  private waitingJobs = 0;
  private suspect?: Batch;
  private watchers: (() => void)[] = [];
  private isStarting = false;
  private closed = false;

  constructor(private readonly options: RunnerOptions) {
    this.attempts = new Attempts(options);
  }

  /** Requests that may be started now. */
  get room(): number {
    return this.options.limits.concurrency - this.inFlight;
  }

  /** Requests being handled, or read and about to be. */
  get inFlight(): number {
    return this.runningJobs + this.waitingJobs;
  }

  /** Resolves when something was finished, or could be. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.watchers.push(resolve));
  }

  /** Resolves when nothing is being handled or about to be. */
  async idle(): Promise<void> {
    while (this.inFlight > 0) await this.changed();
  }

  /** Starts an entry's requests, once all that was read with it is known. */
  add(entry: Entry): void {
    for (const request of entry.requests) {
      const alone = entry.prior >= SUSPECT_AFTER;
      const job: Job = { entry, request, alone, single: false, tries: entry.prior + 1 };
      if (entry.prior >= this.options.limits.maxDeliveries) {
        job.tries = entry.prior;
        job.failureReason = 'Each process that handled it ended or was stuck';
      }
      this.enqueue(job, this.laneOf(job));
    }
    if (this.isStarting) return;
    this.isStarting = true;
    queueMicrotask(() => {
      this.isStarting = false;
      this.resume();
    });
  }

  /** Starts what may start; call it whenever that may be more than before. */
  resume(): void {
    while (this.runningJobs < this.options.limits.concurrency) {
      const lane = this.next();
      if (!lane) break;
      this.start(lane);
    }
    if (this.watchers.length === 0) return;
    const watchers = this.watchers;
    this.watchers = [];
    for (const wake of watchers) wake();
  }

  /** Redis is back: what waits for it in order is tried again at once. */
  retryHeld(): void {
    for (const lane of this.held) if (lane.key !== undefined) this.release(lane);
    this.resume();
  }

  /** Gives up entries whose handler takes too long; should it finish after all, its outcome is used. */
  giveUpStuck(): void {
    const since = performance.now() - this.options.limits.handlerTimeoutMs;
    for (const batch of this.running) {
      if (batch.startedAt > since) continue;
      const { handlerTimeoutMs: afterMs } = this.options.limits;
      for (const { entry, request } of batch.jobs) {
        this.options.log.warn({ ...about(request), afterMs }, 'handler timed out');
        entry.lost = true;
        entry.source.release(entry);
      }
      this.leave(batch);
    }
  }

  /** Starts nothing more; failing requests are left to other replicas. */
  close(): void {
    this.closed = true;
    for (const lane of this.held) clearTimeout(lane.held);
    this.queue.length = 0;
    this.suspects.length = 0;
    this.waitingJobs = 0;
  }

  /** Requests whose handlers want them in order share the lane of their partition. */
  private laneOf(job: Job): Lane {
    const partition = this.handlerOf(job)?.extras?.inOrder && roomOf(job.request);
    if (!partition) return new Lane();
    const lane = this.lanes.get(partition) ?? new Lane(partition);
    this.lanes.set(partition, lane);
    return lane;
  }

  private enqueue(job: Job, lane: Lane): void {
    if (this.closed) return;
    lane.push(job);
    if (!lane.held) this.waitingJobs += 1;
    if (lane.size === 1) this.offer(lane);
  }

  /** Lets a lane start when its turn comes; forgets one in which nothing is left. */
  private offer(lane: Lane): void {
    if (this.closed || lane.isBusy || lane.held) return;
    if (lane.first) (lane.first.alone ? this.suspects : this.queue).push(lane);
    else if (lane.key !== undefined) this.lanes.delete(lane.key);
  }

  private next(): Lane | undefined {
    return (!this.suspect && this.firstStartable(this.suspects)) || this.firstStartable(this.queue);
  }

  /** Removes the first lane that may start, and lost requests on the way. */
  private firstStartable(lanes: Lane[]): Lane | undefined {
    for (let i = 0; i < lanes.length; ) {
      const lane = lanes[i] as Lane;
      const isLost = lane.first?.entry.lost === true;
      if (!isLost && !lane.first?.entry.source.holds()) {
        i += 1;
        continue;
      }
      if (i === 0) lanes.shift();
      else lanes.splice(i, 1);
      if (!isLost) return lane;
      this.waitingJobs -= lane.dropLost();
      this.offer(lane);
    }
    return undefined;
  }

  private start(lane: Lane): void {
    const { concurrency, batchRequests } = this.options.limits;
    const jobs = lane.take(Math.min(batchRequests, concurrency - this.runningJobs), this.isBatched);
    lane.isBusy = true;
    this.waitingJobs -= jobs.length;
    this.runningJobs += jobs.length;
    const isLone = this.inFlight === 1;
    const batch: Batch = { lane, jobs, startedAt: performance.now(), isLone };
    this.running.add(batch);
    if (jobs[0]?.alone) this.suspect = batch;
    void this.run(batch);
  }

  private readonly isBatched = (job: Job): boolean => this.handlerOf(job)?.extras?.batch === true;

  private async run(batch: Batch): Promise<void> {
    let rest: Unsettled | undefined;
    try {
      rest = await this.attempts.make(batch);
    } catch (error) {
      for (const job of batch.jobs) this.giveUp(job, error);
    }
    this.leave(batch, rest);
  }

  /** @param rest what has no outcome yet */
  private leave(batch: Batch, rest?: Unsettled): void {
    if (this.running.delete(batch)) {
      const { lane, jobs } = batch;
      this.runningJobs -= jobs.length;
      if (this.suspect === batch) this.suspect = undefined;
      lane.isBusy = false;
      if (rest) this.keep(lane, rest);
      this.offer(lane);
    }
    this.resume();
  }

  private keep(lane: Lane, { passing, single, failed }: Unsettled): void {
    if (this.closed) return;
    for (const job of failed) this.tryLater(job, lane.key === undefined ? lane : new Lane());
    if (passing.length === 0 && single.length === 0) {
      if (lane.key !== undefined) lane.failures = 0;
      return;
    }
    for (const job of single) job.single = true;
    // Before all that came meanwhile.
    lane.putBack([...passing, ...single]);
    this.waitingJobs += passing.length + single.length;
    if (passing.length > 0) this.hold(lane);
  }

  private tryLater(job: Job, lane: Lane): void {
    lane.push(job);
    this.waitingJobs += 1;
    this.hold(lane);
  }

  /** Nothing of it is started for a while, longer each time. */
  private hold(lane: Lane): void {
    lane.failures += 1;
    const { retryMs, retryMaxMs } = this.options.limits;
    const maxMs = lane.key === undefined ? retryMaxMs : Math.min(retryMaxMs, HOLD_MAX_MS);
    const pauseMs = Math.min(maxMs, retryMs * 2 ** (lane.failures - 1)) * (0.5 + Math.random() / 2);
    this.waitingJobs -= lane.size;
    for (const job of lane.removeAll((waiting) => this.attempts.isOver(waiting, pauseMs))) this.attempts.drop(job);
    if (!lane.first) return;
    this.options.counters.retried += 1;
    lane.held = setTimeout(() => {
      this.release(lane);
      this.resume();
    }, pauseMs);
    this.held.add(lane);
  }

  private release(lane: Lane): void {
    clearTimeout(lane.held);
    lane.held = undefined;
    this.held.delete(lane);
    this.waitingJobs += lane.size;
    this.offer(lane);
  }

  /** Its own failure is counted by Redis, as that of a process that ended: the entry is given to another. */
  private giveUp({ entry, request }: Job, reason: unknown): void {
    this.options.log.error(
      { ...about(request), ...describe(reason) },
      'recording a failure failed, leaving the entry to another replica',
    );
    entry.lost = true;
    entry.source.release(entry);
  }

  private handlerOf({ entry, request }: Job): Handler | undefined {
    return this.options.handlerOf(entry.source.kind, request.pattern);
  }
}
