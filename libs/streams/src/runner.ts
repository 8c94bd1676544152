import { ChatError, type WorkPattern } from '@app/contracts';
import { isRedisMisconfigured } from '@app/redis';
import type { RedisClock } from './clock';
import type { Entry, EntrySource, StreamsCounters } from './entry';
import {
  actorIdOf,
  actorOf,
  describe,
  isPassing,
  outcomeOf,
  parseData,
  UnrecoverableError,
  workContract,
} from './handling';
import { Json } from './json';
import type { StreamsLimits } from './limits';
import type { StreamsLogger } from './logger';
import type { Sealer } from './sealing';
import type { Settler } from './settler';
import { traced } from './tracing';
import { textReply, type WireRequest } from './wire';
import { WorkContext } from './work-context';

/** From so many tries on that ended without an outcome, a request is handled without another of its kind beside it. */
const SUSPECT_AFTER = 2;

export type Handler = (data: unknown, context: WorkContext) => unknown;
/** How a try ended: with an answer, with a typed error, or with another error, after which it is tried again. */
export type Outcome = 'ok' | 'refused' | 'failed';
/** Told of each try. @param seconds how long it took */
export type HandledObserver = (pattern: string, outcome: Outcome, seconds: number) => void;
/** @throws Error when a reply is not what its contract says */
export type ReplyCheck = (pattern: WorkPattern, value: unknown) => void;
/** The handler of a request's or an event's pattern; undefined without one. */
export type HandlerOf = (kind: EntrySource['kind'], pattern: string) => Handler | undefined;

export interface RunnerOptions {
  handlerOf: HandlerOf;
  settler: Settler;
  clock: RedisClock;
  limits: StreamsLimits;
  counters: StreamsCounters;
  log: StreamsLogger;
  observe?: HandledObserver;
  /** Opens what is sealed. */
  sealer?: Sealer;
  /** Checks what a handler gives; what it merely passes on is not. */
  checkReply?: ReplyCheck;
}

interface Job {
  readonly entry: Entry;
  readonly request: WireRequest;
  /** Handled without another such job beside it. */
  readonly alone: boolean;
  tries: number;
  /** Failures since this process has it, for the pause between them. */
  failures: number;
  startedAt: number;
  /** Why it becomes a dead letter. */
  failureReason?: string;
}

/** Handles requests, so many at a time, and tries failing ones again without holding up others. */
export class Runner {
  private readonly queue: Job[] = [];
  private readonly suspects: Job[] = [];
  private readonly running = new Set<Job>();
  private readonly pauses = new Set<NodeJS.Timeout>();
  private suspect?: Job;
  private watchers: (() => void)[] = [];
  private closed = false;
  /** That Redis refuses what a handler does; it is tried again, so once is enough. */
  private said = false;

  constructor(private readonly options: RunnerOptions) {}

  /** Requests that may be started now. */
  get room(): number {
    return this.options.limits.concurrency - this.inFlight;
  }

  /** Requests being handled, or read and about to be. */
  get inFlight(): number {
    return this.running.size + this.queue.length;
  }

  /** Resolves when something was finished, or could be. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.watchers.push(resolve));
  }

  /** Resolves when nothing is being handled or about to be. */
  async idle(): Promise<void> {
    while (this.inFlight > 0) await this.changed();
  }

  /** Starts an entry's requests. */
  add(entry: Entry): void {
    for (const request of entry.requests) {
      const alone = entry.prior >= SUSPECT_AFTER;
      const job: Job = { entry, request, alone, tries: entry.prior + 1, failures: 0, startedAt: 0 };
      if (entry.prior >= this.options.limits.maxDeliveries) {
        job.tries = entry.prior;
        job.failureReason = 'Each process that handled it ended or was stuck';
      }
      this.enqueue(job);
    }
    this.resume();
  }

  /** Starts what may start; call it whenever that may be more than before. */
  resume(): void {
    while (this.running.size < this.options.limits.concurrency) {
      const job = this.next();
      if (!job) break;
      this.running.add(job);
      void this.run(job);
    }
    if (this.watchers.length === 0) return;
    const watchers = this.watchers;
    this.watchers = [];
    for (const wake of watchers) wake();
  }

  /** Gives up entries whose handler takes too long; should it finish after all, its outcome is used. */
  giveUpStuck(): void {
    const since = performance.now() - this.options.limits.handlerTimeoutMs;
    for (const job of this.running) {
      if (job.startedAt > since) continue;
      const { handlerTimeoutMs: afterMs } = this.options.limits;
      this.options.log.warn({ ...about(job.request), afterMs }, 'handler timed out');
      job.entry.lost = true;
      job.entry.source.release(job.entry);
      this.leave(job);
    }
  }

  /** Starts nothing more; failing requests are left to other replicas. */
  close(): void {
    this.closed = true;
    for (const pause of this.pauses) clearTimeout(pause);
    this.queue.length = 0;
    this.suspects.length = 0;
  }

  private enqueue(job: Job): void {
    if (this.closed) return;
    (job.alone ? this.suspects : this.queue).push(job);
  }

  private next(): Job | undefined {
    if (!this.suspect) {
      this.suspect = firstStartable(this.suspects);
      if (this.suspect) return this.suspect;
    }
    return firstStartable(this.queue);
  }

  private async run(job: Job): Promise<void> {
    job.startedAt = performance.now();
    try {
      if (!job.entry.charged && job.failureReason === undefined) await job.entry.source.charge(job.entry);
      await this.handle(job);
    } catch (error) {
      await this.failed(job, error).catch((reason) => this.giveUp(job, reason));
    } finally {
      this.leave(job);
    }
  }

  private leave(job: Job): void {
    this.running.delete(job);
    if (this.suspect === job) this.suspect = undefined;
    this.resume();
  }

