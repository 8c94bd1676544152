import { ChatError, type WorkPattern } from '@app/contracts';
import { isRedisMisconfigured } from '@app/redis';
import type { BatchRequest } from './batch-pattern';
import { Finishing } from './finishing';
import { actorOf, describe, isPassing, outcomeOf, parseData, UnrecoverableError, workContract } from './handling';
import { about, answerOf, type Job } from './job';
import { Json } from './json';
import type { Batch } from './lane';
import type { Handler, Outcome, RunnerOptions } from './runner-options';
import { type OpenSpan, openSpan, traced } from './tracing';
import { WorkContext } from './work-context';

/** What a try left without an outcome. */
export interface Unsettled {
  /** Their failure passes and says nothing about them. */
  passing: Job[];
  /** Of a batch that failed as a whole: each is to be tried by itself. */
  single: Job[];
  /** Failed by themselves, or not stored as dead letters yet. */
  failed: Job[];
}

/** Handles requests once: answers their callers, finishes them, and says what is to be tried again. */
export class Attempts {
  /** That Redis refuses what a handler does; it is tried again, so once is enough. */
  private said = false;

  constructor(private readonly options: RunnerOptions) {}

  /** One request, or some of one partition for a handler that takes them together. */
  async make(batch: Batch): Promise<Unsettled> {
    const rest: Unsettled = { passing: [], single: [], failed: [] };
    // Most are charged as they are read: nothing is awaited on the way of a message for that.
    if (batch.jobs.some(isUncharged) && !(await this.charge(batch, rest))) return rest;
    const [first] = batch.jobs as [Job];
    const handler = this.handlerOf(first);
    if (handler?.extras?.batch) await this.handleTogether(batch, handler, rest);
    else await this.handle(first, batch, handler, rest);
    return rest;
  }

  /** Whether the caller of a query will have given up in `ms` from now. A command has no such time. */
  isOver({ entry, request }: Job, ms: number): boolean {
    if (request.ttlMs === undefined || workContract(request.pattern)?.kind !== 'query') return false;
    return this.options.clock.now() + ms > entry.at + request.ttlMs;
  }

  /** A query whose caller gave up. */
  drop(job: Job): void {
    this.options.counters.expired += 1;
    this.settle(job);
  }

  /** @returns whether all are charged */
  private async charge(batch: Batch, rest: Unsettled): Promise<boolean> {
    try {
      for (const job of batch.jobs) if (isUncharged(job)) await job.entry.source.charge(job.entry);
      return true;
    } catch (error) {
      for (const job of batch.jobs) await this.failed(job, batch, error, rest);
      return false;
    }
  }

  private async handle(job: Job, batch: Batch, handler: Handler | undefined, rest: Unsettled): Promise<void> {
    const { entry, request } = job;
    try {
      if (job.failureReason !== undefined) return await this.deadLetter(job, job.failureReason, rest);
      if (this.isOver(job, 0)) return this.drop(job);
      if (!handler && entry.source.kind === 'events') return this.ignore(job);
      const { data, context } = this.requestOf(job);
      // A request of a later version: the caller's next try may reach a replica that knows it.
      if (!handler) throw new ChatError('unavailable', 'Nobody handles this here');
      const value = await traced(request.pattern, 'work', () => outcomeOf(handler(data, context)), request.span);
      this.succeeded(job, batch, value);
    } catch (error) {
      await this.failed(job, batch, error, rest);
    }
  }

  private async handleTogether(batch: Batch, handler: Handler, rest: Unsettled): Promise<void> {
    const jobs: Job[] = [];
    const requests: BatchRequest<unknown>[] = [];
    const spans: (OpenSpan | undefined)[] = [];
    for (const job of batch.jobs) {
      const { failureReason, request } = job;
      if (failureReason !== undefined) await this.deadLetter(job, failureReason, rest);
      else if (this.isOver(job, 0)) this.drop(job);
      else {
        const span = openSpan(request.pattern, 'work', request.span);
        try {
          const finishing = batch.isLone && this.isAnswerable(job) ? Finishing.of(job.entry) : undefined;
          requests.push({ ...this.requestOf(job, span), finishing });
          jobs.push(job);
          spans.push(span);
        } catch (error) {
          span?.end(error);
          await this.failed(job, batch, error, rest);
        }
      }
    }
    if (jobs.length === 0) return;
    const outcomes = await this.outcomesOf(jobs, requests, handler);
    for (let i = 0; i < jobs.length; i++) {
      const [job, outcome] = [jobs[i] as Job, outcomes[i]];
      spans[i]?.end(outcome instanceof Error ? outcome : undefined);
      if (requests[i]?.finishing?.isDone) this.finished(job, batch);
      else if (outcome === UNKNOWN) rest.single.push(job);
      else {
        const pending = this.settleWith(outcome, job, batch, rest);
        if (pending) await pending;
      }
    }
  }

