import type { OutboxEntry } from './types';

/**
 * Delivers one entry.
 * @param settled resolves when the entry turns out to be delivered, whatever its answer
 * @returns false: no more can be delivered now
 */
export type Deliver = (entry: OutboxEntry, settled: Promise<undefined>) => Promise<boolean>;

/** What waits to be delivered: in order and one at a time in each room. */
export class OutboxQueues {
  private readonly queues = new Map<string, OutboxEntry[]>();
  private readonly busy = new Set<string>();
  /** Ends the wait for an entry's answer, by client id. */
  private readonly settlers = new Map<string, () => void>();

  constructor(private readonly deliver: Deliver) {}

  all(): OutboxEntry[] {
    return [...this.queues.values()].flat();
  }

  of(roomId: string): OutboxEntry[] {
    const queue = this.queues.get(roomId) ?? [];
    this.queues.set(roomId, queue);
    return queue;
  }

  has(entry: OutboxEntry): boolean {
    return this.of(entry.roomId).includes(entry);
  }

  remove(roomId: string, clientId: string): void {
    const queue = this.of(roomId);
    const index = queue.findIndex((entry) => entry.clientId === clientId);
    if (index >= 0) queue.splice(index, 1);
  }

  clear(): void {
    this.queues.clear();
  }

  /** The answer of an entry is waited for no longer. */
  settle(clientId: string): void {
    this.settlers.get(clientId)?.();
  }

  /** Delivers what waits, in all rooms. */
  pumpAll(): void {
    for (const roomId of this.queues.keys()) void this.pump(roomId);
  }

  /** Delivers what waits in a room, unless that is under way. */
  async pump(roomId: string): Promise<void> {
    if (this.busy.has(roomId)) return;
    this.busy.add(roomId);
    try {
      for (let entry = this.of(roomId)[0]; entry; entry = this.of(roomId)[0]) {
        const { clientId } = entry;
        const settled = new Promise<undefined>((resolve) => this.settlers.set(clientId, () => resolve(undefined)));
        try {
          if (!(await this.deliver(entry, settled))) return;
        } finally {
          this.settlers.delete(clientId);
        }
      }
    } finally {
      this.busy.delete(roomId);
    }
  }
}
