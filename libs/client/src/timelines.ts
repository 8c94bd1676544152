import { ChatError, type Message, type Page, type Position, type SyncAnswer, type SyncedRoom } from '@app/contracts';
import { CatchUp } from './catch-up';
import type { KeptHistory } from './kept-chat';
import type { Retrier } from './retrier';
import type { Change } from './room/change';
import type { Ask } from './room/feed';
import { Timeline } from './room/timeline';
import type { PageAsk } from './types';

export interface TimelinesDeps {
  userId: string;
  retrier: Retrier;
  /** A page; the newest, if nothing is asked for. */
  page: (roomId: string, ask?: PageAsk) => Promise<Page>;
  sync: (epoch: string | undefined, positions: Position[]) => Promise<SyncAnswer>;
  viewChanged: (roomId: string) => void;
  /** Became part of a room, or was heard in one that is not loaded; may be told twice around the loading of one. */
  added: (message: Message) => void;
  /** Has another state than was known, or is a tombstone; loaded or not. May be told more than once. */
  changed: (message: Message) => void;
  /** An own message turned out to be stored. */
  settled: (clientId: string, message: Message) => void;
  forbidden: (roomId: string) => void;
  /** A room turned out to have another history than was known. */
  restarted: (roomId: string) => void;
}

/** The timelines of all rooms, kept complete: loads pages, and syncs what may have missed something. */
export class Timelines {
  private readonly timelines = new Map<string, Timeline>();
  private readonly loading = new Map<string, Promise<void>>();
  private readonly loadingMore = new Map<string, Promise<void>>();
  /** The place that was last asked for in each room, until it is there or something else is wanted. */
  private readonly going = new Map<string, { place: string; arrival: Promise<string | undefined> }>();
  private readonly catchUp: CatchUp;
  /** Counts the times from which on something may have been missed. */
  private breaks = 0;
  private epoch: string | undefined;
  /** The generation of each timeline that was told of last. */
  private readonly generations = new Map<string, number>();

  constructor(private readonly deps: TimelinesDeps) {
    this.catchUp = new CatchUp({
      retrier: deps.retrier,
      sync: (positions) => deps.sync(this.epoch, positions),
      ask: (roomId) => {
        const timeline = this.timelines.get(roomId);
        return timeline?.loaded ? timeline.ask() : undefined;
      },
      adopt: (epoch = this.epoch ?? '') => this.adopt(epoch),
      synced: (roomId, room, ask) => this.synced(roomId, room, ask),
    });
  }

  get(roomId: string): Timeline | undefined {
    return this.timelines.get(roomId);
  }

  /** The room's timeline, made if need be. */
  ensure(roomId: string): Timeline {
    const known = this.timelines.get(roomId);
    if (known) return known;
    const timeline = new Timeline(roomId, this.deps.userId);
    this.timelines.set(roomId, timeline);
    return timeline;
  }

  /** The end of a room's history, for another page to begin with; undefined: it is not here. */
  keep(roomId: string): KeptHistory | undefined {
    const kept = this.timelines.get(roomId)?.keep();
    return kept && this.epoch !== undefined ? { ...kept, epoch: this.epoch } : undefined;
  }

  /** Begins with what another page has kept. To be called before anything is loaded. */
  restore(epoch: string, histories: readonly KeptHistory[]): void {
    this.epoch = epoch;
    for (const history of histories) {
      const timeline = this.ensure(history.roomId);
      // What was said in another database is of no use.
      if (history.epoch === epoch && !timeline.loaded) this.apply(timeline, timeline.restore(history));
    }
  }

  /** Which database all of this is of, once it is known. */
  get database(): string | undefined {
    return this.epoch;
  }

  /**
   * Loads a room's newest page unless it is there; repeated until it succeeds.
   * @throws ChatError `forbidden` and other refusals; `unavailable` once closed
   */
  open(roomId: string): Promise<void> {
    const timeline = this.ensure(roomId);
    timeline.wanted = true;
    return timeline.loaded ? Promise.resolve() : this.load(timeline);
  }

