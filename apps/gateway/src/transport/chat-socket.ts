import type { ServerEvents, User } from '@app/contracts';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';

/** What a gateway knows of a socket. */
export interface SocketData {
  user: User;
  sessionId: string;
  sessionHash: string;
  /** Unix ms at which the session ends, used or not. */
  sessionEnds: number;
  /** The rooms whose news it hears; undefined until they are known. */
  roomIds?: readonly string[];
}
export type ChatServer = Server<DefaultEventsMap, ServerEvents, DefaultEventsMap, SocketData>;
export type ChatSocket = Socket<DefaultEventsMap, ServerEvents, DefaultEventsMap, SocketData>;
