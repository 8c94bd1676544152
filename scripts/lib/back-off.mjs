const FIRST_MS = 250;
const LONGEST_MS = 10_000;
const STEADY_MS = 10_000;

/**
 * How long to wait before starting a process again: doubling from 250 ms to 10 s, from the beginning once one has
 * lived for 10 s.
 */
export class BackOff {
  #nextMs = FIRST_MS;

  /** @param lifeMs how long the process that ended had run */
  after(lifeMs) {
    if (lifeMs >= STEADY_MS) this.#nextMs = FIRST_MS;
    const waitMs = this.#nextMs;
    this.#nextMs = Math.min(LONGEST_MS, waitMs * 2);
    return waitMs;
  }
}
