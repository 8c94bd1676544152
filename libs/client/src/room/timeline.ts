import type { Message, Page, SyncedRoom } from '@app/contracts';
import { type KeptHistory, keptOf, MAX_KEPT_MESSAGES } from '../kept-chat';
import type { PageAsk, RoomView } from '../types';
import { type Change, none } from './change';
import { type Ask, Feed } from './feed';
import { comparePlaces, type Place } from './history';
import { Log, olderThan } from './log';
import { Overlay } from './overlay';
import { Pending } from './pending';

/**
 * One room's messages as a client knows them; no I/O.
 *
 * What is stored stands in order of date. `position` is the place and the clock up to which nothing is missing, no
 * message and no change of one; what is further ahead waits until a sync has brought what is between. Of a message the
 * state with the highest `rev` is shown, in whatever order they came. Messages of foreign servers have neither.
 *
 * Beside the present, which is kept complete, there may be a stretch of history apart from it. Then that is shown, until
 * the pages between have come, and both are one.
 */
export class Timeline {
  /** Somebody wants the room here; else live messages are not kept. */
  wanted = false;
  private isLoaded = false;
  private currentGeneration = 0;
  private readonly log: Log;
  readonly feed: Feed;
  /** One's own messages that are on their way, or failed. */
  readonly pending: Pending;
  /** One's own changes that are on their way, or failed. */
  readonly overlay: Overlay;
  /** The newest message ever seen; survives resets. */
  private newestSeen: Place | null = null;
  private paused = false;
  private cached: RoomView | null = null;

  /** @param userId whose messages are own */
  constructor(
    readonly roomId: string,
    userId: string,
  ) {
    this.feed = new Feed(roomId);
    const changed = () => {
      this.cached = null;
    };
    this.log = new Log(roomId, changed);
    this.pending = new Pending(userId, changed);
    this.overlay = new Overlay(userId, changed);
  }

  /** The newest page is here. */
  get loaded(): boolean {
    return this.isLoaded;
  }

  /** Counts resets: an answer to what was asked in an earlier generation means nothing. */
  get generation(): number {
    return this.currentGeneration;
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
    return this.feed.position.seq;
  }

  /** Something waits for what is missing before it. */
  get hasGap(): boolean {
    return this.isLoaded && !this.paused && this.feed.aside.size > 0;
  }

  /** What is here may lack a change: to be synced. */
  get behind(): boolean {
    return this.isLoaded && this.feed.behind;
  }

  /** The clock of the newest state that is known of a message, without what is on its way; one whose place is not known yet has one too. */
  stored(id: string): Pick<Message, 'seq' | 'rev'> | undefined {
    return this.log.get(id) ?? this.pending.stored(id);
  }

  /** Something to be shown changed since `view` was last called. */
  get dirty(): boolean {
    return this.cached === null;
  }

  /** What is to be shown; the same object until something changes. */
  view(): RoomView {
    this.cached ??= this.log.view(this.isLoaded, this.pending.values(), this.overlay);
    return this.cached;
  }

  /**
   * A message or another state of one was heard, or an own one acknowledged.
   * @param clientId of an acknowledged one
   */
  live(message: Message, clientId = message.clientId): Change {
    const change = none();
    this.matchPending(message, clientId, change);
    this.refresh(message, change);
    if (this.isLoaded || this.wanted) {
      this.feed.aside.put(message);
      this.drain(change);
    } else {
      this.placed(message);
    }
    return change;
  }

  /** The newest page, asked in this generation, is here. */
  newest(page: Page): Change {
    const change = none();
    this.isLoaded = true;
    this.cached = null;
    this.feed.begin(page.head, true);
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
    // What came after the stale point is to be asked for again.
    return this.isLoaded ? keptOf({ ...this.feed.start }, this.log.present.tail(MAX_KEPT_MESSAGES)) : undefined;
  }

  /** Begins with what another page has kept; what was said since is to be synced. Nothing of it is new. */
  restore({ position, messages, isWhole }: Omit<KeptHistory, 'epoch'>): Change {
    const change = none();
    const [first] = messages;
    this.isLoaded = true;
    this.cached = null;
    this.feed.begin(position, false);
    this.newestSeen = { date: 0, id: '' };
    this.log.present.startAt(isWhole || !first ? null : { around: first.id }, first);
    for (const message of messages) {
      this.matchPending(message, message.clientId, change);
      this.insert(message, change);
    }
    this.pause();
    return change;
  }

  /** A page before what is shown, asked by `ask`, is here. */
  olderPage(page: Page, ask: PageAsk): Change {
    if (ask !== this.older) return none();
    return this.addPage(page, (change) => {
      if (this.log.addOlder(page)) this.place(page.messages, change);
    });
  }

  /** A page after what is shown, asked by `ask`, is here. */
  newerPage(page: Page, ask: PageAsk): Change {
    if (ask !== this.newer) return none();
    return this.addPage(page, () => this.log.addNewer(page));
  }

