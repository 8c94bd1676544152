/** So many changes in a row are shown at once, each for itself: more than people cause who talk. */
const AT_ONCE = 20;
/** Of what goes on beyond that, so much is shown together, in ms. */
const MOMENT_MS = 100;

/**
 * Shows changes at once as long as there are not many, else together, ten times a second: a page that shows every message
 * by itself has no time left for keys when a hundred come a second.
 */
export class Moments {
  /** How many more may be shown at once; one comes back each moment. */
  private left = AT_ONCE;
  private countedAt = performance.now();
  /** What belongs to a change that is being shown goes along. */
  private showing = false;
  private waiting: Set<() => void> | undefined;

  /** Calls `show` now or at the end of the moment; once, however often it is asked for until then. */
  readonly soon = (show: () => void): void => {
    if (this.waiting) {
      this.waiting.add(show);
    } else if (this.showing || this.mayShow()) {
      show();
    } else {
      const waiting = new Set([show]);
      this.waiting = waiting;
      setTimeout(() => {
        this.waiting = undefined;
        this.left -= 1;
        for (const each of waiting) each();
      }, MOMENT_MS);
    }
  };

  private mayShow(): boolean {
    const now = performance.now();
    this.left = Math.min(AT_ONCE, this.left + (now - this.countedAt) / MOMENT_MS);
    this.countedAt = now;
    if (this.left < 1) return false;
    this.left -= 1;
    this.showing = true;
    queueMicrotask(() => {
      this.showing = false;
    });
    return true;
  }
}
