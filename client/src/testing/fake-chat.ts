import type {
  ChatClientEvents,
  ConnectionState,
  Entry,
  EntryChange,
  KeptHistory,
  KeptList,
  ListedSession,
  RoomListItem,
  RoomView,
} from '@app/client';
import { directRoomId, type ErrorBody, GENERAL, type Message, type Presence, type User } from '@app/contracts';
import type { Chat } from '../lib/chat';

interface FakeRoom {
  /** All there are, oldest first. */
  stored: Message[];
  /** How many of the newest are loaded. */
  shown: number;
  loaded: boolean;
  /** What is shown apart from the present: from one index up to another. */
  apart?: { from: number; to: number; around?: string };
  stretch: number;
  /** The same object until something changes, as the real client's. */
  view: RoomView;
  pending: Entry[];
  /** Own changes that the server does not have, by the message's id. */
  changes: Map<string, EntryChange>;
}

const PAGE = 20;
const NOBODY: readonly string[] = [];
export const START = 1_795_500_000;
const UNREAD = { seq: 0, read: 0, unread: 0 };

/** A chat client without a server: a test plays the server's part. */
export class FakeChat implements Chat {
  state: ConnectionState = { status: 'online' };
  maxMessageLength = 4000;
  rooms: readonly RoomListItem[] = [];
  listed = true;
  isFromDevice = false;
  outdated = false;
  online: ReadonlySet<string> = new Set();
  /** Everybody with an account. */
  readonly people: Presence[] = [];
  /** Where the user is signed in. */
  sessions: ListedSession[] = [];
  /** What `open`, `loadOlder`, `openDirect`, `signOut` and the list of sessions fail with. */
  refusal: Error | undefined;
  /** What was done to the client from outside, in order. */
  readonly calls: string[] = [];
  private readonly names = new Map<string, string>();
  private readonly typists = new Map<string, readonly string[]>();
  private readonly byId = new Map<string, FakeRoom>();
  private readonly listeners: { [E in keyof ChatClientEvents]: Set<(...args: never[]) => void> } = {
    state: new Set(),
    outdated: new Set(),
    rooms: new Set(),
    view: new Set(),
    message: new Set(),
    changed: new Set(),
    typing: new Set(),
    presence: new Set(),
    names: new Set(),
  };
  private count = 0;

  constructor(readonly user: User = { id: '1', username: 'Pablo' }) {
    this.addPerson({ ...user, online: true });
    this.addRoom({ id: GENERAL, kind: 'general', names: ['General'], lastMessage: null, ...UNREAD });
  }

  readonly api = {
    users: async () => ({ users: this.people, next: null }),
    sessions: async () => {
      if (this.refusal) throw this.refusal;
      return this.sessions;
    },
    endSession: async (id: string) => {
      this.sessions = this.sessions.filter((session) => session.id !== id);
    },
    changePassword: async (password: string, newPassword: string) => {
      if (this.refusal) throw this.refusal;
      this.calls.push(`changePassword ${password} ${newPassword}`);
    },
    endOtherSessions: async () => {
      this.sessions = this.sessions.filter(({ current }) => current);
    },
  };

  get waiting(): number {
    const all = [...this.byId.values()].flatMap(({ pending }) => pending);
    return all.filter(({ state }) => state === 'sending').length;
  }

  get unsent(): number {
    return [...this.byId.values()].reduce((sum, { pending }) => sum + pending.length, 0);
  }

  unsentIn(roomId: string): Entry | undefined {
    const { pending } = this.room(roomId);
    return pending.findLast(({ state }) => state === 'failed') ?? pending.at(-1);
  }

  connect(): void {
    this.calls.push('connect');
  }

  disconnect(): void {
    this.calls.push('disconnect');
  }

  async signOut({ everywhere = false } = {}): Promise<void> {
    this.calls.push(everywhere ? 'signOut everywhere' : 'signOut');
    if (this.refusal) throw this.refusal;
  }

  retryNow(): void {
    this.calls.push('retryNow');
  }

  nameOf(userId: string): string | undefined {
    return this.names.get(userId);
  }

  view(roomId: string): RoomView {
    return this.room(roomId).view;
  }

