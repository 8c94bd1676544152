/** A terminal and npm both hand on one Ctrl-C: what follows within this time is the same one. */
const SAME_MS = 1000;

/**
 * The first Ctrl-C (or SIGTERM, or the end of the terminal) asks for a stop; the next one does not wait for it.
 * @param {() => void} onSecond ends everything by force
 * @returns {AbortSignal}
 */
export function stopSignal(onSecond) {
  const stop = new AbortController();
  let first;
  const onSignal = () => {
    if (first === undefined) {
      first = performance.now();
      stop.abort(new Error('stopped'));
    } else if (performance.now() - first > SAME_MS) {
      onSecond();
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, onSignal);
  return stop.signal;
}
