import { AsyncLocalStorage } from 'node:async_hooks';

const requestIds = new AsyncLocalStorage<string>();

/**
 * Runs `fn` and all that it starts under a request id; calls to other services made there carry it on. For what is rare: on
 * Node.js 20 it costs a hook on every promise of the process, so what is frequent hands a `CallContext` on instead.
 */
export function runWithRequestId<T>(id: string, fn: () => T): T {
  return requestIds.run(id, fn);
}

/** The id of the request being served here; undefined outside of one. */
export function currentRequestId(): string | undefined {
  return requestIds.getStore();
}