  async open(roomId: string): Promise<void> {
    if (this.refusal) throw this.refusal;
    const room = this.room(roomId);
    if (room.loaded) return;
    room.loaded = true;
    room.shown = Math.min(PAGE, room.stored.length);
    this.changed(roomId);
  }

  async loadOlder(roomId: string): Promise<void> {
    this.calls.push(`loadOlder ${roomId}`);
    if (this.refusal) throw this.refusal;
    const room = this.room(roomId);
    if (room.apart) room.apart.from = Math.max(0, room.apart.from - PAGE);
    else room.shown = Math.min(room.shown + PAGE, room.stored.length);
    this.changed(roomId);
  }

  async loadNewer(roomId: string): Promise<void> {
    this.calls.push(`loadNewer ${roomId}`);
    if (this.refusal) throw this.refusal;
    const { apart } = this.room(roomId);
    if (apart) apart.to += PAGE;
    this.changed(roomId);
  }

  async goTo(roomId: string, place: string): Promise<string | undefined> {
    this.calls.push(`goTo ${place}`);
    await this.open(roomId);
    const room = this.room(roomId);
    const at = Number(place.slice(roomId.length + 1).split('-')[0]) - 1;
    const around = room.stored[at]?.id;
    if (at < room.stored.length - room.shown) {
      room.apart = { from: Math.max(0, at - PAGE / 2), to: at + PAGE / 2, around };
      room.stretch++;
    }
    this.changed(roomId);
    return around;
  }

  showPresent(roomId: string): void {
    const room = this.room(roomId);
    if (room.apart) room.stretch++;
    room.apart = undefined;
    this.changed(roomId);
  }

  async openDirect(userId: string): Promise<string> {
    if (this.refusal) throw this.refusal;
    const id = directRoomId(this.user.id, userId);
    if (!this.rooms.some((room) => room.id === id)) this.addDirect(userId);
    return id;
  }

  send(roomId: string, text: string): Entry {
    this.showPresent(roomId);
    const clientId = `client-${++this.count}`;
    const entry: Entry = {
      key: clientId,
      clientId,
      from: this.user.id,
      date: START + this.count,
      message: text,
      roomId,
      state: 'sending',
    };
    this.room(roomId).pending.push(entry);
    this.changed(roomId);
    return entry;
  }

  edit(roomId: string, id: string, text: string, seenRev?: number): void {
    this.calls.push(`edit ${id} ${seenRev}`);
    this.setChange(roomId, id, { kind: 'edit', clientId: `change-${++this.count}`, state: 'sending', text });
  }

  delete(roomId: string, id: string, undoMs = 0): void {
    const state = undoMs > 0 ? 'waiting' : 'sending';
    this.setChange(roomId, id, { kind: 'delete', clientId: `change-${++this.count}`, state });
  }

  undo(roomId: string, id: string): boolean {
    if (this.room(roomId).changes.get(id)?.state !== 'waiting') return false;
    this.setChange(roomId, id, undefined);
    return true;
  }

  hurry(): void {
    this.calls.push('hurry');
    for (const roomId of this.byId.keys()) this.hurryIn(roomId);
  }

  retry(roomId: string, clientId: string): void {
    for (const [id, { error: _, ...change }] of this.room(roomId).changes)
      if (change.clientId === clientId) this.setChange(roomId, id, { ...change, state: 'sending' });
    this.setPending(roomId, clientId, { state: 'sending', error: undefined });
  }

  discard(roomId: string, clientId: string): void {
    const room = this.room(roomId);
    for (const [id, change] of room.changes) if (change.clientId === clientId) room.changes.delete(id);
    room.pending = room.pending.filter((entry) => entry.clientId !== clientId);
    this.changed(roomId);
  }

  markRead(roomId: string, seq?: number): void {
    this.calls.push(`markRead ${roomId}${seq === undefined ? '' : ` ${seq}`}`);
    this.read(roomId, seq ?? this.room(roomId).stored.length);
  }

  typing(roomId: string): void {
    this.calls.push(`typing ${roomId}`);
  }

  typingIn(roomId: string): readonly string[] {
    return this.typists.get(roomId) ?? NOBODY;
  }