  private async handle(job: Job): Promise<void> {
    const { entry, request } = job;
    if (job.failureReason !== undefined) return this.deadLetter(job, job.failureReason);
    if (this.isOver(job, 0)) return this.drop(job);
    const handler = this.options.handlerOf(entry.source.kind, request.pattern);
    if (!handler && entry.source.kind === 'events') return this.ignore(job);
    const data = parseData(entry.source.kind, request, this.options.sealer);
    // A request of a later version: the caller's next try may reach a replica that knows it.
    if (!handler) throw new ChatError('unavailable', 'Nobody handles this here');
    const unique = `${request.replyTo ?? entry.id}:${request.id ?? ''}`;
    const requestId = request.trace ?? unique;
    const actor = actorOf(entry.source.kind, request, data);
    const context = new WorkContext([requestId, request.key ?? unique, job.tries, actor]);
    const value = await traced(request.pattern, 'work', () => outcomeOf(handler(data, context)), request.span);
    if (entry.source.kind === 'work' && !(value instanceof Json)) {
      this.options.checkReply?.(request.pattern as WorkPattern, value);
    }
    this.observe(job, 'ok');
    this.finish(job, reply(request, value));
  }

  private async failed(job: Job, error: unknown): Promise<void> {
    const { entry, request } = job;
    const { kind } = entry.source;
    const refused = error instanceof ChatError && kind === 'work';
    this.observe(job, refused ? 'refused' : 'failed');
    if (refused) {
      this.finish(job, JSON.stringify({ id: request.id, error: error.toBody() }));
      return;
    }
    if (entry.lost) return;
    const passing = isPassing(kind, error);
    const { message, stack } = describe(error);
    const unsaid = isRedisMisconfigured(error) && !this.said;
    this.said ||= unsaid;
    if (!passing || unsaid)
      this.options.log.error({ ...about(request), attempts: job.tries, error: message, stack }, 'handler failed');
    if (error instanceof UnrecoverableError || (!passing && job.tries >= this.options.limits.maxDeliveries)) {
      await this.deadLetter(job, message);
    } else {
      if (!passing) job.tries += 1;
      this.tryLater(job);
    }
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

  private observe({ entry, request: { pattern }, startedAt }: Job, outcome: Outcome): void {
    // Patterns without a handler are arbitrary text: no metric labels of them.
    if (!this.options.handlerOf(entry.source.kind, pattern)) return;
    this.options.observe?.(pattern, outcome, (performance.now() - startedAt) / 1000);
  }

  private tryLater(job: Job): void {
    job.failures += 1;
    const pause = Math.min(this.options.limits.retryMaxMs, this.options.limits.retryMs * 2 ** (job.failures - 1));
    const jittered = pause * (0.5 + Math.random() / 2);
    if (this.isOver(job, jittered)) {
      this.drop(job);
      return;
    }
    if (this.closed) return;
    this.options.counters.retried += 1;
    const timer = setTimeout(() => {
      this.pauses.delete(timer);
      this.enqueue(job);
      this.resume();
    }, jittered);
    this.pauses.add(timer);
  }

  private async deadLetter(job: Job, failureReason: string): Promise<void> {
    const { entry, request } = job;
    job.failureReason = failureReason;
    const { sealed, unkept } = workContract(request.pattern) ?? {};
    const isUnkept = sealed !== undefined || unkept === true;
    try {
      await this.options.settler.addDeadLetter({
        entry,
        request,
        failureReason,
        attempts: job.tries,
        withoutData: isUnkept,
      });
    } catch {
      this.tryLater(job);
      return;
    }
    this.options.counters.dead += 1;
    this.options.log.error({ ...about(request), error: failureReason }, 'moved to work:dead');
    this.finish(job, JSON.stringify({ id: request.id, error: new ChatError('internal', 'Internal error').toBody() }));
  }

  /** Whether the caller of a query will have given up in `ms` from now. A command has no such time. */
  private isOver({ entry, request }: Job, ms: number): boolean {
    if (request.ttlMs === undefined || workContract(request.pattern)?.kind !== 'query') return false;
    return this.options.clock.now() + ms > entry.at + request.ttlMs;
  }

  /** Acknowledges an event of a later version. Its handlers keep a position of their own, so they miss nothing. */
  private ignore(job: Job): void {
    this.options.counters.ignored += 1;
    this.options.log.debug(about(job.request), 'event is not known here, ignored');
    this.settle(job);
  }

  private drop(job: Job): void {
    this.options.counters.expired += 1;
    this.settle(job);
  }

  private finish(job: Job, reply: string): void {
    this.options.counters.handled += 1;
    if (job.request.replyTo !== undefined) this.options.settler.reply(job.request.replyTo, reply);
    this.settle(job);
  }

  private settle({ entry }: Job): void {
    entry.open -= 1;
    if (entry.open === 0) this.options.settler.finish(entry);
  }
}

/** What a log says of a request. */
function about(request: WireRequest) {
  return { pattern: request.pattern, requestId: request.trace, userId: actorIdOf(request) };
}

/** An answer as its caller wants it. */
function reply({ id = '', asText }: WireRequest, value: unknown): string {
  if (!(value instanceof Json)) return JSON.stringify({ id, value });
  return asText ? textReply(id, value) : `{"id":${JSON.stringify(id)},"value":${value.text}}`;
}

/** Removes the first job that may start from a queue, and lost jobs before it. */
function firstStartable(jobs: Job[]): Job | undefined {
  for (let job = jobs[0]; job; job = jobs[0]) {
    if (!job.entry.lost && !job.entry.source.holds()) return undefined;
    jobs.shift();
    if (!job.entry.lost) return job;
  }
  return undefined;
}
