import { stopSignal } from './stop-signals.mjs';
import { Refusal, say } from './terminal.mjs';

/**
 * Runs a program of many processes until it is told to stop, then undoes in reverse order what it set up.
 * @param {(signal: AbortSignal, undo: Undo) => Promise<void>} program resolves when all is up
 * @typedef {(stop: () => unknown, kill?: () => unknown) => void} Undo what to do at the end, and instead of it when there is no time
 */
export async function main(program) {
  const steps = [];
  const signal = stopSignal(() => {
    for (const { kill } of steps) kill?.();
    process.exit(130);
  });
  const code = await outcome(program, signal, (stop, kill) => steps.unshift({ stop, kill }));
  for (const { stop } of steps) await stop();
  process.exit(code);
}

async function outcome(program, signal, undo) {
  try {
    await program(signal, undo);
    await whenAborted(signal);
  } catch (error) {
    if (!signal.aborted) {
      process.stderr.write(`${error instanceof Refusal ? error.message : error.stack}\n`);
      return 1;
    }
  }
  say('Stopping…');
  return 0;
}

function whenAborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', resolve, { once: true });
  });
}