  keepList(): KeptList | undefined {
    return undefined;
  }

  keepHistory(_roomId: string): KeptHistory | undefined {
    return undefined;
  }

  on<E extends keyof ChatClientEvents>(event: E, listener: ChatClientEvents[E]): () => void {
    this.listeners[event].add(listener);
    return () => this.listeners[event].delete(listener);
  }

  // The server's part.

  addPerson(person: Presence): void {
    this.people.push(person);
    this.names.set(person.id, person.username);
    if (person.online) this.come(person);
  }

  /** Somebody is online from now on; a new account's first sign too. */
  come({ id, username }: User): void {
    this.names.set(id, username);
    this.online = new Set([...this.online, id]);
    this.tell('presence');
  }

  leave(userId: string): void {
    this.online = new Set([...this.online].filter((id) => id !== userId));
    this.tell('presence');
  }

  addDirect(userId: string): string {
    const id = directRoomId(this.user.id, userId);
    const userIds = id.split(':');
    const names = userIds.map((user) => this.names.get(user) ?? '');
    this.addRoom({ id, kind: 'direct', names, userIds, lastMessage: null, ...UNREAD });
    return id;
  }

  /** Something that was said and read before; not news. */
  addHistory(roomId: string, from: string, message: string, date = START + ++this.count): void {
    this.store({ id: `${roomId}-${++this.count}`, from, message, roomId, date });
    this.read(roomId, this.room(roomId).stored.length);
  }

  /** One had read a room up to here, and not further. */
  readUpTo(roomId: string, seq: number): void {
    this.read(roomId, seq);
  }

  /** These, and nobody else, are writing in a room. */
  setTyping(roomId: string, userIds: readonly string[]): void {
    this.typists.set(roomId, userIds);
    this.tell('typing', roomId);
  }

  /** Somebody says something now. */
  receive(roomId: string, from: string, text: string): void {
    const id = `${roomId}-${++this.count}`;
    const message = this.store({ id, from, message: text, roomId, date: START + this.count });
    this.tell('message', message);
  }

  /** The user reads a room, up to its newest message, on another device. */
  readElsewhere(roomId: string): void {
    this.read(roomId, this.room(roomId).stored.length);
  }

  /** The server has stored the oldest waiting message of a room. */
  acknowledge(roomId: string): void {
    const room = this.room(roomId);
    const entry = room.pending.shift();
    if (entry === undefined) throw new Error('Nothing waits');
    const { clientId, from, date, message } = entry;
    this.store({ id: `${roomId}-${++this.count}`, from, message, roomId, date, clientId });
  }

  /** The server refuses the oldest waiting message of a room. */
  refuse(roomId: string, error: ErrorBody): void {
    const clientId = this.room(roomId).pending[0]?.clientId;
    if (clientId === undefined) throw new Error('Nothing waits');
    this.setPending(roomId, clientId, { state: 'failed', error });
  }

  /** A stored message has another state. */
  change(roomId: string, id: string, to: Partial<Message>): void {
    const room = this.room(roomId);
    const index = room.stored.findIndex((message) => message.id === id);
    const known = room.stored[index];
    if (!known) throw new Error('No such message');
    const message = { ...known, ...to, rev: Math.max(known.seq ?? 0, known.rev ?? 0) + 1 };
    room.stored[index] = message;
    const line = this.rooms.find((item) => item.id === roomId);
    this.setRoom(roomId, line?.lastMessage?.id === id ? { lastMessage: message } : {});
    this.changed(roomId);
    this.tell('changed', message);
  }

  /** The server has made the user's changes. */
  acknowledgeChanges(roomId: string): void {
    this.hurryIn(roomId);
    for (const [id, { kind, text = '' }] of [...this.room(roomId).changes]) {
      this.room(roomId).changes.delete(id);
      const date = START + ++this.count;
      const isEdit = kind === 'edit';
      this.change(roomId, id, isEdit ? { message: text, edited: date } : gone(this.user.id, date));
    }
  }

  /** The server refuses the user's changes. */
  refuseChanges(roomId: string, error: ErrorBody): void {
    for (const [id, change] of this.room(roomId).changes)
      this.setChange(roomId, id, { ...change, state: 'failed', error });
  }

