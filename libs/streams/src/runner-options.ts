import type { WorkPattern } from '@app/contracts';
import type { OrderExtras } from './batch-pattern';
import type { RedisClock } from './clock';
import type { EntrySource, StreamsCounters } from './entry';
import type { StreamsLimits } from './limits';
import type { StreamsLogger } from './logger';
import type { Sealer } from './sealing';
import type { Settler } from './settler';
import type { WorkContext } from './work-context';

/** @param data of a request; `BatchRequest[]` for a batch handler, with the context of the first */
export type Handler = ((data: unknown, context: WorkContext) => unknown) & { extras?: OrderExtras };
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
