import { ChatError, type ErrorBody, type ErrorCode, type Message, revOf } from '@app/contracts';
import { createClientId } from './client-id';
import { Delayed } from './delayed';
import { OutboxQueues } from './outbox-queues';
import type { Retrier } from './retrier';
import type { ChangeCommand, OutboxEntry, OutboxStore, SendCommand } from './types';

/** The server recognises a repeat for 24 h after it stored the message; a minute is left for the way there. */
const REPEAT_MS = 24 * 60 * 60_000 - 60_000;
const EXPIRED = new ChatError('unavailable', 'Not confirmed within 24 hours; it may have been sent all the same');
const LOST = new ChatError('not_found', 'The message was not sent');
const TRANSIENT: readonly ErrorCode[] = ['unavailable', 'overloaded', 'rate_limited'];

export interface OutboxDeps {
  store: OutboxStore;
  retrier: Retrier;
  now: () => number;
  /** One attempt to send. */
  send: (entry: SendCommand) => Promise<Message>;
  /** One attempt to change a message. */
  change: (entry: ChangeCommand) => Promise<Message>;
  /** The server has it. */
  sent: (entry: SendCommand, message: Message) => void;
  /** The server has it, and this is the message now. */
  changed: (message: Message) => void;
  /** Given up; the entry has its `error`. */
  failed: (entry: SendCommand, error: ErrorBody) => void;
  /** Whether a message is shown, or could be. */
  isThere: (roomId: string, id: string) => boolean;
  /** Other changes of this room's messages are on their way, or failed. */
  changesChanged: (roomId: string) => void;
}

/** Which message is to be changed: one that is stored, or by its client id one that is on its way. */
export type Target = { id: string; ifRev: number } | { of: string };

/**
 * One's own messages and changes of them until the server has them: in order and one at a time in each room, repeated
 * until there is an answer. What is refused does not hold up what is behind it.
 */
export class Outbox {
  private readonly queues = new OutboxQueues((entry, settled) => this.deliver(entry, settled));
  private readonly given = new Map<string, OutboxEntry>();
  private readonly delayed: Delayed;
  private lastCreatedAt = 0;
  /** What an earlier page has left, or another tab may have: it may be taken back there as long as nobody has tried it. */
  private readonly found = new Set<OutboxEntry>();

  constructor(private readonly deps: OutboxDeps) {
    this.delayed = new Delayed(deps.now, (entry) => this.due(entry));
    for (const entry of deps.store.load().sort((a, b) => a.createdAt - b.createdAt)) {
      this.lastCreatedAt = Math.max(this.lastCreatedAt, entry.createdAt);
      this.found.add(entry);
      if (entry.error) this.given.set(entry.clientId, entry);
      else if (entry.kind && entry.notBefore !== undefined) this.delayed.add(entry);
      else this.queues.of(entry.roomId).push(entry);
    }
  }

  /** Everything that the server does not have: given up or on its way, in the order given. */
  entries(): OutboxEntry[] {
    const all = [...this.given.values(), ...this.delayed.entries(), ...this.queues.all()];
    return all.sort((a, b) => a.createdAt - b.createdAt);
  }

  /** The changes of a room's messages that the server does not have. */
  changes(roomId: string): ChangeCommand[] {
    return this.entries().filter(
      (entry): entry is ChangeCommand => entry.kind !== undefined && entry.roomId === roomId,
    );
  }

  /** Forgets everything, what other tabs have put into the store too. */
  clear(): void {
    this.queues.clear();
    this.given.clear();
    this.delayed.close();
    for (const { clientId } of this.deps.store.load()) this.deps.store.delete(clientId);
  }

  /** Ends all that goes on by itself. */
  close(): void {
    this.delayed.close();
  }

  /** Takes a message to be sent. */
  add(roomId: string, message: string): SendCommand {
    const entry = { ...this.command(roomId), message };
    this.enqueue(entry);
    return entry;
  }

  /** What was not sent by this client id, if anything: on its way or given up. */
  find(roomId: string, clientId: string): SendCommand | undefined {
    const isMeant = (entry: OutboxEntry): entry is SendCommand => !entry.kind && entry.clientId === clientId;
    const given = this.given.get(clientId);
    return given && isMeant(given) && given.roomId === roomId ? given : this.queues.of(roomId).find(isMeant);
  }

  /** Takes another text for a message. What was not tried yet of earlier ones, and what failed, gives way to it. */
  edit(roomId: string, target: Target, text: string): void {
    const waiting = this.changesOf(roomId, target).find((entry) => this.isUntried(entry) && entry.kind === 'edit');
    this.drop(this.changesOf(roomId, target).filter(({ error }) => error));
    if (waiting) {
      waiting.text = text;
      this.deps.store.put(waiting);
    } else {
      this.enqueue({ ...this.command(roomId), kind: 'edit', ...target, text });
    }
    this.deps.changesChanged(roomId);
  }

