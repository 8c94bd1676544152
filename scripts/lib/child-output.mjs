const TAIL_LINES = 10;

/**
 * Passes on what services print: JSON as it is, or readable in a terminal. Lines of different processes never mix.
 * @param {boolean} readable
 * @returns {Promise<(text: string) => void>} takes a whole line with its end
 */
export async function logWriter(readable) {
  if (!readable) return (line) => process.stdout.write(line);
  const { default: pretty } = await import('pino-pretty');
  const stream = pretty({ ignore: 'pid,hostname,service', messageFormat: '{service}({pid}) {msg}', destination: 1 });
  return (line) => stream.write(line);
}

/** Calls `onLine` for each whole line, its end included; for the last one when the stream ends, too. */
export function eachLine(stream, onLine) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) onLine(`${line}\n`);
  });
  stream.on('end', () => {
    if (rest) onLine(`${rest}\n`);
    rest = '';
  });
}

/**
 * Standard error of a service: held back until it serves (an error at its start is told once, by whoever started it),
 * then passed on as it comes.
 */
export class ErrorOutput {
  #held = [];
  #open = false;

  constructor(stream) {
    eachLine(stream, (line) => {
      if (this.#open) process.stderr.write(line);
      else this.#held = [...this.#held, line].slice(-TAIL_LINES);
    });
  }

  open() {
    this.#open = true;
    process.stderr.write(this.#held.join(''));
    this.#held = [];
  }

  /** What was held back. */
  get held() {
    return this.#held.join('').trim();
  }
}
