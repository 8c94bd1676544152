/** Characters that turn or set the direction of what follows, by what ends them. */
const OPENS: Record<string, string> = {
  '\u202A': '\u202C',
  '\u202B': '\u202C',
  '\u202D': '\u202C',
  '\u202E': '\u202C',
  '\u2066': '\u2069',
  '\u2067': '\u2069',
  '\u2068': '\u2069',
};
const CONTROLS = /[\u202A-\u202E\u2066-\u2069]/u;
/** Letters and controls that are, or make, text from right to left. */
const TURNS =
  /[\u0590-\u08FF\u200F\u202A-\u202E\u2066-\u2069\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/**
 * A text whose controls of direction end with it, so that they turn nothing after it: what is open is closed, what closes nothing
 * is left out. A line break ends what is open as well.
 */
export function balanced(text: string): string {
  if (!CONTROLS.test(text)) return text;
  return text
    .split('\n')
    .map((line) => balancedLine(line))
    .join('\n');
}

function balancedLine(line: string): string {
  const open: string[] = [];
  let isolates = 0;
  let out = '';
  for (const char of line) {
    const end = OPENS[char];
    if (end !== undefined) {
      open.push(end);
      if (end === '\u2069') isolates++;
    } else if (char === '\u202C') {
      // It ends nothing beyond the isolate it stands in.
      if (open.at(-1) !== char) continue;
      open.pop();
    } else if (char === '\u2069') {
      if (isolates === 0) continue;
      isolates--;
      // The end of an isolate ends what was opened in it.
      out += open
        .splice(open.lastIndexOf(char) + 1)
        .reverse()
        .join('');
      open.pop();
    }
    out += char;
  }
  return out + open.reverse().join('');
}

/** A name or text that is put into another one: whatever its direction, the rest keeps its own. */
export function isolated(text: string): string {
  return TURNS.test(text) ? `\u2068${balanced(text)}\u2069` : text;
}