  /** Takes a message's deletion, in place of what else was to be changed of it. @param afterMs not to be sent before */
  delete(roomId: string, target: Target, afterMs: number): void {
    const changes = this.changesOf(roomId, target);
    if (changes.some(({ kind, error }) => kind === 'delete' && !error)) return;
    const which = 'id' in target ? { id: target.id } : target;
    const entry: ChangeCommand = { ...this.command(roomId), kind: 'delete', ...which };
    if (afterMs > 0) {
      entry.notBefore = this.deps.now() + afterMs;
      this.deps.store.put(entry);
      this.delayed.add(entry);
    } else {
      this.supersede(entry);
    }
    this.deps.changesChanged(roomId);
  }

  /** Takes back a deletion that has not been sent. @returns whether there was one */
  undo(roomId: string, id: string): boolean {
    const entry = this.delayed.take((entry) => entry.roomId === roomId && (entry.id === id || entry.of === id));
    if (entry) this.forget(entry);
    return entry !== undefined;
  }

  /** A message was deleted, by whichever device: there is nothing to be undone, or tried again. */
  gone({ roomId, id }: Pick<Message, 'roomId' | 'id'>): void {
    const deletions = this.changes(roomId).filter((entry) => entry.kind === 'delete' && entry.id === id);
    this.drop(deletions.filter((entry) => !this.queues.has(entry)));
  }

  /** Sends at once what waits to be undone. */
  hurry(): void {
    this.delayed.hurry();
  }

  /** Another text for a message, or none at all: nobody has it yet. @returns whether that was possible */
  rewrite(roomId: string, clientId: string, text: string | undefined): boolean {
    const entry = this.find(roomId, clientId);
    if (!entry || entry.error || !this.isUntried(entry)) return false;
    if (text === undefined) {
      this.forget(entry);
    } else {
      entry.message = text;
      this.deps.store.put(entry);
    }
    return true;
  }

  /** Sends what waits. To be called when online again. */
  resume(): void {
    this.queues.pumpAll();
  }

  /** The server turned out to have this one. */
  settle({ roomId, ...message }: Message, clientId: string): void {
    // First what is to be done with it: a page may end at any moment.
    const changes = this.changes(roomId).filter(({ of }) => of === clientId);
    for (const change of changes) {
      delete change.of;
      this.update(change, { id: message.id, ...(change.kind === 'edit' && { ifRev: revOf(message) }) });
    }
    this.given.delete(clientId);
    this.queues.remove(roomId, clientId);
    this.deps.store.delete(clientId);
    this.queues.settle(clientId);
    if (changes.length > 0) this.deps.changesChanged(roomId);
  }

  /**
   * Sends again what was given up, behind all others.
   * @param ifRev the `rev` of a message that is to be edited, as it is shown
   * @returns the entry; undefined: it is not given up
   */
  retry(roomId: string, clientId: string, ifRev?: number): OutboxEntry | undefined {
    const given = this.given.get(clientId);
    if (given?.roomId !== roomId) return undefined;
    const { error: _, firstAttemptAt: __, ...rest } = given;
    const entry: OutboxEntry = { ...rest, createdAt: this.timestamp() };
    if (entry.kind === 'edit' && ifRev !== undefined) entry.ifRev = ifRev;
    this.given.delete(clientId);
    this.enqueue(entry);
    if (entry.kind) this.deps.changesChanged(roomId);
    return entry;
  }

  /** Forgets what was given up. @returns whether it was */
  discard(roomId: string, clientId: string): boolean {
    const given = this.given.get(clientId);
    if (given?.roomId !== roomId) return false;
    this.forget(given);
    return true;
  }

  /** A room's history began anew: what was refused because a message is not in it concerns nothing that is shown. */
  dropLost(roomId: string): void {
    this.drop(this.changes(roomId).filter(({ error }) => error?.code === 'not_found'));
  }

  private due(entry: ChangeCommand): void {
    if (this.isTakenBack(entry)) return void this.forget(entry);
    delete entry.notBefore;
    entry.createdAt = this.timestamp();
    this.supersede(entry);
    this.deps.changesChanged(entry.roomId);
  }

  /** Whether another tab has taken back what this one found; what it has made of it instead is taken over. */
  private isTakenBack(entry: OutboxEntry): boolean {
    if (!this.found.has(entry) || !this.isUntried(entry)) return false;
    const stored = this.deps.store.load().find(({ clientId }) => clientId === entry.clientId);
    if (stored) Object.assign(entry, stored);
    return stored === undefined;
  }

  /** A message is to be deleted: what else was to be done with it is not. */
  private supersede(entry: ChangeCommand): void {
    const { roomId, id, of } = entry;
    const others = this.changes(roomId).filter((other) => (id === undefined ? other.of === of : other.id === id));
    this.drop(others.filter((other) => other !== entry && (other.error || this.isUntried(other))));
    this.enqueue(entry);
  }

  private enqueue(entry: OutboxEntry): void {
    this.queues.of(entry.roomId).push(entry);
    this.deps.store.put(entry);
    if (this.deps.retrier.isOnline) void this.queues.pump(entry.roomId);
  }

