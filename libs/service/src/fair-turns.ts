interface Bounds {
  /** Tasks that run at once, of all owners together. */
  all: number;
  /** Of one owner. */
  each: number;
  /** Of one owner that wait; one more is refused. No bound when left out. */
  waiting?: number;
}

interface Owner {
  running: number;
  waiting: (() => void)[];
}

/** Lets a bounded number of tasks run at once, and owners take turns: who asks for much waits, not those beside. */
export class FairTurns {
  private readonly owners = new Map<string, Owner>();
  private running = 0;

  constructor(private readonly bounds: Bounds) {}

  /**
   * Runs a task when its turn has come.
   * @param refuse makes the error for an owner of whom too many wait
   */
  async run<T>(owner: string, task: () => Promise<T>, refuse?: () => Error): Promise<T> {
    const leave = await this.enter(owner, refuse);
    try {
      return await task();
    } finally {
      leave();
    }
  }

  /** Waits for a turn. @returns ends it; to be called once */
  async enter(owner: string, refuse: () => Error = () => new Error('Too many wait')): Promise<() => void> {
    const own = this.owners.get(owner) ?? { running: 0, waiting: [] };
    this.owners.set(owner, own);
    if (this.running < this.bounds.all && own.running < this.bounds.each) {
      this.begin(own);
    } else {
      if (own.waiting.length >= (this.bounds.waiting ?? Number.POSITIVE_INFINITY)) throw refuse();
      await new Promise<void>((resolve) => own.waiting.push(resolve));
    }
    return () => this.leave(owner, own);
  }

  private begin(own: Owner): void {
    own.running += 1;
    this.running += 1;
  }

  private leave(owner: string, own: Owner): void {
    own.running -= 1;
    this.running -= 1;
    // Whoever had a turn is the last to have the next one.
    this.owners.delete(owner);
    if (own.running > 0 || own.waiting.length > 0) this.owners.set(owner, own);
    for (const next of this.owners.values()) {
      if (this.running >= this.bounds.all) return;
      if (next.running >= this.bounds.each) continue;
      const start = next.waiting.shift();
      if (!start) continue;
      this.begin(next);
      start();
    }
  }
}
