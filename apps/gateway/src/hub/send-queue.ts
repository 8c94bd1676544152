import { ChatError } from '@app/contracts';

/** Stores a connection's messages to one room one after the other, in the order sent; rooms do not wait for each other. */
export class SendQueue {
  private readonly tails = new Map<string, Promise<unknown>>();
  private waiting = 0;

  /** @param max messages waiting at once */
  constructor(private readonly max: number) {}

  get isIdle(): boolean {
    return this.waiting === 0;
  }

  /**
   * Runs a task after those queued before it for the same room, whatever became of them.
   * @throws ChatError `overloaded` at once when too many wait
   */
  async run<T>(roomId: string, task: () => Promise<T>): Promise<T> {
    if (this.waiting >= this.max) throw new ChatError('overloaded', 'Too many messages on their way', 1000);
    this.waiting++;
    const before = this.tails.get(roomId) ?? Promise.resolve();
    const mine = before.then(task, task);
    this.tails.set(roomId, mine);
    try {
      return await mine;
    } finally {
      this.waiting--;
      if (this.tails.get(roomId) === mine) this.tails.delete(roomId);
    }
  }
}