  /** @returns false: no more can be sent at all */
  private async deliver(entry: OutboxEntry, settled: Promise<undefined>): Promise<boolean> {
    try {
      const message = await Promise.race([settled, this.deps.retrier.run(() => this.attempt(entry), isFinal)]);
      if (message) this.done(entry, message);
      return true;
    } catch (error) {
      if (!this.queues.has(entry)) return true;
      const reason = error instanceof ChatError ? error : new ChatError('internal', 'It could not be sent');
      // Closed, signed out, or for a newer client to repeat: it stays, for the next time.
      if (!isFinal(reason) || reason.code === 'unauthorized' || reason.code === 'outdated') return false;
      this.giveUp(entry, reason.toBody());
      return true;
    }
  }

  private async attempt(entry: OutboxEntry): Promise<Message | undefined> {
    if (!this.queues.has(entry)) return undefined;
    const { retrier, now, store, send, change } = this.deps;
    if (!retrier.isOnline) throw new ChatError('unavailable', 'Not connected');
    if (this.isTakenBack(entry)) return void this.forget(entry);
    if (entry.kind && entry.id === undefined) throw LOST;
    // A change does no harm when it is repeated.
    if (!entry.kind && now() - (entry.firstAttemptAt ?? now()) > REPEAT_MS) throw EXPIRED;
    if (entry.firstAttemptAt === undefined) {
      entry.firstAttemptAt = now();
      store.put(entry);
    }
    return entry.kind ? change(entry) : send(entry);
  }

  private done(entry: OutboxEntry, message: Message): void {
    if (!entry.kind) {
      this.settle(message, entry.clientId);
      this.deps.sent(entry, message);
      return;
    }
    // What was edited after it was edited as this has made it.
    for (const later of this.changesOf(entry.roomId, { id: message.id, ifRev: 0 }))
      if (later.kind === 'edit' && !later.error) this.update(later, { ifRev: revOf(message) });
    this.queues.remove(entry.roomId, entry.clientId);
    this.deps.store.delete(entry.clientId);
    this.deps.changed(message);
    this.deps.changesChanged(entry.roomId);
  }

  private giveUp(entry: OutboxEntry, error: ErrorBody): void {
    this.queues.remove(entry.roomId, entry.clientId);
    entry.error = error;
    if (!entry.kind) {
      const changes = this.changesOf(entry.roomId, { of: entry.clientId });
      const text = changes.findLast(({ kind }) => kind === 'edit')?.text;
      if (text !== undefined) entry.message = text;
      this.drop(changes);
    }
    const isLost = entry.kind && error.code === 'not_found' && !this.deps.isThere(entry.roomId, entry.id ?? '');
    if (isLost || (entry.kind === 'edit' && this.isOutdone(entry))) return void this.forget(entry);
    this.given.set(entry.clientId, entry);
    this.deps.store.put(entry);
    if (!entry.kind) this.deps.failed(entry, error);
    this.deps.changesChanged(entry.roomId);
  }

  /** Whether more of the same message is to be changed than what was refused; what of it was refused before is forgotten. */
  private isOutdone({ roomId, clientId, id }: ChangeCommand): boolean {
    const others = this.changes(roomId).filter((other) => other.clientId !== clientId && other.id === id);
    this.drop(others.filter(({ kind, error }) => kind === 'edit' && error));
    return others.some(({ error, notBefore }) => !error && notBefore === undefined);
  }

  private changesOf(roomId: string, target: Target): ChangeCommand[] {
    return this.changes(roomId).filter(({ id, of }) => ('id' in target ? id === target.id : of === target.of));
  }

  private update(entry: ChangeCommand, to: Partial<ChangeCommand>): void {
    Object.assign(entry, to);
    this.deps.store.put(entry);
  }

  private drop(entries: readonly OutboxEntry[]): void {
    for (const entry of entries) this.forget(entry);
  }

  /** Nothing is to be done about it any more. */
  private forget(entry: OutboxEntry): void {
    const { roomId, clientId } = entry;
    if (!entry.kind) this.drop(this.changesOf(roomId, { of: clientId }));
    this.given.delete(clientId);
    this.delayed.take((delayed) => delayed === entry);
    this.queues.remove(roomId, clientId);
    this.deps.store.delete(clientId);
    this.queues.settle(clientId);
    if (entry.kind) this.deps.changesChanged(roomId);
  }

  private isUntried = ({ firstAttemptAt }: OutboxEntry): boolean => firstAttemptAt === undefined;

  private command(roomId: string): Pick<OutboxEntry, 'roomId' | 'clientId' | 'createdAt'> {
    return { roomId, clientId: createClientId(), createdAt: this.timestamp() };
  }

  /** Strictly increasing, so that a reload finds the same order. */
  private timestamp(): number {
    this.lastCreatedAt = Math.max(this.deps.now(), this.lastCreatedAt + 1);
    return this.lastCreatedAt;
  }
}

const isFinal = (error: unknown): boolean =>
  error === EXPIRED || !(error instanceof ChatError) || !TRANSIENT.includes(error.code);