  /** Never throws. `UNKNOWN` for all: they failed as a whole, for what may be the fault of one. */
  private async outcomesOf(jobs: Job[], requests: BatchRequest<unknown>[], handler: Handler): Promise<unknown[]> {
    try {
      const outcomes = await outcomeOf(handler(requests, requests[0]?.context as WorkContext));
      if (Array.isArray(outcomes) && outcomes.length === jobs.length) return outcomes;
      throw new Error('A batch handler gives one outcome for each request');
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(describe(error).message);
      const [{ entry, request }] = jobs as [Job];
      const isOfAll = reason instanceof ChatError || isPassing(entry.source.kind, reason);
      if (isOfAll || jobs.length === 1) return jobs.map(() => reason);
      const { pattern } = request;
      this.options.log.warn({ pattern, requests: jobs.length, ...describe(reason) }, 'batch failed, trying one by one');
      return jobs.map(() => UNKNOWN);
    }
  }

  private settleWith(outcome: unknown, job: Job, batch: Batch, rest: Unsettled): void | Promise<void> {
    if (outcome instanceof Error) return this.failed(job, batch, outcome, rest);
    try {
      this.succeeded(job, batch, outcome);
    } catch (error) {
      return this.failed(job, batch, error, rest);
    }
  }

  /** @throws ChatError, UnrecoverableError for what will never be handled */
  private requestOf({ entry, request, tries }: Job, span?: OpenSpan): BatchRequest<unknown> {
    const { kind } = entry.source;
    const data = parseData(kind, request, this.options.sealer);
    const unique = `${request.replyTo ?? entry.id}:${request.id ?? ''}`;
    const actor = actorOf(kind, request, data);
    const context = new WorkContext([request.trace ?? unique, request.key ?? unique, tries, actor], span?.traceparent);
    return { data, context };
  }

  private succeeded(job: Job, batch: Batch, value: unknown): void {
    const { entry, request } = job;
    if (entry.source.kind === 'work' && !(value instanceof Json)) {
      this.options.checkReply?.(request.pattern as WorkPattern, value);
    }
    this.observe(job, batch, 'ok');
    this.finish(job, answerOf(request, value));
  }

  private failed(job: Job, batch: Batch, error: unknown, rest: Unsettled): void | Promise<void> {
    const { entry, request } = job;
    const { kind } = entry.source;
    const refused = error instanceof ChatError && kind === 'work';
    this.observe(job, batch, refused ? 'refused' : 'failed');
    if (refused) return this.finish(job, JSON.stringify({ id: request.id, error: error.toBody() }));
    if (entry.lost) return;
    const passing = isPassing(kind, error);
    const { message, stack } = describe(error);
    const unsaid = isRedisMisconfigured(error) && !this.said;
    this.said ||= unsaid;
    if (!passing || unsaid)
      this.options.log.error({ ...about(request), attempts: job.tries, error: message, stack }, 'handler failed');
    if (error instanceof UnrecoverableError || (!passing && job.tries >= this.options.limits.maxDeliveries)) {
      return this.deadLetter(job, message, rest);
    }
    if (passing) rest.passing.push(job);
    else {
      job.tries += 1;
      rest.failed.push(job);
    }
  }

  private observe({ entry, request: { pattern } }: Job, { startedAt }: Batch, outcome: Outcome): void {
    // Patterns without a handler are arbitrary text: no metric labels of them.
    if (!this.options.handlerOf(entry.source.kind, pattern)) return;
    this.options.observe?.(pattern, outcome, (performance.now() - startedAt) / 1000);
  }

  private async deadLetter(job: Job, failureReason: string, rest: Unsettled): Promise<void> {
    const { entry, request } = job;
    job.failureReason = failureReason;
    const { sealed, unkept } = workContract(request.pattern) ?? {};
    const withoutData = sealed !== undefined || unkept === true;
    try {
      await this.options.settler.addDeadLetter({ entry, request, failureReason, attempts: job.tries, withoutData });
    } catch {
      rest.failed.push(job);
      return;
    }
    this.options.counters.dead += 1;
    this.options.log.error({ ...about(request), error: failureReason }, 'moved to work:dead');
    this.finish(job, JSON.stringify({ id: request.id, error: new ChatError('internal', 'Internal error').toBody() }));
  }

  /** Acknowledges an event of a later version. Its handlers keep a position of their own, so they miss nothing. */
  private ignore(job: Job): void {
    this.options.counters.ignored += 1;
    this.options.log.debug(about(job.request), 'event is not known here, ignored');
    this.settle(job);
  }

  private finish(job: Job, answer: string): void {
    this.options.counters.handled += 1;
    if (job.request.replyTo !== undefined) this.options.settler.reply(job.request.replyTo, answer);
    this.settle(job);
  }

  /** Its script answered it and removed its entry. */
  private finished(job: Job, batch: Batch): void {
    this.observe(job, batch, 'ok');
    this.options.counters.handled += 1;
    job.entry.open = 0;
    job.entry.source.release(job.entry);
  }

  private isAnswerable({ request: { replyTo } }: Job): boolean {
    return replyTo !== undefined && this.options.settler.isCallers(replyTo);
  }

  private settle({ entry }: Job): void {
    entry.open -= 1;
    if (entry.open === 0) this.options.settler.finish(entry);
  }

  private handlerOf({ entry, request }: Job): Handler | undefined {
    return this.options.handlerOf(entry.source.kind, request.pattern);
  }
}

const UNKNOWN = Symbol('unknown');

const isUncharged = ({ entry, failureReason }: Job): boolean => !entry.charged && failureReason === undefined;
