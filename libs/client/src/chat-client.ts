import { ChatError, type User } from '@app/contracts';
import type { ChatApi } from './api';
import { Engine } from './engine';
import type { ChatClientEvents, Offers } from './features';
import type { KeptHistory, KeptList } from './kept-chat';
import { type LinkFactory, socketLink } from './link';
import type { ChatClientOptions, ConnectionState, Entry, RoomListItem, RoomView, SendCommand } from './types';

const NOTHING: RoomView = { entries: [], hasOlder: false, hasNewer: false, loaded: false, stretch: 0 };

/** What features offer (`features/`) is a client's own. */
const Offering = class {
  constructor(offers: readonly object[]) {
    for (const each of offers) Object.defineProperties(this, Object.getOwnPropertyDescriptors(each));
  }
} as new (
  offers: readonly object[],
) => Offers;

/**
 * A signed-in user's chat: one connection, the rooms, their messages, and a queue of what is to be sent. Reconnects,
 * catches up and repeats by itself; what it knows can be read at any time, and `on` tells of changes.
 */
export class ChatClient extends Offering {
  /** Who is signed in. */
  readonly user: User;
  private readonly engine: Engine;

  /**
   * @param user who is signed in, as `api.session()` or `api.signIn()` tell; nothing happens before `connect`
   * @param createLink for tests; default: Socket.IO
   */
  constructor(
    user: User,
    options: ChatClientOptions = {},
    createLink: LinkFactory = socketLink(options.url, options.socketOptions),
  ) {
    const engine = new Engine(user, options, createLink);
    super(engine.features.map(({ offers = {} }) => offers));
    this.user = user;
    this.engine = engine;
    if (options.kept) this.engine.restore(options.kept);
  }

  /** What is asked over HTTP, once. */
  get api(): ChatApi {
    return this.engine.api;
  }

  /** Of the connection. */
  get state(): ConnectionState {
    return this.engine.connection.state;
  }

  /**
   * An answer of the server's was not understood, or it speaks a later version: a newer client is needed. What is understood
   * goes on, and what is not sent stays in the outbox.
   */
  get outdated(): boolean {
    return this.engine.outdated;
  }

  /** In characters (code points); the server's, once connected. */
  get maxMessageLength(): number {
    return this.engine.maxMessageLength;
  }

  /** For so long after it was stored a message may be edited; 0: for ever. The server's, once connected. */
  get editWindowMs(): number {
    return this.engine.editWindowMs;
  }

  /** The time in Unix milliseconds by the server's clock, as far as it has told: a device's own may be wrong. */
  now(): number {
    return this.engine.now() + this.engine.clockAheadMs;
  }

  /** Latest activity first; the same array until something changes. */
  get rooms(): readonly RoomListItem[] {
    return this.engine.roomList.list;
  }

  /** The list of rooms is here; until then `rooms` has but those that were opened or shown. */
  get listed(): boolean {
    return this.engine.roomList.listed;
  }

  /** What is shown are the rooms of `kept`: the server has told of none yet. */
  get isFromDevice(): boolean {
    return this.engine.roomList.listed && !this.engine.roomList.confirmed;
  }

  /** How many of one's own messages, in all rooms, wait to be sent. */
  get waiting(): number {
    return this.engine.outbox.entries().filter(({ kind, error }) => !kind && !error).length;
  }

  /** How many of one's own messages and changes the server does not have, those it refused included. */
  get unsent(): number {
    return this.engine.outbox.entries().length;
  }

  /** One's own message in a room that the server does not have: the last that failed, else the last; loaded or not. */
  unsentIn(roomId: string): Entry | undefined {
    return this.engine.timelines.get(roomId)?.pending.unsent;
  }

  /** Starts to connect, and keeps at it. */
  connect(): void {
    this.engine.connection.open();
  }

  /** Closes for good. What is not sent stays in the outbox. */
  disconnect(): void {
    this.engine.connection.close();
    this.engine.stop();
  }

  /**
   * Ends the session, closes for good, and forgets what is not sent.
   * @param options `everywhere`: all of the user's sessions
   * @throws ChatError when the server could not be told: all goes on as before
   */
  async signOut(options: { everywhere?: boolean } = {}): Promise<void> {
    try {
      await this.api.signOut(options);
    } catch (error) {
      // Signed out already: what was wanted.
      if (!(error instanceof ChatError) || error.code !== 'unauthorized') throw error;
    }
    this.disconnect();
    this.engine.outbox.clear();
  }

  /** While reconnecting: tries at once. */
  retryNow(): void {
    this.engine.connection.retryNow();
  }

  /** A room as it is to be shown; the same object until it changes. */
  view(roomId: string): RoomView {
    return this.engine.timelines.get(roomId)?.view() ?? NOTHING;
  }

