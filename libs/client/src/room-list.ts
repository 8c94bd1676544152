import { directUsers, GENERAL, type Message, type RoomSummary, roomKind, type ShownRoom } from '@app/contracts';
import { comparePlaces } from './history';
import { Refresh } from './refresh';
import type { Retrier } from './retrier';
import type { RoomListItem } from './types';

export interface RoomListDeps {
  retrier: Retrier;
  fetch: () => Promise<RoomSummary[]>;
  changed: () => void;
}

/** The user's rooms, latest activity first. */
export class RoomList {
  private rooms = new Map<string, RoomListItem>();
  /** Rooms opened or shown here that the server's list does not have (yet): nothing is said in them, or only just now. */
  private readonly opened = new Map<string, RoomListItem>();
  private readonly refresh: Refresh<RoomSummary[], Message>;
  private sorted: readonly RoomListItem[] = [];

  constructor(private readonly deps: RoomListDeps) {
    this.refresh = new Refresh(
      deps.retrier,
      deps.fetch,
      (rooms) => this.replace(rooms),
      (message) => this.advance(message),
    );
  }

  /** Latest activity first, General first among equals; the same array until something changes. */
  get list(): readonly RoomListItem[] {
    return this.sorted;
  }

  /** Fetches the list again. */
  request(): void {
    this.refresh.request();
  }

  /** A message became part of a room. */
  heard(message: Message): void {
    this.refresh.heard(message);
    if (!this.rooms.has(message.roomId)) this.request();
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
    const item: RoomListItem = { ...room, kind: roomKind(room.id), ...(userIds && { userIds }), lastMessage: null };
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
    for (const { id } of rooms) this.opened.delete(id);
    this.rooms = new Map([...this.opened.values(), ...rooms].map((room) => [room.id, room]));
    this.publish();
  }

  private advance(message: Message): void {
    const room = this.rooms.get(message.roomId);
    if (!room || (room.lastMessage && comparePlaces(room.lastMessage, message) >= 0)) return;
    const current = { ...room, lastMessage: message };
    this.rooms.set(room.id, current);
    if (this.opened.has(room.id)) this.opened.set(room.id, current);
    this.publish();
  }

  private publish(): void {
    this.sorted = [...this.rooms.values()].sort(
      (a, b) => (b.lastMessage?.date ?? 0) - (a.lastMessage?.date ?? 0) || rank(a) - rank(b),
    );
    this.deps.changed();
  }
}

function rank(room: RoomListItem): number {
  return room.id === GENERAL ? 0 : 1;
}