  /** A page around a place, asked in this generation, is here: it is shown. */
  pageAround(page: Page, place: string): Change {
    return this.addPage(page, () => this.log.open(page, place, (id) => this.pending.keyOf(id)));
  }

  /**
   * Shows what is here already around a place.
   * @param place the id of a message, or `{roomId}-{seq}`
   * @returns the id of the message; undefined: it is not here
   */
  show(place: string): string | undefined {
    return this.log.show(place);
  }

  /** Shows the present, if a stretch apart from it is shown. */
  showPresent(): void {
    this.log.showPresent();
  }

  /** What to ask a sync with. */
  ask(): Ask {
    return this.feed.ask(this.currentGeneration);
  }

  /**
   * A sync was answered.
   * @returns `more`: ask again
   */
  synced(answer: SyncedRoom, ask: Ask): Change & { more: boolean } {
    const change = { ...none(), more: false };
    if (ask.generation !== this.currentGeneration || !this.isLoaded) return change;
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
    this.currentGeneration++;
    this.isLoaded = false;
    this.log.clear();
    this.forgetWaiting();
    this.feed.clear();
  }

  /** Something may have been missed before what is heard from here on: the next sync starts here. */
  markStale(): void {
    if (this.isLoaded) this.feed.markStale();
    else this.forgetWaiting();
  }

  /** Keeps what is heard aside until `resume`. */
  pause(): void {
    this.paused = true;
  }

  resume(): Change {
    const change = none();
    this.paused = false;
    this.drain(change);
    return change;
  }

  private merge(answer: SyncedRoom & { status: 'ok' }, ask: Ask, change: Change): boolean {
    // An earlier release has no changes to tell.
    const { upTo, messages, changed = [], more } = answer;
    const states = [upTo, ...messages, ...changed];
    if (this.feed.isLost(answer, ask) || states.some((state) => this.log.contradicts(state, this.feed.position))) {
      this.reset();
      return false;
    }
    this.feed.answered(answer, ask);
    for (const message of changed) {
      this.refresh(message, change);
      change.changed.push(message);
    }
    this.place(messages, change, true);
    for (const message of this.feed.lostOf(ask, answer)) this.placed(message);
    this.drain(change);
    return more && ask.generation === this.currentGeneration;
  }

  /** Gives what waits its place, as far as nothing is missing before it. */
  private drain(change: Change): void {
    if (!this.isLoaded || this.paused) return;
    for (const message of this.feed.aside.inOrder()) {
      if (this.log.contradicts(message, this.feed.position)) {
        this.reset();
        return;
      }
      const kind = this.feed.advance(message);
      if (kind === 'ahead') return;
      if (kind === 'change') {
        this.placed(message);
        this.refresh(message, change);
      } else if (this.insert(message, change)) {
        change.added.push(message);
      }
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

  /**
   * Gives messages of a page or a sync their places; those beyond the position wait for the ones before them.
   * @param areNew of a page only what is newer than all that was seen
   */
  private place(messages: readonly Message[], change: Change, areNew = false): void {
    const seen = this.newestSeen;
    for (const message of messages) {
      this.matchPending(message, message.clientId, change);
      if ((message.seq ?? 0) > this.newestSeq) this.feed.aside.put(message);
      else if (this.insert(message, change) && (areNew || (seen && comparePlaces(message, seen) > 0)))
        change.added.push(message);
    }
  }

  private addPage(page: Page, add: (change: Change) => void): Change {
    const change = none();
    if (page.messages.some((message) => this.log.contradicts(message, this.feed.position))) {
      this.reset();
      return change;
    }
    this.cached = null;
    this.feed.pageRead(page.head, this.isLoaded);
    add(change);
    for (const message of page.messages) if (message.deleted) change.changed.push(message);
    this.meet(change);
    this.drain(change);
    return change;
  }

  /** @returns whether it was new */
  private insert(message: Message, change: Change): boolean {
    this.placed(message);
    this.refresh(message, change);
    if (!this.log.present.insert(message, this.pending.keyOf(message.id))) return false;
    if (message.deleted) change.changed.push(message);
    if (!this.newestSeen || comparePlaces(message, this.newestSeen) > 0) this.newestSeen = message;
    this.cached = null;
    return true;
  }

  /** Shows a state of a message that is here, if it is a newer one. */
  private refresh(message: Message, change: Change): void {
    const isPending = this.pending.replace(message);
    if (!this.log.replace(message) && !isPending) return;
    this.cached = null;
    change.changed.push(message);
  }

  private matchPending(message: Message, clientId: string | undefined, change: Change): void {
    if (clientId !== undefined && this.pending.match(message, clientId)) change.settled.push({ clientId, message });
  }

  /** A message waits no longer, and is no longer pending. */
  private placed(message: Message): void {
    this.feed.aside.delete(message);
    this.pending.placed(message.id);
  }

  /** What is fetched next has them, or they are gone; acknowledged ones are not pending any more. */
  private forgetWaiting(): void {
    for (const message of this.feed.aside.inOrder()) this.placed(message);
  }
}
