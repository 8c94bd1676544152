/** Does something once, after a random part of a time: what all clients are told to do at once is spread out. */
export class JitteredTask {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly random: () => number,
    private readonly action: () => void,
  ) {}

  /** Schedules it, unless it is scheduled. */
  schedule(spreadMs: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.action();
    }, this.random() * spreadMs);
  }

  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
