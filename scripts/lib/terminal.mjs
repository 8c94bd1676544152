/** What stops a run for a reason that its message tells a person in full; it is shown without a stack. */
export class Refusal extends Error {
  name = 'Refusal';
}

/** Writes one line for the person who started this. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** `3.2 s` */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

// The reader of our output may end first (`npm start | head`): that must not end this process.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
