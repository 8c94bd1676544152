import { type Hello, type Message, revOf, type User } from '@app/contracts';
import { ChatApi } from './api';
import { Calls } from './calls';
import { Connection, Refusal } from './connection';
import { Emitter } from './emitter';
import type { Feature, Hears } from './feature';
import { type ChatClientEvents, featuresOf } from './features';
import { asMessage, hearsFor } from './incoming';
import { JitteredTask } from './jittered-task';
import type { KeptChat, KeptList } from './kept-chat';
import type { LinkFactory } from './link';
import { Outbox, type Target } from './outbox';
import { createMemoryOutbox } from './outbox-store';
import { speaksLater } from './outdated';
import { RecentIds } from './recent-ids';
import { Retrier } from './retrier';
import { seqOf } from './room/stretch';
import type { Timeline } from './room/timeline';
import { RoomList } from './room-list';
import { Timelines } from './timelines';
import type { ChatClientOptions, SendCommand } from './types';

const DEFAULT_MESSAGE_LENGTH = 4000;

/** The parts of a client, wired together: each is told what it must know of the others. */
export class Engine {
  readonly api: ChatApi;
  readonly emitter = new Emitter<ChatClientEvents>();
  readonly connection: Connection;
  readonly timelines: Timelines;
  readonly outbox: Outbox;
  readonly roomList: RoomList;
  readonly features: readonly Feature[];
  /** In characters (code points). */
  maxMessageLength = DEFAULT_MESSAGE_LENGTH;
  /** 0: for ever. */
  editWindowMs = 0;
  /** How far the server's clock is ahead of this one, in milliseconds. */
  clockAheadMs = 0;
  /** The server is not understood. */
  outdated = false;
  readonly now: () => number;
  private readonly calls: Calls;
  private readonly retrier: Retrier;
  private readonly announced = new RecentIds();
  /** States of messages. */
  private readonly told = new RecentIds();
  private readonly resync: JitteredTask;
  private readonly refreshRooms: JitteredTask;
  private readonly hears: readonly Hears[];

  constructor(
    private readonly user: User,
    options: ChatClientOptions,
    createLink: LinkFactory,
  ) {
    const { random = Math.random, now = () => Date.now(), outbox = createMemoryOutbox() } = options;
    this.now = now;
    this.api = new ChatApi(options);
    this.resync = new JitteredTask(random, () => {
      this.timelines.syncAll();
      this.refreshLists();
    });
    this.refreshRooms = new JitteredTask(random, () => this.roomList.request());
    this.connection = new Connection({
      createLink,
      random,
      now,
      changed: () => this.stateChanged(),
      heard: (event, payload) => this.heard(event as keyof Hears, payload),
    });
    const calls = new Calls(this.connection);
    this.calls = calls;
    this.retrier = new Retrier(
      random,
      () => this.connection.signOut(),
      () => this.becomeOutdated(),
    );
    const { retrier } = this;
    this.roomList = new RoomList({
      userId: user.id,
      retrier,
      fetch: () => this.api.rooms(),
      readHere: (roomId) => Math.max(0, ...this.features.map((feature) => feature.readHere?.(roomId) ?? 0)),
      over: (message) => this.timelines.get(message.roomId)?.overlay.over(message) ?? message,
      changed: () => this.roomsChanged(),
    });
    this.timelines = new Timelines({
      userId: user.id,
      retrier,
      page: (roomId, ask) => calls.page(roomId, ask, () => this.api.page(roomId, ask)),
      sync: (epoch, positions) => calls.sync({ ...(epoch !== undefined && { epoch }), positions }),
      viewChanged: (roomId) => this.emitter.emit('view', roomId),
      added: (message) => this.added(message),
      changed: (message) => this.changed(message),
      settled: (clientId, message) => this.outbox.settle(message, clientId),
      forbidden: (roomId) => this.roomList.remove(roomId),
      restarted: (roomId) => this.outbox.dropLost(roomId),
    });
    this.outbox = new Outbox({
      store: outbox,
      retrier,
      now,
      send: (entry) => calls.send(entry),
      change: (entry) => calls.change(entry).catch((error: unknown) => this.conflict(error)),
      sent: (entry, message) => this.sent(entry, message),
      changed: (message) => this.timelines.heardChange(message),
      failed: (entry) => this.change(entry.roomId, (timeline) => timeline.pending.fail(entry)),
      isThere: (roomId, id) => this.timelines.get(roomId)?.stored(id) !== undefined,
      changesChanged: (roomId) => this.showChanges(roomId),
    });
    this.features = featuresOf({
      user,
      api: this.api,
      ask: calls.ask,
      retrier,
      random,
      roomList: this.roomList,
      timelines: this.timelines,
      emit: (event, ...args) => this.emitter.emit(event, ...args),
    });
    const own = hearsFor({
      hello: (greeting) => this.greeted(greeting),
      message: (message) => {
        this.timelines.heard(message);
        for (const feature of this.features) feature.heard?.(message);
      },
      changed: (message) => this.timelines.heardChange(message),
      pass: (roomId, rev) => this.timelines.get(roomId)?.feed.pass(rev),
      shown: (room) => this.roomList.shown(room),
      stale: (spreadMs) => this.refreshRooms.schedule(spreadMs),
      resync: (spreadMs) => {
        this.timelines.markStale();
        this.resync.schedule(spreadMs);
      },
    });
    this.hears = [own, ...this.features.map(({ hears = {} }) => hears)];
    for (const entry of this.outbox.entries()) {
      if (entry.kind) this.showChanges(entry.roomId);
      else this.timelines.ensure(entry.roomId).pending.add(entry);
      // A room that nothing was said in yet is in no list of the server's.
      this.roomList.add({ id: entry.roomId, names: [] });
    }
  }

