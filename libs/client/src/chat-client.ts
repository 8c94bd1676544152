import { ChatError, type Message, type User } from '@app/contracts';
import { ChatApi } from './api';
import { Calls } from './calls';
import { Connection } from './connection';
import { Emitter } from './emitter';
import { dispatch, type Incoming } from './incoming';
import { Later } from './later';
import { type LinkFactory, socketLink } from './link';
import { Outbox } from './outbox';
import { createMemoryOutbox } from './outbox-store';
import { People } from './people';
import { ReadMarks } from './read-marks';
import { RecentIds } from './recent-ids';
import { Retrier } from './retrier';
import { RoomList } from './room-list';
import type { Timeline } from './timeline';
import { Timelines } from './timelines';
import type {
  ChatClientEvents,
  ChatClientOptions,
  ConnectionState,
  Entry,
  OutboxEntry,
  RoomListItem,
  RoomView,
} from './types';
import { Typing } from './typing';

const NOTHING: RoomView = { entries: [], hasOlder: false, hasNewer: false, loaded: false, stretch: 0 };
const DEFAULT_MESSAGE_LENGTH = 4000;

/**
 * A signed-in user's chat: one connection, the rooms, their messages, and a queue of what is to be sent. Reconnects,
 * catches up and repeats by itself; what it knows can be read at any time, and `on` tells of changes.
 */
export class ChatClient {
  readonly api: ChatApi;
  private readonly emitter = new Emitter<ChatClientEvents>();
  private readonly retrier: Retrier;
  private readonly connection: Connection;
  private readonly timelines: Timelines;
  private readonly outbox: Outbox;
  private readonly roomList: RoomList;
  private readonly readMarks: ReadMarks;
  private readonly typists: Typing;
  private readonly people: People;
  private readonly announced = new RecentIds();
  private readonly resync: Later;
  private readonly refreshRooms: Later;
  private readonly refreshPeople: Later;
  private messageLength = DEFAULT_MESSAGE_LENGTH;

  /**
   * @param user who is signed in, as `api.session()` or `api.signIn()` tell; nothing happens before `connect`
   * @param createLink for tests; default: Socket.IO
   */
  constructor(
    readonly user: User,
    options: ChatClientOptions = {},
    createLink: LinkFactory = socketLink(options.url, options.socketOptions),
  ) {
    const { random = Math.random, now = Date.now, outbox = createMemoryOutbox() } = options;
    this.api = new ChatApi(options);
    const incoming: Incoming = {
      hello: (greeting) => this.greeted(greeting.user?.id, greeting.maxMessageLength),
      message: (message) => {
        this.timelines.heard(message);
        this.typists.said(message.roomId, message.from);
      },
      shown: (room) => this.roomList.shown(room),
      presence: (changes) => this.people.heard(changes),
      stalePresence: (spreadMs) => this.refreshPeople.within(spreadMs),
      read: (mark) => this.roomList.read(mark),
      typing: ({ roomId, userId }) => this.typists.heard(roomId, userId),
      stale: (spreadMs) => this.refreshRooms.within(spreadMs),
      resync: (spreadMs) => {
        this.timelines.doubt();
        this.resync.within(spreadMs);
      },
    };
    this.resync = new Later(random, () => {
      this.timelines.syncAll();
      this.refreshLists();
    });
    this.refreshRooms = new Later(random, () => this.roomList.request());
    this.refreshPeople = new Later(random, () => this.people.request());
    this.connection = new Connection({
      createLink,
      random,
      now,
      changed: () => this.stateChanged(),
      heard: (event, payload) => dispatch(event, payload, incoming),
    });
    const calls = new Calls(this.connection);
    this.retrier = new Retrier(random, () => this.connection.signOut());
    const { retrier } = this;
    this.readMarks = new ReadMarks({ retrier, send: (roomId, seq) => calls.read(roomId, seq) });
    this.roomList = new RoomList({
      userId: user.id,
      retrier,
      fetch: () => this.api.rooms(),
      readHere: (roomId) => this.readMarks.pending(roomId),
      changed: () => this.roomsChanged(),
    });
    this.typists = new Typing({
      userId: user.id,
      isOnline: () => this.state.status === 'online',
      tell: (roomId) => calls.typing(roomId),
      changed: (roomId) => this.emitter.emit('typing', roomId),
    });
    this.people = new People({
      user,
      retrier,
      fetchOnline: () => calls.online(),
      fetchUsers: async (ids) => (await this.api.users({ ids })).users,
      presenceChanged: () => this.emitter.emit('presence'),
      namesChanged: () => this.emitter.emit('names'),
    });
    this.timelines = new Timelines({
      userId: user.id,
      retrier,
      page: (roomId, ask) => this.api.page(roomId, ask),
      sync: (epoch, positions) => calls.sync({ ...(epoch !== undefined && { epoch }), positions }),
      viewChanged: (roomId) => this.emitter.emit('view', roomId),
      added: (message) => this.added(message),
      settled: (roomId, clientId) => this.outbox.settle(roomId, clientId),
      forbidden: (roomId) => this.roomList.remove(roomId),
    });
    this.outbox = new Outbox({
      store: outbox,
      retrier,
      now,
      send: (entry) => calls.send(entry),
      sent: (entry, message) => this.sent(entry, message),
      failed: ({ roomId, clientId }, error) => this.change(roomId, (timeline) => timeline.failed(clientId, error)),
    });
    for (const entry of this.outbox.entries()) {
      this.timelines.ensure(entry.roomId).queue(entry);
      // A room that nothing was said in yet is in no list of the server's.
      this.roomList.add({ id: entry.roomId, names: [] });
    }
  }

