import type { Fault } from './faults';
import { countOf, senderOf } from './frames';

/** Each sender's messages must come one after the other, none left out. */
export class SenderOrder {
  /** By sender; 0 before its first. */
  private readonly last: number[] = [];

  /** @param seen what came, as a number made of sender and count @returns what is wrong with it, and for how many messages */
  see(seen: number): { fault: Fault; count: number } | undefined {
    const sender = senderOf(seen);
    const count = countOf(seen);
    const last = this.lastOf(sender);
    if (count === last + 1) {
      this.last[sender] = count;
      return undefined;
    }
    if (count <= last) return { fault: 'repeated', count: 1 };
    this.last[sender] = count;
    return { fault: 'lost', count: count - last - 1 };
  }

  /** The number of the last one from a sender; 0 before the first. */
  lastOf(sender: number): number {
    return this.last[sender] ?? 0;
  }
}
