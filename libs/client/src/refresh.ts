import type { Retrier } from './retrier';

/**
 * A list that is fetched whole and kept current by news. What is heard while it is fetched is told again after it, since
 * the list may be older than that.
 */
export class Refresh<List, News> {
  private running = false;
  private again = false;
  private heardMeanwhile: News[] = [];

  /**
   * @param fetch gives the list
   * @param replace puts it in place of what is known
   * @param apply adds a piece of news to what is known
   */
  constructor(
    private readonly retrier: Retrier,
    private readonly fetch: () => Promise<List>,
    private readonly replace: (list: List) => void,
    private readonly apply: (news: News) => void,
  ) {}

  /** Fetches the list, once more if that is under way; repeated until it succeeds. */
  request(): void {
    this.again = true;
    if (!this.running) void this.run();
  }

  heard(news: News): void {
    if (this.running) this.heardMeanwhile.push(news);
    this.apply(news);
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.again) {
        const list = await this.retrier.run(() => {
          this.again = false;
          this.heardMeanwhile = [];
          return this.fetch();
        });
        this.replace(list);
        for (const news of this.heardMeanwhile) this.apply(news);
      }
    } catch {
      // Closed, signed out, or refused: the next request tries anew.
    } finally {
      this.running = false;
      this.heardMeanwhile = [];
    }
  }
}
