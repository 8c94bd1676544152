/** A value that is JSON already: passed on, it is neither read nor written again. */
export class Json {
  /** @param text on one line */
  constructor(readonly text: string) {}

  /** The text of any value. */
  static textOf(value: unknown): string {
    return value instanceof Json ? value.text : JSON.stringify(value);
  }
}

/** What may stand between the quotes of a JSON string, for regular expressions with the flag `u`. */
export const JSON_TEXT = /(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/u.source;

/** How deep a further field of a message may be nested where it is matched instead of parsed; what is deeper is parsed. */
const DEPTH = 3;

/** A JSON value, for regular expressions with the flag `u`. */
const JSON_VALUE = matcherOf(DEPTH);
/**
 * Further members of a JSON object after a first one, with names that begin with a letter and need no escape.
 * @param but names that are none of them
 */
export function jsonMembers(...but: string[]): string {
  const others = but.length > 0 ? `(?!(?:${but.join('|')})")` : '';
  return `(?:,"${others}[A-Za-z][\\w.-]*":${JSON_VALUE})*`;
}

function matcherOf(depth: number): string {
  const simple = `"${JSON_TEXT}"|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null`;
  if (depth === 0) return `(?:${simple})`;
  const value = matcherOf(depth - 1);
  const list = (item: string, end: string) => `(?:${item}(?:,(?!${end})|(?=${end})))*${end}`;
  return `(?:${simple}|\\{${list(`"${JSON_TEXT}":${value}`, '\\}')}|\\[${list(value, '\\]')})`;
}
