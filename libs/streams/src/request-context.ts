import { AsyncLocalStorage } from 'node:async_hooks';

const requestIds = new AsyncLocalStorage<string>();
let running = 0;
let rest: NodeJS.Timeout | undefined;

/** What goes on after a request was answered still has its id for so long. */
const REST_MS = 1000;

/**
 * Runs `fn` and all that it starts under a request id: logs tell it, and calls to other services made there carry it on. For what
 * is rare: on Node.js 20 every promise of the process has a hook meanwhile, so what is frequent hands a `CallContext` on
 * instead.
 */
export async function runWithRequestId<T>(id: string, fn: () => Promise<T>): Promise<T> {
  running++;
  try {
    return await requestIds.run(id, fn);
  } finally {
    running--;
    if (running === 0 && !rest) rest = setTimeout(disableWhenIdle, REST_MS).unref();
  }
}

function disableWhenIdle(): void {
  rest = undefined;
  if (running === 0) requestIds.disable();
}

/** The id of the request being served here; undefined outside of one. */
export function currentRequestId(): string | undefined {
  return requestIds.getStore();
}
