import type { Framing } from './frames';

/** A connection as a protocol sees it. */
export interface Line {
  send(bytes: Buffer | string): void;
  /** From now on messages can be sent, and arrive. */
  ready(): void;
  answered(mark: number, refusal: string | undefined): void;
  fail(why: string): void;
}

/** What is said on a connection beside messages. */
export interface Speech {
  readonly framing: Framing;
  /** The connection is there. */
  begin(): void;
  /** Takes what comes before the first frame. @returns where in the buffer frames begin; -1: not yet */
  head?(buffer: Buffer, length: number): number;
  /** A frame came that is no copy; its body. */
  other(bytes: Buffer, from: number, to: number): void;
}