  get state(): ConnectionState {
    return this.connection.state;
  }

  /** In characters (code points); the server's, once connected. */
  get maxMessageLength(): number {
    return this.messageLength;
  }

  /** Latest activity first; the same array until something changes. */
  get rooms(): readonly RoomListItem[] {
    return this.roomList.list;
  }

  /** The list of rooms is here; until then `rooms` has but those that were opened or shown. */
  get listed(): boolean {
    return this.roomList.listed;
  }

  /** Ids of the people online; the same set until it changes. */
  get online(): ReadonlySet<string> {
    return this.people.online;
  }

  /** How many of one's own messages, in all rooms, wait to be sent. */
  get waiting(): number {
    return this.outbox.entries().filter(({ error }) => !error).length;
  }

  /** How many of one's own messages the server does not have, those it refused included. */
  get unsent(): number {
    return this.outbox.entries().length;
  }

  /** One's own message in a room that the server does not have: the last that failed, else the last; loaded or not. */
  unsentIn(roomId: string): Entry | undefined {
    return this.timelines.get(roomId)?.unsent;
  }

  /** Starts to connect, and keeps at it. */
  connect(): void {
    this.connection.open();
  }

  /** Closes for good. What is not sent stays in the outbox. */
  disconnect(): void {
    this.connection.close();
    this.stop();
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
    this.outbox.clear();
  }

  /** While reconnecting: tries at once. */
  retryNow(): void {
    this.connection.retryNow();
  }

  /** Somebody's name; `null`: nobody is called so; `undefined`: it is looked up, and `names` tells when it is known. */
  nameOf(userId: string): string | null | undefined {
    return this.people.nameOf(userId);
  }

  /** A room as it is to be shown; the same object until it changes. */
  view(roomId: string): RoomView {
    return this.timelines.get(roomId)?.view() ?? NOTHING;
  }

  /**
   * Loads the newest page of a room, unless it is here, and keeps the room complete from then on. Waits out what is
   * temporary.
   * @throws ChatError `forbidden` and other refusals; `unavailable` when the client was closed meanwhile
   */
  open(roomId: string): Promise<void> {
    return this.timelines.open(roomId);
  }

  /** One is writing in a room: others are told, if that is possible now. Call it as often as one writes. */
  typing(roomId: string): void {
    this.typists.tell(roomId);
  }

  /** Ids of the others who are writing in a room, who began first first; the same array until it changes. */
  typingIn(roomId: string): readonly string[] {
    return this.typists.in(roomId);
  }

  /** Loads one page before what is shown, if there is one; one at a time in each room. @throws ChatError like `open` */
  loadOlder(roomId: string): Promise<void> {
    return this.timelines.loadOlder(roomId);
  }

  /** Loads one page after what is shown, if that does not reach to the present. @throws ChatError like `open` */
  loadNewer(roomId: string): Promise<void> {
    return this.timelines.loadNewer(roomId);
  }