  /**
   * Loads the newest page of a room, unless it is here, and keeps the room complete from then on. Waits out what is
   * temporary.
   * @throws ChatError `forbidden` and other refusals; `outdated` when the answer is not understood; `unavailable` when the
   *   client was closed meanwhile
   */
  open(roomId: string): Promise<void> {
    return this.engine.timelines.open(roomId);
  }

  /** Loads one page before what is shown, if there is one; one at a time in each room. @throws ChatError like `open` */
  loadOlder(roomId: string): Promise<void> {
    return this.engine.timelines.loadOlder(roomId);
  }

  /** Loads one page after what is shown, if that does not reach to the present. @throws ChatError like `open` */
  loadNewer(roomId: string): Promise<void> {
    return this.engine.timelines.loadNewer(roomId);
  }

  /**
   * Shows a place in a room's history; opens the room if need be. Where that is far from the present, the view has
   * `hasNewer` until the pages between were loaded, or `showPresent` is called.
   * @param place the id of a message, or `{roomId}-{seq}`
   * @returns the id of the message, or of the nearest; undefined: something else was wanted meanwhile
   * @throws ChatError like `open`
   */
  goTo(roomId: string, place: string): Promise<string | undefined> {
    return this.engine.timelines.goTo(roomId, place);
  }

  /** Shows the newest messages of a room, wherever one was in its history. */
  showPresent(roomId: string): void {
    this.engine.timelines.showPresent(roomId);
  }

  /**
   * Finds or makes the direct room with somebody, and adds it to the list.
   * @returns the room's id
   * @throws ChatError; not repeated by itself
   */
  async openDirect(userId: string): Promise<string> {
    const room = await this.api.openDirect(userId);
    this.engine.roomList.add(room);
    return room.id;
  }

  /** Sends a text: shown at once in the present as `sending`, delivered in order as soon as that is possible. */
  send(roomId: string, text: string): Entry {
    for (const feature of this.engine.features) feature.sending?.(roomId);
    this.engine.timelines.showPresent(roomId);
    return this.show(this.engine.outbox.add(roomId, text));
  }

  /**
   * Gives one's own message another text: shown at once, delivered behind what is on its way to the room. What the server
   * refuses is taken back, and the entry's `change` says why.
   * @param id the message's; the client id of one that is on its way
   * @param seenRev the `rev` (absent: `seq`) of the message that was edited; default: as it is known now
   */
  edit(roomId: string, id: string, text: string, seenRev?: number): void {
    const { outbox } = this.engine;
    if (outbox.rewrite(roomId, id, text)) this.engine.change(roomId, (timeline) => timeline.pending.rewrite(id, text));
    else outbox.edit(roomId, this.engine.targetOf(roomId, id, seenRev), text);
  }

  /**
   * Deletes one's own message: shown at once, delivered as an edit is.
   * @param id the message's; the client id of one that is on its way
   * @param undoMs how long it can be taken back by `undo`; it is not sent before
   */
  delete(roomId: string, id: string, undoMs = 0): void {
    const { outbox } = this.engine;
    if (outbox.rewrite(roomId, id, undefined)) this.engine.change(roomId, (timeline) => timeline.pending.delete(id));
    else outbox.delete(roomId, this.engine.targetOf(roomId, id), undoMs);
  }

  /** Takes back a deletion that was not sent yet. @returns whether it was not */
  undo(roomId: string, id: string): boolean {
    return this.engine.outbox.undo(roomId, id);
  }

  /** Sends at once what can still be undone: the page may be about to end. */
  hurry(): void {
    this.engine.outbox.hurry();
  }

  /** Sends a failed message or change again, behind all others of its room. @param clientId the entry's, or its `change`'s */
  retry(roomId: string, clientId: string): void {
    const { outbox } = this.engine;
    const { id } = outbox.changes(roomId).find((change) => change.clientId === clientId) ?? {};
    const target = id === undefined ? undefined : this.engine.targetOf(roomId, id);
    const entry = outbox.retry(roomId, clientId, target && 'id' in target ? target.ifRev : undefined);
    if (entry && !entry.kind) this.show(entry);
  }

  /** Forgets a failed message or change. @param clientId the entry's, or its `change`'s */
  discard(roomId: string, clientId: string): void {
    if (this.engine.outbox.discard(roomId, clientId))
      this.engine.change(roomId, (timeline) => timeline.pending.delete(clientId));
  }

  /** The rooms, for `kept` of another page's client; undefined as long as the server has not told of them. */
  keepList(): KeptList | undefined {
    return this.engine.keepList();
  }

  /** The end of a room's history, for `kept` of another page's client; undefined: it is not here. */
  keepHistory(roomId: string): KeptHistory | undefined {
    return this.engine.timelines.keep(roomId);
  }

  /** Listens. @returns what ends it */
  on<E extends keyof ChatClientEvents>(event: E, listener: ChatClientEvents[E]): () => void {
    return this.engine.emitter.on(event, listener);
  }

  private show(entry: SendCommand): Entry {
    return this.engine.change(entry.roomId, (timeline) => timeline.pending.add(entry));
  }
}