  private heard(event: keyof Hears, payload: unknown): void {
    for (const hears of this.hears) if (Object.hasOwn(hears, event)) hears[event]?.(payload);
  }

  private greeted({ user, maxMessageLength, editWindowMs = 0, now, calls, protocol }: Partial<Hello>): void {
    const userId = user?.id;
    if (userId !== undefined && userId !== this.user.id) {
      // Somebody else signed in with this browser: their session is not for this client.
      this.connection.signOut();
      return;
    }
    if (maxMessageLength) this.maxMessageLength = maxMessageLength;
    this.editWindowMs = editWindowMs;
    this.calls.greeted(calls);
    if (now !== undefined) this.clockAheadMs = now - this.now();
    if (speaksLater(protocol)) this.becomeOutdated();
    this.retrier.goOnline();
    this.timelines.resume();
    this.outbox.resume();
    this.refreshLists();
  }

  /** What is still understood goes on. */
  private becomeOutdated(): void {
    if (this.outdated) return;
    this.outdated = true;
    this.emitter.emit('outdated');
  }

  private refreshLists(): void {
    this.roomList.request();
    for (const feature of this.features) feature.refresh?.();
  }

  private stateChanged(): void {
    const { state } = this.connection;
    if (state.status === 'reconnecting') {
      this.retrier.goOffline();
      this.timelines.pause();
      for (const feature of this.features) feature.lost?.();
      this.cancelTasks();
    } else if (state.status === 'signed-out') {
      this.stop();
    }
    this.emitter.emit('state', state);
  }

  /** The rooms, as far as the server has told of them. */
  keepList(): KeptList | undefined {
    const { confirmed } = this.roomList;
    const epoch = this.timelines.database;
    if (!confirmed || epoch === undefined) return undefined;
    return {
      epoch,
      maxMessageLength: this.maxMessageLength,
      rooms: this.roomList.stored().map(({ unread: _, ...room }) => room),
    };
  }

  /** Begins with what another page has kept. */
  restore(kept: KeptChat): void {
    const { list, histories } = kept;
    this.maxMessageLength = list.maxMessageLength;
    for (const feature of this.features) feature.restore?.(kept);
    this.timelines.restore(list.epoch, histories);
    this.roomList.restore(list.rooms);
  }

  /** Ends all that goes on by itself. */
  stop(): void {
    this.retrier.close();
    this.timelines.close();
    for (const feature of this.features) feature.close?.();
    this.outbox.close();
    this.cancelTasks();
  }

  private cancelTasks(): void {
    this.resync.cancel();
    this.refreshRooms.cancel();
  }

  private roomsChanged(): void {
    for (const feature of this.features) feature.roomsChanged?.();
    this.emitter.emit('rooms');
  }

  /** Changes a room's timeline, and tells of it. */
  change<T>(roomId: string, action: (timeline: Timeline) => T): T {
    const timeline = this.timelines.ensure(roomId);
    const result = action(timeline);
    this.timelines.touched(timeline);
    return result;
  }

  /** What is shown of a message, to be edited: the state that is known of it. */
  targetOf(roomId: string, id: string, seenRev?: number): Target {
    if (this.outbox.find(roomId, id)) return { of: id };
    if (seenRev !== undefined) return { id, ifRev: seenRev };
    const stored = this.timelines.get(roomId)?.stored(id);
    // Not loaded: as it was when it was sent.
    return { id, ifRev: revOf(stored ?? { seq: seqOf(id, roomId) }) };
  }

  private showChanges(roomId: string): void {
    this.change(roomId, (timeline) => timeline.overlay.set(this.outbox.changes(roomId)));
    this.roomList.touched(roomId);
  }

  /** An edit that came too late: the message as it is comes with the refusal. */
  private conflict(error: unknown): never {
    const present = error instanceof Refusal && asMessage((error.answer as { message?: unknown }).message);
    if (present) this.timelines.heardChange(present);
    throw error;
  }

  private sent({ clientId }: SendCommand, message: Message): void {
    this.timelines.heard(message, clientId);
    for (const feature of this.features) feature.sent?.(message);
  }

  private added(message: Message): void {
    if (!this.announced.add(message.id)) return;
    this.roomList.heard(message);
    this.emitter.emit('message', message);
  }

  private changed(message: Message): void {
    if (message.deleted) this.outbox.gone(message);
    if (!this.told.add(`${message.id} ${revOf(message)}`)) return;
    this.roomList.changed(message);
    this.emitter.emit('changed', message);
  }
}
