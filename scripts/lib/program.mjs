import { say } from './terminal.mjs';

/**
 * Runs a program to its end and exits with what it resolves with, or with 1 and its error. What listens to the exit ends
 * what was started, also after a signal.
 * @param {() => Promise<number | void>} main
 */
export function runProgram(main) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
  main().then(
    (code) => process.exit(code ?? 0),
    (error) => {
      say(error instanceof Error ? (error.stack ?? error.message) : String(error));
      process.exit(1);
    },
  );
}
