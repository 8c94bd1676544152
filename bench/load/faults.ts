/** What may be wrong with the copies of messages. */
export type Fault = 'lost' | 'repeated' | 'reordered' | 'leaked' | 'refused';

/** Counts what was wrong, and keeps the first few for people. */
export class Faults {
  readonly counts: Record<Fault, number> = { lost: 0, repeated: 0, reordered: 0, leaked: 0, refused: 0 };
  private readonly examples: string[] = [];

  add(fault: Fault, what: string, count = 1): void {
    this.counts[fault] += count;
    if (this.examples.length < 5) this.examples.push(`${fault}: ${what}`);
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** @throws Error when anything was wrong */
  mustBeNone(): void {
    if (this.total > 0) throw new Error(`${JSON.stringify(this.counts)}: ${this.examples.join('; ')}`);
  }
}