  /** The id of the message with this text. */
  idOf(roomId: string, text: string): string {
    return this.room(roomId).stored.find(({ message }) => message === text)?.id ?? '';
  }

  setState(state: ConnectionState): void {
    this.state = state;
    this.tell('state', state);
  }

  private room(roomId: string): FakeRoom {
    const known = this.byId.get(roomId);
    if (known) return known;
    const room: FakeRoom = {
      stored: [],
      shown: 0,
      loaded: false,
      pending: [],
      changes: new Map(),
      stretch: 0,
      view: { entries: [], hasOlder: false, hasNewer: false, loaded: false, stretch: 0 },
    };
    this.byId.set(roomId, room);
    return room;
  }

  private addRoom(room: RoomListItem): void {
    this.rooms = [...this.rooms, room];
    this.tell('rooms');
  }

  private store(unplaced: Message): Message {
    const room = this.room(unplaced.roomId);
    const seq = room.stored.length + 1;
    const message = { ...unplaced, seq };
    room.stored.push(message);
    if (room.loaded) room.shown++;
    this.setRoom(message.roomId, { lastMessage: message, seq });
    if (message.from === this.user.id) this.read(message.roomId, seq);
    this.changed(message.roomId);
    return message;
  }

  private read(roomId: string, seq: number): void {
    this.setRoom(roomId, { read: seq });
  }

  private setRoom(roomId: string, change: Partial<RoomListItem>): void {
    this.rooms = this.rooms.map((item) => {
      if (item.id !== roomId) return item;
      const room = { ...item, ...change };
      return { ...room, unread: Math.max(0, room.seq - room.read) };
    });
    this.tell('rooms');
  }

  private setPending(roomId: string, clientId: string, change: Partial<Entry>): void {
    const room = this.room(roomId);
    room.pending = room.pending.map((entry) => (entry.clientId === clientId ? { ...entry, ...change } : entry));
    this.changed(roomId);
  }

  private hurryIn(roomId: string): void {
    for (const [id, change] of this.room(roomId).changes)
      if (change.state === 'waiting') this.setChange(roomId, id, { ...change, state: 'sending' });
  }

  private setChange(roomId: string, id: string, change: EntryChange | undefined): void {
    const { changes } = this.room(roomId);
    if (change) changes.set(id, change);
    else changes.delete(id);
    this.changed(roomId);
  }

  private changed(roomId: string): void {
    const room = this.room(roomId);
    const present = room.stored.length - room.shown;
    if (room.apart && room.apart.to > present) {
      room.shown = room.stored.length - Math.min(room.apart.from, present);
      room.apart = undefined;
    }
    const { apart } = room;
    const stored = room.shown === 0 ? [] : room.stored.slice(apart?.from ?? -room.shown, apart?.to);
    const sent = stored.map((message): Entry => {
      const entry: Entry = { ...message, key: message.clientId ?? message.id, state: 'sent' };
      const change = room.changes.get(message.id);
      if (!change || change.state === 'failed') return { ...entry, ...(change && { change }) };
      return change.kind === 'edit'
        ? { ...entry, message: change.text ?? '', edited: START, change }
        : { ...entry, ...gone(this.user.id, START), change };
    });
    room.view = {
      entries: apart ? sent : [...sent, ...room.pending],
      hasOlder: room.loaded && (apart ? apart.from > 0 : room.shown < room.stored.length),
      hasNewer: apart !== undefined,
      loaded: room.loaded,
      stretch: room.stretch,
      ...(apart?.around !== undefined && { around: apart.around }),
    };
    this.tell('view', roomId);
  }

  /** The server says something that is not understood. */
  becomeOutdated(): void {
    this.outdated = true;
    this.tell('outdated');
  }

  private tell<E extends keyof ChatClientEvents>(event: E, ...args: Parameters<ChatClientEvents[E]>): void {
    for (const listener of [...this.listeners[event]]) (listener as (...all: typeof args) => void)(...args);
  }
}

const gone = (by: string, date: number): Partial<Message> => ({ message: '', deleted: { by, date } });
