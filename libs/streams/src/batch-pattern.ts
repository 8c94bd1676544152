import { MessagePattern } from '@nestjs/microservices';
import type { Finishing } from './finishing';
import type { WorkContext } from './work-context';

/** What the handlers of a partition's commands say of themselves. */
export interface OrderExtras {
  /** Requests of one partition are handled one after the other, in the order in which they were added. */
  inOrder?: true;
  /** It takes those together that have come meanwhile. */
  batch?: true;
}

/** A request of a batch. */
export interface BatchRequest<T> {
  readonly data: T;
  readonly context: WorkContext;
  /** Of one that came by itself: the handler's script may finish it, and then says so. Its answer is not used then. */
  readonly finishing?: Finishing | undefined;
}

/**
 * What became of each request of a batch, in their order: its answer, or an error as a handler of its own would throw it. A
 * ChatError is that request's answer; with any other it is tried again.
 */
export type BatchAnswers<T> = (T | Error)[];

/**
 * A handler that takes requests of one partition (a room) together: `BatchRequest[]` → `BatchAnswers`, in order. While it is at
 * work those that come wait for it, and are the next batch. An error thrown is that of the whole batch: if Redis is away, it comes
 * again as it was, and before anything else of its partition; else its requests come one by one.
 */
export const BatchPattern = (pattern: string): MethodDecorator =>
  MessagePattern(pattern, { inOrder: true, batch: true } satisfies OrderExtras);

/** A handler of one request that is handled in the order of its partition, between those of a `BatchPattern`. */
export const InOrderPattern = (pattern: string): MethodDecorator =>
  MessagePattern(pattern, { inOrder: true } satisfies OrderExtras);
