import {
  directUsers,
  EVENTS,
  type EventData,
  type EventName,
  type Message,
  type Presence,
  type RelayTarget,
  type ServerEvents,
  type StalePresence,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { GatewayMetrics } from '../gateway-metrics';
import type { ChatServer, ChatSocket } from '../transport/chat-socket';
import { CoalescingAdapter } from '../transport/coalescing-adapter';
import { Connections } from '../transport/connections';

/** Socket.IO's room of legacy clients: they name no protocol version and know the demo's events alone. */
export const LEGACY_CLIENTS = 'legacy clients';
/** Socket.IO's room of all sockets of a user. */
export const userRoom = (userId: string) => `user:${userId}`;
/** Socket.IO's room of all sockets of a session. */
export const sessionRoom = (sessionHash: string) => `session:${sessionHash}`;
const CHAT_ROOM = 'room:';
/** Socket.IO's room of the sockets that hear a chat room which is not direct; `Memberships` lets them in and out. */
export const chatRoom = (roomId: string) => CHAT_ROOM + roomId;
export const isChatRoom = (room: string) => room.startsWith(CHAT_ROOM);
/**
 * Socket.IO's rooms that hear a chat room. A direct room is heard through its two users, who are known from its id: nobody
 * has to join it, so nobody can join it too late.
 */
export function listeningRooms(roomId: string): string[] {
  return directUsers(roomId)?.map(userRoom) ?? [chatRoom(roomId)];
}

/** The sockets of this gateway. */
@Injectable()
export class Sockets {
  private io: ChatServer | undefined;

  constructor(
    private readonly metrics: GatewayMetrics,
    private readonly connections: Connections,
  ) {}

  /** Called once, when Socket.IO is there. */
  attach(io: ChatServer): void {
    this.io = io;
    this.metrics.connections(() => this.count);
  }

  /** How many there are. */
  get count(): number {
    return this.io?.sockets.sockets.size ?? 0;
  }

  /** Emits to the sockets here that an envelope is for. */
  deliver<E extends keyof ServerEvents>(to: RelayTarget, event: E, ...data: Parameters<ServerEvents[E]>): void {
    if (!this.io) return;
    if (to === 'all') {
      this.io.emit(event, ...data);
      return;
    }
    const rooms = 'room' in to ? listeningRooms(to.room) : [to.user].flat().map(userRoom);
    this.io.to(rooms).emit(event, ...data);
  }

  /** Emits a message to the sockets here that hear its room. @param json the message */
  deliverMessage({ roomId, date }: Pick<Message, 'roomId' | 'date'>, json: string): void {
    const rooms = listeningRooms(roomId);
    const copies = this.hearing(rooms);
    if (copies === 0) this.metrics.unheard.inc();
    if (!this.io || copies === 0) return;
    const { adapter } = this.io.sockets;
    if (adapter instanceof CoalescingAdapter) adapter.broadcastText(`2["message",${json}]`, { rooms: new Set(rooms) });
    else this.io.to(rooms).emit('message', JSON.parse(json));
    this.metrics.delivered(copies, date);
  }

  /** Emits an event to one socket. @param json what it says */
  tell(socket: ChatSocket, event: EventName, json: string): void {
    const { adapter } = socket.nsp;
    if (adapter instanceof CoalescingAdapter) adapter.unicastText(socket, `2["${event}",${json}]`);
  }

  /** Emits an event that legacy clients do not know to all other sockets that it is for. */
  deliverOurs<E extends EventName>(to: RelayTarget, event: E, data: EventData<E>): void {
    const rooms = to === 'all' ? [] : 'room' in to ? listeningRooms(to.room) : [to.user].flat().map(userRoom);
    const others = this.io?.to(rooms).except(LEGACY_CLIENTS);
    const isForOthers = EVENTS[event].audience === 'others';
    const emitter = isForOthers ? others?.except(userRoom((data as { userId: string }).userId)) : others;
    emitter?.emit(event, ...([data] as unknown as Parameters<ServerEvents[E]>));
  }

  /**
   * Broadcasts who came and went. Legacy clients hear of each by itself, and not of their own user.
   * @param stale what all other clients get in place of `changes`
   */
  deliverPresence(changes: Presence[], stale?: StalePresence): void {
    if (!this.io) return;
    const others = this.io.except(LEGACY_CLIENTS);
    if (stale) others.emit('presence.stale', stale);
    else others.emit('presence', changes);
    for (const presence of changes) {
      const event = presence.online ? 'user.connected' : 'user.disconnected';
      this.io.to(LEGACY_CLIENTS).except(userRoom(presence.id)).emit(event, presence);
    }
  }

  /** Writes what is coalesced at once: before some sockets are closed. */
  flush(): void {
    const adapter = this.io?.sockets.adapter;
    if (adapter instanceof CoalescingAdapter) adapter.flush();
  }

  /** Every socket here. */
  all(): ChatSocket[] {
    return [...(this.io?.sockets.sockets.values() ?? [])];
  }

  /** The sockets of a user. */
  ofUser(userId: string): ChatSocket[] {
    const { adapter, sockets } = this.io?.sockets ?? {};
    return [...(adapter?.rooms.get(userRoom(userId)) ?? [])].flatMap((id) => sockets?.get(id) ?? []);
  }

  /** Sockets in any of these rooms of Socket.IO, none of which is in two. */
  private hearing(rooms: readonly string[]): number {
    return rooms.reduce((sum, room) => sum + (this.io?.sockets.adapter.rooms.get(room)?.size ?? 0), 0);
  }

  /** Whether a user has a socket here. */
  hasUser(userId: string): boolean {
    return this.io?.sockets.adapter.rooms.has(userRoom(userId)) ?? false;
  }

  /** Whether anybody here hears a room. */
  anyoneHears(roomId: string): boolean {
    return listeningRooms(roomId).some((room) => this.io?.sockets.adapter.rooms.has(room));
  }

  /** Emits `session.ended` to a session's sockets and closes its connections, also those without a socket. */
  endSession(sessionHash: string): void {
    const room = this.io?.in(sessionRoom(sessionHash));
    room?.emit('session.ended');
    room?.disconnectSockets(true);
    this.connections.endSession(sessionHash);
  }
}