  /** Loads the page before what is shown, if there is one; repeated until it succeeds. @throws like `open` */
  loadOlder(roomId: string): Promise<void> {
    return this.loadMore(roomId, 'older');
  }

  /** Loads the page after what is shown, if it does not reach to the present. @throws like `open` */
  loadNewer(roomId: string): Promise<void> {
    return this.loadMore(roomId, 'newer');
  }

  /**
   * Shows a place in a room's history; repeated until it succeeds. The newest page is loaded too.
   * @param place the id of a message, or `{roomId}-{seq}`
   * @returns the id of the message, or of the nearest; undefined: something else was wanted meanwhile, or the history ended
   * @throws like `open`
   */
  goTo(roomId: string, place: string): Promise<string | undefined> {
    const underWay = this.going.get(roomId);
    if (underWay?.place === place) return underWay.arrival;
    const timeline = this.ensure(roomId);
    // Whoever opened the room hears of errors.
    this.open(roomId).catch(() => {});
    const known = timeline.show(place);
    if (known !== undefined) {
      this.going.delete(roomId);
      this.touched(timeline);
      return Promise.resolve(known);
    }
    const arrival: Promise<string | undefined> = this.fetchAround(
      timeline,
      place,
      () => this.going.get(roomId)?.arrival === arrival,
    );
    this.going.set(roomId, { place, arrival });
    return arrival;
  }

  /** Shows the present of a room, wherever one was. */
  showPresent(roomId: string): void {
    this.going.delete(roomId);
    const timeline = this.timelines.get(roomId);
    timeline?.showPresent();
    if (timeline) this.touched(timeline);
  }

  /** A message was heard, or an own one acknowledged as `clientId`. */
  heard(message: Message, clientId?: string): void {
    const timeline = this.timelines.get(message.roomId);
    if (!timeline?.loaded) this.deps.added(message);
    if (timeline) this.apply(timeline, timeline.live(message, clientId));
  }

  /** Another state of a message was heard, or an own change acknowledged. */
  heardChange(message: Message): void {
    const timeline = this.timelines.get(message.roomId);
    this.deps.changed(message);
    if (timeline) this.apply(timeline, timeline.live(message));
  }

  /** Tells of a change that was made to a timeline directly. */
  touched(timeline: Timeline): void {
    if (timeline.dirty) this.deps.viewChanged(timeline.roomId);
  }

  /** The connection is lost: what is heard until the next sync is kept aside. */
  pause(): void {
    for (const timeline of this.timelines.values()) {
      timeline.markStale();
      timeline.pause();
    }
  }

  /** Connected again: syncs. */
  resume(): void {
    this.breaks++;
    this.syncAll();
  }

  /** Something may have been missed already: the sync that follows starts from here. */
  markStale(): void {
    this.breaks++;
    for (const timeline of this.timelines.values()) timeline.markStale();
  }

  /** Syncs every loaded room. */
  syncAll(): void {
    for (const timeline of this.timelines.values()) if (timeline.loaded) this.catchUp.markStale(timeline.roomId);
    void this.catchUp.run();
  }

  close(): void {
    this.catchUp.close();
  }

  private load(timeline: Timeline): Promise<void> {
    const { roomId } = timeline;
    const underWay = this.loading.get(roomId);
    if (underWay) return underWay;
    const work = this.fetchNewest(timeline);
    this.loading.set(roomId, work);
    return work;
  }

  private async fetchNewest(timeline: Timeline): Promise<void> {
    const { retrier, page, forbidden } = this.deps;
    try {
      while (timeline.wanted && !timeline.loaded) {
        const { generation } = timeline;
        let breaks = this.breaks;
        const newest = await retrier.run(() => {
          breaks = this.breaks;
          return page(timeline.roomId);
        });
        this.adopt(newest.epoch);
        if (generation !== timeline.generation) continue;
        // Between the page and what is heard now there may be a hole.
        const complete = retrier.isOnline && breaks === this.breaks;
        if (complete) timeline.resume();
        else timeline.pause();
        this.apply(timeline, timeline.newest(newest));
        if (!complete) {
          this.catchUp.markStale(timeline.roomId);
          void this.catchUp.run();
        }
      }
    } catch (error) {
      timeline.wanted = false;
      if (error instanceof ChatError && error.code === 'forbidden') forbidden(timeline.roomId);
      throw error;
    } finally {
      // At once: a reset right after it must find that nothing is loading.
      this.loading.delete(timeline.roomId);
    }
  }

