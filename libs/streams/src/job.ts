import type { Entry } from './entry';
import { actorIdOf } from './handling';
import { Json } from './json';
import { textReply, type WireRequest } from './wire';

/** A request in the hands of this process. */
export interface Job {
  readonly entry: Entry;
  readonly request: WireRequest;
  /** Handled without another such job beside it. */
  readonly alone: boolean;
  tries: number;
  /** A batch with it failed as a whole: it is handled by itself. */
  single: boolean;
  /** Why it becomes a dead letter. */
  failureReason?: string;
}

/** What a log says of a request. */
export function about(request: WireRequest) {
  return { pattern: request.pattern, requestId: request.trace, userId: actorIdOf(request) };
}

/** An answer as its caller wants it. */
export function answerOf({ id = '', asText }: WireRequest, value: unknown): string {
  if (!(value instanceof Json)) return JSON.stringify({ id, value });
  return asText ? textReply(id, value) : `{"id":${JSON.stringify(id)},"value":${value.text}}`;
}
