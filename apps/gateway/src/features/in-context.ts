import { type CallContext, runWithRequestId } from '@app/streams';

/** Serves a call under its request id, for what is rare: all that it causes asks for the id where it is needed. */
export function inContext<T>(asked: { context: CallContext }, serve: () => Promise<T>): Promise<T> {
  return runWithRequestId(asked.context.requestId, serve);
}
