import type { ErrorBody, Message, Page, Position, SyncedRoom } from '@app/contracts';
import { comparePlaces, History, type Place } from './history';
import { Pending } from './pending';
import type { Entry, OutboxEntry, RoomView } from './types';

/** What an operation did, for the owner to tell others. */
export interface Change {
  /** Messages that newly became part of the room, in order; not history that was merely loaded. */
  added: Message[];
  /** Client ids of own messages that turned out to be stored. */
  settled: string[];
}

/** What a `sync` is asked with, and what its answer is judged by. */
export interface Ask {
  position: Position;
  life: number;
  /** The `seq` that was reached when it was asked. */
  reached: number;
  /** Ids of the messages that waited when it was asked. */
  waiting: readonly string[];
}

/**
 * One room's messages as a client knows them; no I/O.
 *
 * What is stored stands in order of date. `position` is the highest `seq` up to which nothing is missing; a message
 * further ahead waits, unseen, until a sync has brought those between. Messages of foreign servers have no `seq`.
 */
export class Timeline {
  /** Somebody wants the room here; else live messages are not kept. */
  wanted = false;
  private isLoaded = false;
  private lives = 0;
  private readonly history = new History();
  private readonly waiting = new Map<string, Message>();
  private readonly pending: Pending;
  private position: Position;
  /** Where the next sync starts while what came after it is in doubt. */
  private checkpoint: Position | null = null;
  /** The newest message ever seen; survives resets. */
  private newestSeen: Place | null = null;
  private held = false;
  private cached: RoomView | null = null;

  /** @param userId whose messages are own */
  constructor(
    readonly roomId: string,
    userId: string,
  ) {
    this.pending = new Pending(userId);
    this.position = nowhere(roomId);
  }

  /** The newest page is here. */
  get loaded(): boolean {
    return this.isLoaded;
  }

  /** Counts resets: an answer to what was asked in an earlier life means nothing. */
  get life(): number {
    return this.lives;
  }

  /** Cursor of the page before what is here; null: there is none. */
  get older(): string | null {
    return this.history.older;
  }

  /** Messages wait for others that are missing before them. */
  get hasGap(): boolean {
    return this.isLoaded && !this.held && this.waiting.size > 0;
  }

  /** Something to be shown changed since `view` was last called. */
  get dirty(): boolean {
    return this.cached === null;
  }

  /** What is to be shown; the same object until something changes. */
  view(): RoomView {
    this.cached ??= { entries: this.shown(), hasOlder: this.older !== null, loaded: this.isLoaded };
    return this.cached;
  }

  private shown(): Entry[] {
    // One plain copy: there may be a hundred thousand, and a hundred messages a second.
    const entries: Entry[] = this.isLoaded ? this.history.shown() : [];
    for (const entry of this.pending.values()) entries.push(entry);
    return entries;
  }

  /** Shows an own message that is on its way, after those that already are. */
  queue(entry: OutboxEntry): Entry {
    this.cached = null;
    return this.pending.add(entry);
  }

  /** An own message was given up. */
  failed(clientId: string, error: ErrorBody): void {
    this.cached = null;
    this.pending.fail(clientId, error);
  }

  /** An own message is not to be shown any more. */
  discard(clientId: string): void {
    this.cached = null;
    this.pending.delete(clientId);
  }

  /**
   * A message was heard, or an own one acknowledged.
   * @param clientId of an acknowledged one
   */
  live(message: Message, clientId = message.clientId): Change {
    const change = none();
    this.claim(message, clientId, change);
    if (this.isLoaded || this.wanted) {
      this.waiting.set(message.id, message);
      this.drain(change);
    } else {
      this.arrived(message.id);
    }
    return change;
  }

  /** The newest page, asked in this life, is here. */
  newest(page: Page): Change {
    const change = none();
    const seen = this.newestSeen;
    this.isLoaded = true;
    this.cached = null;
    this.position = page.head;
    this.history.startAt(page);
    for (const message of page.messages) {
      this.claim(message, message.clientId, change);
      // Stored while the page was read: something between the head and it may be missing.
      if ((message.seq ?? 0) > page.head.seq) this.waiting.set(message.id, message);
      else if (this.insert(message) && seen && comparePlaces(message, seen) > 0) change.added.push(message);
    }
    this.newestSeen ??= { date: 0, id: '' };
    this.drain(change);
    return change;
  }

  /** An older page, asked by `cursor`, is here. */
  olderPage(page: Page, cursor: string): Change {
    const change = none();
    if (cursor !== this.older) return change;
    if (page.messages.some((message) => this.contradicts(message))) {
      this.reset();
      return change;
    }
    this.cached = null;
    this.history.startAt(page);
    for (const message of page.messages) {
      this.claim(message, message.clientId, change);
      this.insert(message);
    }
    return change;
  }

