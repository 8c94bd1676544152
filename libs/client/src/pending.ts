import type { ErrorBody, Message } from '@app/contracts';
import type { Entry, OutboxEntry } from './types';

/** One's own messages of a room that are on their way, in order of sending. */
export class Pending {
  /** By client id. One with an id is stored, but its place is not known yet. */
  private readonly entries = new Map<string, Entry>();
  /** Client ids by id, of all messages that were ever pending here: they stay their keys. */
  private readonly keys = new Map<string, string>();

  /** @param userId whose messages these are */
  constructor(private readonly userId: string) {}

  values(): Iterable<Entry> {
    return this.entries.values();
  }

  /** The one that is not stored: the last that failed, else the last. */
  get unsent(): Entry | undefined {
    const unsent = [...this.entries.values()].filter(({ id }) => id === undefined);
    return unsent.findLast(({ state }) => state === 'failed') ?? unsent.at(-1);
  }

  /** Adds one, or moves it to the end. */
  add({ roomId, clientId, message, createdAt, error }: OutboxEntry): Entry {
    const entry: Entry = {
      key: clientId,
      from: this.userId,
      date: createdAt / 1000,
      message,
      roomId,
      clientId,
      state: error ? 'failed' : 'sending',
      ...(error && { error }),
    };
    this.entries.delete(clientId);
    this.entries.set(clientId, entry);
    return entry;
  }

  fail(clientId: string, error: ErrorBody): void {
    const entry = this.entries.get(clientId);
    if (entry && entry.id === undefined) this.entries.set(clientId, { ...entry, state: 'failed', error });
  }

  delete(clientId: string): void {
    this.entries.delete(clientId);
  }

  /**
   * Recognises the stored form of a pending message by its client id.
   * @returns whether it was one
   */
  claim(message: Message, clientId: string): boolean {
    const entry = this.entries.get(clientId);
    if (!entry || entry.id !== undefined || message.from !== this.userId) return false;
    const { error: _, ...rest } = entry;
    this.entries.set(clientId, { ...rest, id: message.id, seq: message.seq, state: 'sent' });
    this.keys.set(message.id, clientId);
    return true;
  }

  /**
   * A stored message has its place, or turned out to have none here.
   * @returns whether it was pending until now
   */
  arrived(id: string): boolean {
    const clientId = this.keys.get(id);
    return clientId !== undefined && this.entries.delete(clientId);
  }

  /** A stored message's key for rendering. */
  keyOf(id: string): string {
    return this.keys.get(id) ?? id;
  }
}
