/** A value that is JSON already: passed on, it is neither read nor written again. */
export class Json {
  /** @param text on one line */
  constructor(readonly text: string) {}

  /** The text of any value. */
  static textOf(value: unknown): string {
    return value instanceof Json ? value.text : JSON.stringify(value);
  }
}
