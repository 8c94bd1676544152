import type { ServerEvents } from '@app/contracts';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { Identity } from '../auth/authenticators';

/** What a gateway knows of a socket. */
export interface SocketData extends Identity {
  /** The rooms whose news it hears; undefined until they are known. */
  roomIds?: readonly string[];
}
export type ChatServer = Server<DefaultEventsMap, ServerEvents, DefaultEventsMap, SocketData>;
export type ChatSocket = Socket<DefaultEventsMap, ServerEvents, DefaultEventsMap, SocketData>;