  /**
   * Shows a place in a room's history; opens the room if need be. Where that is far from the present, the view has
   * `hasNewer` until the pages between were loaded, or `showPresent` is called.
   * @param place the id of a message, or `{roomId}-{seq}`
   * @returns the id of the message, or of the nearest; undefined: something else was wanted meanwhile
   * @throws ChatError like `open`
   */
  goTo(roomId: string, place: string): Promise<string | undefined> {
    return this.timelines.goTo(roomId, place);
  }

  /** Shows the newest messages of a room, wherever one was in its history. */
  showPresent(roomId: string): void {
    this.timelines.showPresent(roomId);
  }

  /**
   * Finds or makes the direct room with somebody, and adds it to the list.
   * @returns the room's id
   * @throws ChatError; not repeated by itself
   */
  async openDirect(userId: string): Promise<string> {
    const room = await this.api.openDirect(userId);
    this.roomList.add(room);
    return room.id;
  }

  /** Sends a text: shown at once in the present as `sending`, delivered in order as soon as that is possible. */
  send(roomId: string, text: string): Entry {
    this.typists.sent(roomId);
    this.timelines.showPresent(roomId);
    return this.show(this.outbox.add(roomId, text));
  }

  /** Sends a failed message again, behind all others of its room. */
  retry(roomId: string, clientId: string): void {
    const entry = this.outbox.retry(roomId, clientId);
    if (entry) this.show(entry);
  }

  /** Forgets a failed message. */
  discard(roomId: string, clientId: string): void {
    if (this.outbox.discard(roomId, clientId)) this.change(roomId, (timeline) => timeline.discard(clientId));
  }

  /**
   * A room is read. Counts at once; the server is told as soon as that is possible.
   * @param seq up to where; default: everything that is known to be there
   */
  markRead(roomId: string, seq?: number): void {
    const room = this.roomList.get(roomId);
    const timeline = this.timelines.get(roomId);
    const newest = timeline?.loaded ? timeline.newestSeq : (room?.seq ?? 0);
    const upTo = Math.min(seq ?? newest, Math.max(newest, room?.seq ?? 0));
    if (room && upTo > room.read) this.read(roomId, upTo);
  }

  /** Listens. @returns what ends it */
  on<E extends keyof ChatClientEvents>(event: E, listener: ChatClientEvents[E]): () => void {
    return this.emitter.on(event, listener);
  }

  private greeted(userId: string | undefined, maxMessageLength: number | undefined): void {
    if (userId !== undefined && userId !== this.user.id) {
      // Somebody else signed in with this browser: their session is not for this client.
      this.connection.signOut();
      return;
    }
    if (maxMessageLength) this.messageLength = maxMessageLength;
    this.retrier.goOnline();
    this.timelines.resume();
    this.outbox.resume();
    this.refreshLists();
  }

  private refreshLists(): void {
    this.roomList.request();
    this.people.request();
  }

  private stateChanged(): void {
    const { status } = this.state;
    if (status === 'reconnecting') {
      this.retrier.goOffline();
      this.timelines.pause();
      this.cancelPlans();
    } else if (status === 'signed-out') {
      this.stop();
    }
    this.emitter.emit('state', this.state);
  }

  private stop(): void {
    this.retrier.close();
    this.timelines.close();
    this.people.close();
    this.readMarks.close();
    this.typists.close();
    this.cancelPlans();
  }

  private cancelPlans(): void {
    this.resync.cancel();
    this.refreshRooms.cancel();
    this.refreshPeople.cancel();
  }

  private roomsChanged(): void {
    this.people.learnFrom(this.roomList.list);
    this.emitter.emit('rooms');
  }

  private show(entry: OutboxEntry): Entry {
    return this.change(entry.roomId, (timeline) => timeline.queue(entry));
  }

  private change<T>(roomId: string, action: (timeline: Timeline) => T): T {
    const timeline = this.timelines.ensure(roomId);
    const result = action(timeline);
    this.timelines.touched(timeline);
    return result;
  }

  private read(roomId: string, seq: number): void {
    this.readMarks.mark(roomId, seq);
    this.roomList.read({ roomId, seq });
  }

  private sent({ roomId, clientId }: OutboxEntry, message: Message): void {
    this.timelines.heard(message, clientId);
    // Other devices of the user learn that all before it is read.
    if (message.seq !== undefined) this.readMarks.mark(roomId, message.seq);
  }

  private added(message: Message): void {
    if (!this.announced.add(message.id)) return;
    this.roomList.heard(message);
    this.emitter.emit('message', message);
  }
}
