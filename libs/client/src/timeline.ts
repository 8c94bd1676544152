import type { ErrorBody, Message, Page, Position, SyncedRoom } from '@app/contracts';
import { comparePlaces, type Place } from './history';
import { type KeptHistory, MAX_KEPT_MESSAGES, newestToKeep } from './kept-chat';
import { Log, olderThan } from './log';
import { Pending } from './pending';
import type { Entry, OutboxEntry, PageAsk, RoomView } from './types';

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
 *
 * Beside the present, which is kept complete, there may be a stretch of history apart from it. Then that is shown, until
 * the pages between have come, and both are one.
 */
export class Timeline {
  /** Somebody wants the room here; else live messages are not kept. */
  wanted = false;
  private isLoaded = false;
  private lives = 0;
  private readonly log: Log;
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
    this.log = new Log(roomId);
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

  /** How to ask for the page before what is shown; null: there is none. */
  get older(): PageAsk | null {
    return this.log.older;
  }

  /** How to ask for the page after what is shown; null: it reaches to the present. */
  get newer(): PageAsk | null {
    return this.log.newer;
  }

  /** The `seq` of the newest message that is here, with all before it; 0: none is. */
  get newestSeq(): number {
    return this.position.seq;
  }

  /** One's own message that the server does not have: the last that failed, else the last. */
  get unsent(): Entry | undefined {
    return this.pending.unsent;
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
    this.cached ??= this.log.view(this.isLoaded, this.pending.values());
    return this.cached;
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
    this.isLoaded = true;
    this.cached = null;
    this.position = page.head;
    this.log.present.startAt(olderThan(page), page.messages[0]);
    // What was stored while the page was read is beyond its head: something between may be missing.
    this.place(page.messages, change);
    this.newestSeen ??= { date: 0, id: '' };
    // What is beyond the head is heard of, or synced, or the server has lost it.
    this.meet(change, page.head.seq);
    this.drain(change);
    return change;
  }

  /** The end of the present, for another page to begin with; undefined: it is not here. */
  keep(): Omit<KeptHistory, 'epoch'> | undefined {
    if (!this.isLoaded) return undefined;
    // What came after a doubt is to be asked for again.
    const position = { ...(this.checkpoint ?? this.position) };
    const tail = this.log.present.tail(MAX_KEPT_MESSAGES);
    const messages = newestToKeep(tail.messages.filter(({ seq = 0 }) => seq <= position.seq));
    const isWhole = tail.isWhole && messages[0]?.id === tail.messages[0]?.id;
    return messages.length > 0 || isWhole ? { roomId: this.roomId, position, messages, isWhole } : undefined;
  }

  /** Begins with what another page has kept; what was said since is to be synced. Nothing of it is new. */
  restore({ position, messages, isWhole }: Omit<KeptHistory, 'epoch'>): Change {
    const change = none();
    const [first] = messages;
    this.isLoaded = true;
    this.cached = null;
    this.position = position;
    this.newestSeen = { date: 0, id: '' };
    this.log.present.startAt(isWhole || !first ? null : { around: first.id }, first);
    for (const message of messages) {
      this.claim(message, message.clientId, change);
      this.insert(message);
    }
    this.hold();
    return change;
  }

  /** A page before what is shown, asked by `ask`, is here. */
  olderPage(page: Page, ask: PageAsk): Change {
    const change = none();
    if (ask !== this.older || this.isOfAnotherHistory(page)) return change;
    this.cached = null;
    if (this.log.addOlder(page)) this.place(page.messages, change);
    this.meet(change);
    this.drain(change);
    return change;
  }

  /** A page after what is shown, asked by `ask`, is here. */
  newerPage(page: Page, ask: PageAsk): Change {
    const change = none();
    if (ask !== this.newer || this.isOfAnotherHistory(page)) return change;
    this.cached = null;
    this.log.addNewer(page);
    this.meet(change);
    this.drain(change);
    return change;
  }

  /** A page around a place, asked in this life, is here: it is shown. */
  pageAround(page: Page, place: string): Change {
    const change = none();
    if (this.isOfAnotherHistory(page)) return change;
    this.cached = null;
    this.log.open(page, place, (id) => this.pending.keyOf(id));
    this.meet(change);
    this.drain(change);
    return change;
  }

  /**
   * Shows what is here already around a place.
   * @param place the id of a message, or `{roomId}-{seq}`
   * @returns the id of the message; undefined: it is not here
   */
  show(place: string): string | undefined {
    const { turns } = this.log;
    const known = this.log.show(place);
    if (turns !== this.log.turns) this.cached = null;
    return known;
  }

  /** Shows the present, if a stretch apart from it is shown. */
  showPresent(): void {
    if (this.log.showPresent()) this.cached = null;
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
    this.log.clear();
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

  /** Makes one of the present and the stretch apart from it, once nothing is missing between them. */
  private meet(change: Change, upTo = Number.POSITIVE_INFINITY): void {
    const messages = this.isLoaded ? this.log.join() : undefined;
    if (messages === undefined) return;
    this.cached = null;
    this.place(
      messages.filter(({ seq = 0 }) => seq <= upTo),
      change,
    );
  }

  /** Gives messages of a page their places; those beyond the position wait for the ones before them. */
  private place(messages: readonly Message[], change: Change): void {
    const seen = this.newestSeen;
    for (const message of messages) {
      this.claim(message, message.clientId, change);
      if ((message.seq ?? 0) > this.position.seq) this.waiting.set(message.id, message);
      else if (this.insert(message) && seen && comparePlaces(message, seen) > 0) change.added.push(message);
    }
  }

  private isOfAnotherHistory(page: Page): boolean {
    const differs = page.messages.some((message) => this.contradicts(message));
    if (differs) this.reset();
    return differs;
  }

  /** @returns whether it was new */
  private insert(message: Message): boolean {
    this.arrived(message.id);
    if (!this.log.present.insert(message, this.pending.keyOf(message.id))) return false;
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
    return (seq === this.position.seq && this.position.id !== id) || this.log.contradicts(seq, id);
  }
}

const none = (): Change => ({ added: [], settled: [] });
const nowhere = (roomId: string): Position => ({ roomId, seq: 0, id: '', rev: 0 });
