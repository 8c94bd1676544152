import type { Message } from '@app/contracts';
import { io, type Socket } from 'socket.io-client-3';
import type { ClientLog, Heard } from '../record';
import type { Account } from './account';

/** Somebody with the demo's client: Socket.IO 3, no acknowledgements, nothing fetched that was missed. */
export class DemoUser {
  readonly log: ClientLog;
  private readonly socket: Socket;
  private connections = 0;
  private count = 0;

  constructor(
    url: string,
    readonly account: Account,
    readonly roomIds: readonly string[],
  ) {
    this.log = { userId: account.user.id, kind: 'demo', sent: [], changed: [], heard: [], announced: [] };
    this.socket = io(url, { autoConnect: false, extraHeaders: { cookie: account.cookie } });
    this.socket.on('connect', () => this.connected());
    this.socket.on('message', (message: Message) => this.heard(message));
  }

  get userId(): string {
    return this.account.user.id;
  }

  get isOnline(): boolean {
    return this.socket.connected;
  }

  get status(): string {
    return this.socket.connected ? 'online' : 'not connected';
  }

  start(): void {
    this.socket.connect();
  }

  leave(): void {
    this.socket.disconnect();
  }

  /** Says something while connected; offline, it keeps quiet. */
  send(roomId: string): void {
    if (!this.socket.connected) return;
    this.count += 1;
    const message = `${this.count} of ${this.userId}`;
    this.log.sent.push({ key: message, roomId, at: Date.now(), group: this.connections, acked: [], refused: [] });
    this.socket.emit('message', { roomId, message, from: this.userId, date: Math.floor(Date.now() / 1000) });
  }

  private connected(): void {
    this.connections += 1;
    this.log.announced.push([]);
    for (const roomId of this.roomIds) this.socket.emit('room.join', roomId);
  }

  private heard({ id, roomId, date }: Message): void {
    const heard: Heard = { id, roomId, date };
    this.log.heard.push(heard);
    this.log.announced.at(-1)?.push(heard);
  }
}
