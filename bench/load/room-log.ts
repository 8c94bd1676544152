import type { Faults } from './faults';
import { SenderOrder } from './sender-order';

const FIRST_SIZE = 1 << 20;

/**
 * The copies of one room's messages as the first socket got them, byte by byte; what the others get must be the very same
 * bytes, which costs a comparison of memory instead of a look at each copy. Places in it count from its begin, for ever.
 */
export class RoomLog {
  private bytes = Buffer.allocUnsafe(FIRST_SIZE);
  /** Place of `bytes[0]`. */
  private base = 0;
  /** Place behind the last copy. */
  end = 0;
  /** Places at which copies end, marks and due times, of those from `dropped` on. */
  private ends: number[] = [];
  private marks: number[] = [];
  private dues: number[] = [];
  private dropped = 0;
  readonly order = new SenderOrder();

  constructor(
    /** Senders that may write here. */
    private readonly isSender: (mark: number) => boolean,
    private readonly faults: Faults,
    /** How far back anybody still reads. */
    private readonly oldestPlace: () => number,
  ) {}

  /** Copies so far. */
  get copies(): number {
    return this.dropped + this.ends.length;
  }

  /** Adds the next copy. */
  append(chunk: Buffer, from: number, to: number, mark: number, due: number): void {
    const length = to - from;
    if (this.end - this.base + length > this.bytes.length) this.makeRoom(length);
    chunk.copy(this.bytes, this.end - this.base, from, to);
    this.end += length;
    this.ends.push(this.end);
    this.marks.push(mark);
    this.dues.push(due);
    if (!this.isSender(mark)) this.faults.add('leaked', `mark ${mark} of another room`);
    const wrong = this.order.see(mark);
    if (wrong) this.faults.add(wrong.fault, `mark ${mark}`, wrong.count);
  }

  /** Whether a stretch of bytes is what stands at a place. */
  equals(place: number, chunk: Buffer, from: number, length: number): boolean {
    const at = place - this.base;
    return this.bytes.compare(chunk, from, from + length, at, at + length) === 0;
  }

  /** The bytes between two places. */
  slice(from: number, to: number): Buffer {
    return this.bytes.subarray(from - this.base, to - this.base);
  }

  /** Where the nth copy, counted from 0, ends. */
  endOf(copy: number): number {
    return copy < 0
      ? 0
      : copy < this.dropped
        ? this.base
        : (this.ends[copy - this.dropped] ?? Number.POSITIVE_INFINITY);
  }

  dueOf(copy: number): number {
    return this.dues[copy - this.dropped] ?? Number.NaN;
  }

  /** The number of the copy with a mark, among those that are kept; -1 without one. */
  find(mark: number): number {
    const index = this.marks.lastIndexOf(mark);
    return index === -1 ? -1 : this.dropped + index;
  }

  private makeRoom(length: number): void {
    const oldest = Math.min(this.oldestPlace(), this.end);
    let drop = 0;
    while (drop < this.ends.length && (this.ends[drop] as number) <= oldest) drop++;
    const base = drop === 0 ? this.base : (this.ends[drop - 1] as number);
    const kept = this.bytes.subarray(base - this.base, this.end - this.base);
    const size = kept.length + length > this.bytes.length / 2 ? this.bytes.length * 2 : this.bytes.length;
    const next = size === this.bytes.length ? this.bytes : Buffer.allocUnsafe(size);
    kept.copy(next);
    this.bytes = next;
    this.base = base;
    this.ends = this.ends.slice(drop);
    this.marks = this.marks.slice(drop);
    this.dues = this.dues.slice(drop);
    this.dropped += drop;
  }
}
