/** This many changes in a row are rendered at once, each by itself. People who talk cause fewer. */
const AT_ONCE = 20;
/** Beyond that, the changes of such a period are rendered together. */
const PERIOD_MS = 100;

/**
 * Renders changes at once as long as there are few, else together, ten times a second. A page that renders each of a hundred
 * messages a second by itself has no time left for keys.
 */
export class RenderThrottle {
  /** How many more may be rendered at once; each period gives one back. */
  private left = AT_ONCE;
  private countedAt = performance.now();
  /** A change is being rendered: what belongs to it is rendered with it. */
  private showing = false;
  private waiting: Set<() => void> | undefined;

  /** Calls `show` now or at the end of the period; once, however often it is scheduled until then. */
  readonly schedule = (show: () => void): void => {
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
      }, PERIOD_MS);
    }
  };

  private mayShow(): boolean {
    const now = performance.now();
    this.left = Math.min(AT_ONCE, this.left + (now - this.countedAt) / PERIOD_MS);
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
