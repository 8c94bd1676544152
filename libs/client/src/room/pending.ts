import { type Message, revOf } from '@app/contracts';
import type { Entry, SendCommand } from '../types';

/** One's own messages of a room that are on their way, in order of sending. */
export class Pending {
  /** By client id. One with an id is stored, but its place is not known yet. */
  private readonly entries = new Map<string, Entry>();
  /** Client ids by id, of all messages that were ever pending here: they stay their keys. */
  private readonly keys = new Map<string, string>();

  /**
   * @param userId whose messages these are
   * @param changed what is to be shown has changed
   */
  constructor(
    private readonly userId: string,
    private readonly changed: () => void,
  ) {}

  values(): Iterable<Entry> {
    return this.entries.values();
  }

  /** The one that is not stored: the last that failed, else the last. */
  get unsent(): Entry | undefined {
    const unsent = [...this.entries.values()].filter(({ id }) => id === undefined);
    return unsent.findLast(({ state }) => state === 'failed') ?? unsent.at(-1);
  }

  /** Adds one, or moves it to the end. */
  add({ roomId, clientId, message, createdAt, error }: SendCommand): Entry {
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
    this.delete(clientId);
    this.entries.set(clientId, entry);
    return entry;
  }

  /** The outbox has given it up, perhaps with another text than it had. */
  fail({ clientId, message, error }: SendCommand): void {
    const entry = this.entries.get(clientId);
    if (entry && entry.id === undefined)
      this.set(clientId, { ...entry, message, state: 'failed', ...(error && { error }) });
  }

  /** It has another text before it was sent. */
  rewrite(clientId: string, message: string): void {
    const entry = this.entries.get(clientId);
    if (entry) this.set(clientId, { ...entry, message });
  }

  /** It is not to be shown any more. */
  delete(clientId: string): boolean {
    this.changed();
    return this.entries.delete(clientId);
  }

  /**
   * Recognises the stored form of a pending message by its client id.
   * @returns whether it was one
   */
  match(message: Message, clientId: string): boolean {
    const entry = this.entries.get(clientId);
    if (!entry || entry.id !== undefined || message.from !== this.userId) return false;
    const { error: _, ...rest } = entry;
    const { id, seq } = message;
    this.set(clientId, { ...rest, id, seq, state: 'sent', ...stateOf(message) });
    this.keys.set(id, clientId);
    return true;
  }

  /** Another state of a message that is stored, but whose place is not known yet. @returns whether it is one */
  replace(message: Message): boolean {
    const clientId = this.keys.get(message.id);
    const entry = clientId === undefined ? undefined : this.entries.get(clientId);
    if (!entry || clientId === undefined || revOf(entry) >= revOf(message)) return false;
    const { edited: _, ...rest } = entry;
    this.set(clientId, { ...rest, ...stateOf(message) });
    return true;
  }

  /**
   * A stored message has its place, or turned out to have none here.
   * @returns whether it was pending until now
   */
  placed(id: string): boolean {
    const clientId = this.keys.get(id);
    return clientId !== undefined && this.entries.has(clientId) && this.delete(clientId);
  }

  /** One that is stored, but whose place is not known yet. */
  stored(id: string): Entry | undefined {
    const clientId = this.keys.get(id);
    return clientId === undefined ? undefined : this.entries.get(clientId);
  }

  /** A stored message's key for rendering. */
  keyOf(id: string): string {
    return this.keys.get(id) ?? id;
  }

  private set(clientId: string, entry: Entry): void {
    this.changed();
    this.entries.set(clientId, entry);
  }
}

function stateOf({ message, rev, edited, deleted }: Message): Partial<Entry> {
  return { message, ...(rev && { rev }), ...(edited && { edited }), ...(deleted && { deleted }) };
}