  private loadMore(roomId: string, end: 'older' | 'newer'): Promise<void> {
    const key = `${end} ${roomId}`;
    const underWay = this.loadingMore.get(key);
    if (underWay) return underWay;
    const work = this.fetchMore(roomId, end).finally(() => this.loadingMore.delete(key));
    this.loadingMore.set(key, work);
    return work;
  }

  private async fetchMore(roomId: string, end: 'older' | 'newer'): Promise<void> {
    const timeline = this.timelines.get(roomId);
    const ask = timeline?.[end] ?? null;
    if (!timeline || ask === null) return;
    await this.fetch(timeline, ask, (page) => {
      this.apply(timeline, end === 'older' ? timeline.olderPage(page, ask) : timeline.newerPage(page, ask));
    });
  }

  private async fetchAround(timeline: Timeline, place: string, isWanted: () => boolean): Promise<string | undefined> {
    let there: string | undefined;
    try {
      await this.fetch(timeline, { around: place }, (page) => {
        if (!isWanted()) return;
        this.apply(timeline, timeline.pageAround(page, place));
        there = timeline.view().around;
      });
    } finally {
      if (isWanted()) this.going.delete(timeline.roomId);
    }
    return there;
  }

  /** Asks for a page, and uses it unless the room's history began anew meanwhile. */
  private async fetch(timeline: Timeline, ask: PageAsk, use: (page: Page) => void): Promise<void> {
    const { roomId, generation } = timeline;
    let breaks = this.breaks;
    const page = await this.deps.retrier.run(() => {
      breaks = this.breaks;
      return this.deps.page(roomId, ask);
    });
    this.adopt(page.epoch);
    if (generation !== timeline.generation) return;
    use(page);
    // It may hold what the server has lost since.
    if (breaks === this.breaks || !timeline.loaded) return;
    this.catchUp.markStale(roomId);
    void this.catchUp.run();
  }

  private synced(roomId: string, room: SyncedRoom, ask: Ask): void {
    const timeline = this.ensure(roomId);
    const { more, ...change } = timeline.synced(room, ask);
    if (more) this.catchUp.markStale(roomId);
    this.apply(timeline, change);
    if (room.status === 'forbidden') this.deps.forbidden(roomId);
    if (!this.catchUp.has(roomId) && this.deps.retrier.isOnline) this.apply(timeline, timeline.resume());
  }

  /** Another epoch is another database: nothing known is of it. */
  private adopt(epoch: string): void {
    const known = this.epoch;
    this.epoch = epoch;
    if (known === undefined || known === epoch) return;
    for (const timeline of this.timelines.values()) {
      timeline.reset();
      this.apply(timeline, { added: [], changed: [], settled: [] });
    }
  }

  private apply(timeline: Timeline, { added, changed, settled }: Change): void {
    const { roomId } = timeline;
    for (const { clientId, message } of settled) this.deps.settled(clientId, message);
    for (const message of added) this.deps.added(message);
    for (const message of changed) this.deps.changed(message);
    this.touched(timeline);
    const { generation } = timeline;
    if (generation !== (this.generations.get(roomId) ?? 0)) {
      this.generations.set(roomId, generation);
      this.deps.restarted(roomId);
    }
    // It was reset; who opened it first hears of errors, later ones show in the room list.
    if (timeline.wanted && !timeline.loaded) this.load(timeline).catch(() => {});
    if (timeline.hasGap) this.catchUp.syncIfGapStays(roomId, () => timeline.hasGap);
    if (timeline.behind) {
      this.catchUp.markStale(roomId);
      void this.catchUp.run();
    }
  }
}
