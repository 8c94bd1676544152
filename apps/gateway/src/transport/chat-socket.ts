import type { ServerEvents } from '@app/contracts';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { Identity } from '../auth/authenticators';

/** What a gateway knows of a socket. */
export interface SocketData extends Identity {
  /** Of who opened its connection. */
  address: string;
  /** It hears its user's rooms, and misses nothing of them. */
  isSubscribed?: true;
}
export type ChatServer = Server<DefaultEventsMap, ServerEvents, DefaultEventsMap, SocketData>;
export type ChatSocket = Socket<DefaultEventsMap, ServerEvents, DefaultEventsMap, SocketData>;
