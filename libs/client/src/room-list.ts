import { directUsers, GENERAL, type Message, type RoomSummary, revOf, roomKind, type ShownRoom } from '@app/contracts';
import { Gone } from './gone';
import { Refresh } from './refresh';
import type { Retrier } from './retrier';
import { comparePlaces } from './room/history';
import type { RoomListItem } from './types';

export interface RoomListDeps {
  userId: string;
  retrier: Retrier;
  fetch: () => Promise<RoomSummary[]>;
  /** The `seq` up to which a room was read here, as long as the server may not know it; 0: it does. */
  readHere: (roomId: string) => number;
  /** A message with what the user is changing of it. */
  over: (message: Message) => Message;
  changed: () => void;
}

type News = { message: Message } | { changed: Message } | { roomId: string; read: number };

/** The user's rooms, latest activity first. */
export class RoomList {
  private rooms = new Map<string, RoomListItem>();
  /** Rooms opened or shown here that the server's list does not have (yet): nothing is said in them, or only just now. */
  private readonly opened = new Map<string, RoomListItem>();
  private readonly refresh: Refresh<RoomSummary[], News>;
  private readonly gone = new Gone();
  private sorted: readonly RoomListItem[] = [];
  private isHere = false;
  private isConfirmed = false;

  constructor(private readonly deps: RoomListDeps) {
    this.refresh = new Refresh(
      deps.retrier,
      deps.fetch,
      (rooms) => {
        this.isConfirmed = true;
        this.replace(rooms);
      },
      (news) => {
        if ('read' in news) this.advance(news.roomId, news.read);
        else if ('changed' in news) this.change(news.changed);
        else this.append(news.message);
      },
    );
  }

  /** Latest activity first, General first among equals; the same array until something changes. */
  get list(): readonly RoomListItem[] {
    return this.sorted;
  }

  /** The server's list is here, or one that was kept of it. */
  get listed(): boolean {
    return this.isHere;
  }

  /** The list is the server's. */
  get confirmed(): boolean {
    return this.isConfirmed;
  }

  /** As `list`, but with what is stored alone. */
  stored(): RoomListItem[] {
    return this.sorted.map((room) => this.rooms.get(room.id) ?? room);
  }

  get(roomId: string): RoomListItem | undefined {
    return this.rooms.get(roomId);
  }

  /** Begins with a list that another page has kept. */
  restore(rooms: readonly RoomSummary[]): void {
    this.replace(rooms);
  }

  /** Fetches the list again. */
  request(): void {
    this.refresh.request();
  }

  /** A message became part of a room. */
  heard(message: Message): void {
    this.refresh.heard({ message });
    if (!this.rooms.has(message.roomId)) this.request();
  }

  /** A message has another state; or a tombstone turned up. */
  changed(message: Message): void {
    this.refresh.heard({ changed: message });
  }

  /** A room was read up to a place, here or elsewhere. */
  read(roomId: string, seq: number): void {
    this.refresh.heard({ roomId, read: seq });
  }

  /** Other changes of a room's messages are on their way, or failed. */
  touched(roomId: string): void {
    if (this.rooms.has(roomId)) this.publish();
  }

  /** Somebody's first message made a room appear. */
  shown(room: ShownRoom): void {
    this.add(room);
    if (this.opened.has(room.id)) this.request();
  }

  /** Adds a direct room that was opened here. */
  add(room: ShownRoom): void {
    if (this.rooms.has(room.id)) return;
    const userIds = directUsers(room.id);
    const state = { lastMessage: null, seq: 0, read: 0, unread: 0 };
    const item: RoomListItem = { ...room, kind: roomKind(room.id), ...(userIds && { userIds }), ...state };
    this.opened.set(room.id, item);
    this.rooms.set(room.id, item);
    this.publish();
  }

  /** The user may not be there any more. */
  remove(roomId: string): void {
    this.opened.delete(roomId);
    this.request();
  }

  private replace(rooms: readonly RoomSummary[]): void {
    this.isHere = true;
    for (const room of rooms) this.gone.listed(room);
    for (const { id } of rooms) this.opened.delete(id);
    const listed = rooms.map((room) => {
      const own = room.lastMessage?.from === this.deps.userId ? (room.lastMessage.seq ?? 0) : 0;
      return this.counted({ ...room, read: Math.max(room.read, own, Math.min(room.seq, this.deps.readHere(room.id))) });
    });
    this.rooms = new Map([...this.opened.values(), ...listed].map((room) => [room.id, room]));
    this.publish();
  }

  private append(message: Message): void {
    const room = this.rooms.get(message.roomId);
    if (!room) return;
    if (message.deleted) this.gone.heard(message);
    const isNewest = !room.lastMessage || comparePlaces(room.lastMessage, message) < 0;
    const { seq = 0 } = message;
    if (!isNewest && seq <= room.seq) return;
    this.put({
      ...room,
      lastMessage: isNewest ? message : room.lastMessage,
      seq: Math.max(room.seq, seq),
      // Who writes has read what is before it.
      read: message.from === this.deps.userId ? Math.max(room.read, seq) : room.read,
    });
  }

  private change(message: Message): void {
    const room = this.rooms.get(message.roomId);
    if (!room) return;
    const isFirst = message.deleted !== undefined && this.gone.heard(message);
    const { lastMessage } = room;
    const isLast = lastMessage?.id === message.id && revOf(lastMessage) < revOf(message);
    if (isFirst || isLast) this.put({ ...room, lastMessage: isLast ? message : lastMessage });
  }

  private advance(roomId: string, seq: number): void {
    const room = this.rooms.get(roomId);
    if (room && seq > room.read) this.put({ ...room, read: seq });
  }

  private put(room: RoomSummary): void {
    const current = this.counted(room);
    this.rooms.set(room.id, current);
    if (this.opened.has(room.id)) this.opened.set(room.id, current);
    this.publish();
  }

  /** A mark may be ahead of the message that it is for. */
  private counted(room: RoomSummary): RoomListItem {
    return { ...room, unread: Math.max(0, room.seq - room.read - this.gone.after(room)) };
  }

  private publish(): void {
    this.sorted = [...this.rooms.values()]
      .map((room) => {
        const lastMessage = room.lastMessage && this.deps.over(room.lastMessage);
        return lastMessage === room.lastMessage ? room : { ...room, lastMessage };
      })
      .sort((a, b) => (b.lastMessage?.date ?? 0) - (a.lastMessage?.date ?? 0) || rank(a) - rank(b));
    this.deps.changed();
  }
}

function rank(room: RoomListItem): number {
  return room.id === GENERAL ? 0 : 1;
}
