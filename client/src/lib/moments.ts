/** How long what follows something waits, in ms: many changes a second are shown some twenty times. */
const MOMENT_MS = 50;

/**
 * Lets what changes be shown moment by moment: the first change after a pause at once, those that follow within a moment
 * together at its end. A page that shows every message by itself has no time left for keys when a hundred come a second.
 */
export class Moments {
  private waiting: Set<() => void> | undefined;

  /** Calls `show` now or at the end of the moment; once, however often it is asked for until then. */
  readonly soon = (show: () => void): void => {
    if (this.waiting) {
      this.waiting.add(show);
      return;
    }
    this.begin();
    show();
  };

  private begin(): void {
    const waiting = new Set<() => void>();
    this.waiting = waiting;
    setTimeout(() => {
      this.waiting = undefined;
      if (waiting.size === 0) return;
      // What these change in turn belongs to the next moment.
      this.begin();
      for (const show of waiting) show();
    }, MOMENT_MS);
  }
}
