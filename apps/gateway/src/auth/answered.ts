import type { Socket } from 'node:net';
import type { Response } from 'express';

/** What is to be done when a connection closes: one listener each, however many requests have come over it. */
const closings = new WeakMap<Socket, Set<() => void>>();

/** Calls back once: when a client has taken an answer, or never will. */
export function whenAnswered(response: Response, done: () => void): void {
  const { socket } = response.req;
  if (response.closed || socket.destroyed) {
    done();
    return;
  }
  const stopWatching = whenClosed(socket, end);
  response.once('close', end);
  function end(): void {
    stopWatching();
    response.off('close', end);
    done();
  }
}

/**
 * An answer that waits behind another one on its connection never hears that this closes.
 * @returns takes `done` off again
 */
function whenClosed(socket: Socket, done: () => void): () => void {
  let all = closings.get(socket);
  if (!all) {
    const begun = new Set<() => void>();
    closings.set(socket, begun);
    socket.once('close', () => {
      for (const each of [...begun]) each();
    });
    all = begun;
  }
  const here = all.add(done);
  return () => here.delete(done);
}
