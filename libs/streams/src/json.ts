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
