import type { ChangeCommand } from './types';

/** Commands that are not to be sent before a moment, so that they can be taken back. */
export class Delayed {
  private readonly timers = new Map<ChangeCommand, ReturnType<typeof setTimeout>>();

  /** @param due gets each when its moment has come */
  constructor(
    private readonly now: () => number,
    private readonly due: (entry: ChangeCommand) => void,
  ) {}

  entries(): Iterable<ChangeCommand> {
    return this.timers.keys();
  }

  /** Takes one with its `notBefore`. */
  add(entry: ChangeCommand): void {
    const { notBefore = 0, createdAt } = entry;
    // No longer than when it began, though the clock was set back since.
    const wait = Math.max(0, Math.min(notBefore - this.now(), notBefore - createdAt));
    this.timers.set(
      entry,
      setTimeout(() => this.release(entry), wait),
    );
  }

  /** Takes one back. */
  take(isMeant: (entry: ChangeCommand) => boolean): ChangeCommand | undefined {
    const entry = [...this.timers.keys()].find(isMeant);
    if (entry) this.cancel(entry);
    return entry;
  }

  /** The moment of all of them has come. */
  hurry(): void {
    for (const entry of [...this.timers.keys()]) this.release(entry);
  }

  close(): void {
    for (const entry of [...this.timers.keys()]) this.cancel(entry);
  }

  private release(entry: ChangeCommand): void {
    this.cancel(entry);
    this.due(entry);
  }

  private cancel(entry: ChangeCommand): void {
    clearTimeout(this.timers.get(entry));
    this.timers.delete(entry);
  }
}