  /** What to ask a sync with. */
  ask(): Ask {
    return {
      position: this.checkpoint ?? this.position,
      life: this.lives,
      reached: this.position.seq,
      waiting: [...this.waiting.keys()],
    };
  }

  /**
   * A sync was answered.
   * @returns `more`: ask again
   */
  synced(answer: SyncedRoom, ask: Ask): Change & { more: boolean } {
    const change = { ...none(), more: false };
    if (ask.life !== this.lives || !this.isLoaded) return change;
    if (answer.status === 'ok') {
      change.more = this.merge(answer, ask, change);
    } else {
      this.reset();
      if (answer.status === 'forbidden') this.wanted = false;
    }
    return change;
  }

  /** Forgets everything stored: it is of another history. What is pending stays. */
  reset(): void {
    this.lives++;
    this.isLoaded = false;
    this.cached = null;
    this.history.clear();
    this.forgetWaiting();
    this.position = nowhere(this.roomId);
    this.checkpoint = null;
  }

  /** Something may have been missed before what is heard from here on: the next sync starts here. */
  doubt(): void {
    if (this.isLoaded) this.checkpoint ??= { ...this.position };
    else this.forgetWaiting();
  }

  /** Keeps what is heard aside until `release`. */
  hold(): void {
    this.held = true;
  }

  release(): Change {
    const change = none();
    this.held = false;
    this.drain(change);
    return change;
  }

  private merge(answer: SyncedRoom & { status: 'ok' }, ask: Ask, change: Change): boolean {
    const { upTo, messages, more } = answer;
    const lost = !more && upTo.seq < ask.reached;
    if (lost || this.contradicts(upTo) || messages.some((message) => this.contradicts(message))) {
      this.reset();
      return false;
    }
    const rev = Math.max(upTo.rev, this.position.rev);
    if (upTo.seq > this.position.seq) this.position = { ...upTo, rev };
    // A doubt that came up after the question is not answered by it.
    if (this.checkpoint === ask.position) this.checkpoint = null;
    if (more && upTo.seq < this.position.seq) this.checkpoint ??= upTo;
    for (const message of messages) {
      this.claim(message, message.clientId, change);
      if ((message.seq ?? 0) > this.position.seq) this.waiting.set(message.id, message);
      else if (this.insert(message)) change.added.push(message);
    }
    if (!more) {
      // Heard before the question, yet not in the answer: the server has lost it since.
      for (const id of ask.waiting) if ((this.waiting.get(id)?.seq ?? 0) > upTo.seq) this.arrived(id);
    }
    this.drain(change);
    return more && ask.life === this.lives;
  }

  /** Gives the waiting messages their places, as far as none is missing before them. */
  private drain(change: Change): void {
    if (!this.isLoaded || this.held) return;
    const ready = [...this.waiting.values()].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    for (const message of ready) {
      const { seq, id } = message;
      if (this.contradicts(message)) {
        this.reset();
        return;
      }
      if (seq !== undefined && seq > this.position.seq + 1) return;
      if (seq !== undefined && seq <= this.position.seq) {
        // Known, or of an older page.
        this.arrived(id);
        continue;
      }
      if (seq !== undefined) this.position = { ...this.position, seq, id };
      if (this.insert(message)) change.added.push(message);
    }
  }

  /** @returns whether it was new */
  private insert(message: Message): boolean {
    this.arrived(message.id);
    if (!this.history.insert(message, this.pending.keyOf(message.id))) return false;
    if (!this.newestSeen || comparePlaces(message, this.newestSeen) > 0) this.newestSeen = message;
    this.cached = null;
    return true;
  }

  private claim(message: Message, clientId: string | undefined, change: Change): void {
    if (clientId === undefined || !this.pending.claim(message, clientId)) return;
    this.cached = null;
    change.settled.push(clientId);
  }

  /** A message waits no longer, and is no longer pending. */
  private arrived(id: string): void {
    this.waiting.delete(id);
    if (this.pending.arrived(id)) this.cached = null;
  }

  /** What is fetched next has them, or they are gone; acknowledged ones are not pending any more. */
  private forgetWaiting(): void {
    for (const id of [...this.waiting.keys()]) this.arrived(id);
  }

  /** Another message is known to have this place: the histories differ. */
  private contradicts({ seq = 0, id }: { seq?: number; id: string }): boolean {
    if (seq === 0) return false;
    const known = seq === this.position.seq ? this.position.id : this.history.idOf(seq);
    return known !== undefined && known !== id;
  }
}

const none = (): Change => ({ added: [], settled: [] });
const nowhere = (roomId: string): Position => ({ roomId, seq: 0, id: '', rev: 0 });
