import { ChatError, type ErrorBody, type ErrorCode, type Message } from '@app/contracts';
import type { Retrier } from './retrier';
import type { OutboxEntry, OutboxStore } from './types';

/** The server recognises a repeat for 24 h after it stored the message; a minute is left for the way there. */
const REPEAT_MS = 24 * 60 * 60_000 - 60_000;
const EXPIRED = new ChatError('unavailable', 'Not confirmed within 24 hours; it may have been sent all the same');
const TRANSIENT: readonly ErrorCode[] = ['unavailable', 'overloaded', 'rate_limited'];

export interface OutboxDeps {
  store: OutboxStore;
  retrier: Retrier;
  now: () => number;
  /** One attempt to send. */
  send: (entry: OutboxEntry) => Promise<Message>;
  /** The server has it. */
  sent: (entry: OutboxEntry, message: Message) => void;
  /** Given up; the entry has its `error`. */
  failed: (entry: OutboxEntry, error: ErrorBody) => void;
}

/**
 * One's own messages until the server has them: in order and one at a time in each room, repeated with the same client
 * id until there is an answer. One that is refused does not hold up those behind it.
 */
export class Outbox {
  private readonly queues = new Map<string, OutboxEntry[]>();
  private readonly given = new Map<string, OutboxEntry>();
  private readonly busy = new Set<string>();
  /** Ends the wait for an entry's answer, by client id. */
  private readonly settlers = new Map<string, () => void>();
  private lastCreatedAt = 0;

  constructor(private readonly deps: OutboxDeps) {
    for (const entry of deps.store.load().sort((a, b) => a.createdAt - b.createdAt)) {
      if (entry.error) this.given.set(entry.clientId, entry);
      else this.queue(entry.roomId).push(entry);
      this.lastCreatedAt = Math.max(this.lastCreatedAt, entry.createdAt);
    }
  }

  /** Everything that is not sent: given up or on its way, in order of writing. */
  entries(): OutboxEntry[] {
    const all = [...this.given.values(), ...[...this.queues.values()].flat()];
    return all.sort((a, b) => a.createdAt - b.createdAt);
  }

  /** Forgets everything, what other tabs have put into the store too. */
  clear(): void {
    this.queues.clear();
    this.given.clear();
    for (const { clientId } of this.deps.store.load()) this.deps.store.delete(clientId);
  }

  /** Takes a message to be sent. */
  add(roomId: string, message: string): OutboxEntry {
    const entry = { roomId, clientId: createClientId(), message, createdAt: this.timestamp() };
    this.enqueue(entry);
    return entry;
  }

  /** Sends what waits. To be called when online again. */
  resume(): void {
    for (const roomId of this.queues.keys()) void this.pump(roomId);
  }

  /** The server turned out to have this one. */
  settle(roomId: string, clientId: string): void {
    this.given.delete(clientId);
    this.remove(roomId, clientId);
    this.deps.store.delete(clientId);
    this.settlers.get(clientId)?.();
  }

  /**
   * Sends again what was given up, behind all others.
   * @returns the entry; undefined: it is not given up
   */
  retry(roomId: string, clientId: string): OutboxEntry | undefined {
    const given = this.given.get(clientId);
    if (given?.roomId !== roomId) return undefined;
    const { message } = given;
    const entry = { roomId, clientId, message, createdAt: this.timestamp() };
    this.given.delete(clientId);
    this.enqueue(entry);
    return entry;
  }

  /** Forgets what was given up. @returns whether it was */
  discard(roomId: string, clientId: string): boolean {
    if (this.given.get(clientId)?.roomId !== roomId) return false;
    this.given.delete(clientId);
    this.deps.store.delete(clientId);
    return true;
  }

  private enqueue(entry: OutboxEntry): void {
    this.queue(entry.roomId).push(entry);
    this.deps.store.put(entry);
    if (this.deps.retrier.isOnline) void this.pump(entry.roomId);
  }

  private async pump(roomId: string): Promise<void> {
    if (this.busy.has(roomId)) return;
    this.busy.add(roomId);
    try {
      for (let entry = this.queue(roomId)[0]; entry; entry = this.queue(roomId)[0]) {
        if (!(await this.deliver(entry))) return;
      }
    } finally {
      this.busy.delete(roomId);
    }
  }

  /** @returns false: no more can be sent at all */
  private async deliver(entry: OutboxEntry): Promise<boolean> {
    const settled = new Promise<undefined>((resolve) => this.settlers.set(entry.clientId, () => resolve(undefined)));
    try {
      const message = await Promise.race([settled, this.deps.retrier.run(() => this.attempt(entry), isFinal)]);
      if (!message) return true;
      this.settle(entry.roomId, entry.clientId);
      this.deps.sent(entry, message);
      return true;
    } catch (error) {
      if (!this.isQueued(entry)) return true;
      const reason = error instanceof ChatError ? error : new ChatError('internal', 'It could not be sent');
      // Closed or signed out: it stays, for the next time.
      if (!isFinal(reason) || reason.code === 'unauthorized') return false;
      this.giveUp(entry, reason.toBody());
      return true;
    } finally {
      this.settlers.delete(entry.clientId);
    }
  }

  private async attempt(entry: OutboxEntry): Promise<Message | undefined> {
    if (!this.isQueued(entry)) return undefined;
    const { retrier, now, store, send } = this.deps;
    if (!retrier.isOnline) throw new ChatError('unavailable', 'Not connected');
    if (now() - (entry.firstAttemptAt ?? now()) > REPEAT_MS) throw EXPIRED;
    if (entry.firstAttemptAt === undefined) {
      entry.firstAttemptAt = now();
      store.put(entry);
    }
    return send(entry);
  }

  private giveUp(entry: OutboxEntry, error: ErrorBody): void {
    this.remove(entry.roomId, entry.clientId);
    entry.error = error;
    this.given.set(entry.clientId, entry);
    this.deps.store.put(entry);
    this.deps.failed(entry, error);
  }

  private queue(roomId: string): OutboxEntry[] {
    const queue = this.queues.get(roomId) ?? [];
    this.queues.set(roomId, queue);
    return queue;
  }

  private isQueued(entry: OutboxEntry): boolean {
    return this.queue(entry.roomId).includes(entry);
  }

  private remove(roomId: string, clientId: string): void {
    const queue = this.queue(roomId);
    const index = queue.findIndex((entry) => entry.clientId === clientId);
    if (index >= 0) queue.splice(index, 1);
  }

  /** Strictly increasing, so that a reload finds the same order. */
  private timestamp(): number {
    this.lastCreatedAt = Math.max(this.deps.now(), this.lastCreatedAt + 1);
    return this.lastCreatedAt;
  }
}

function isFinal(error: unknown): boolean {
  return error === EXPIRED || !(error instanceof ChatError) || !TRANSIENT.includes(error.code);
}

/** `crypto.randomUUID` would be missing where the page does not come over HTTPS. */
function createClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
