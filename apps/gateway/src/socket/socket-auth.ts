import { ChatError } from '@app/contracts';
import type { Config } from '@app/service';
import type { Request } from 'express';
import { endOfSession, hashSession } from '../session/session';
import type { ChatSocket } from './sockets';

/**
 * Lets a socket in whose handshake carries a session of a signed-in user; any other gets a `connect_error` `unauthorized`
 * with `{code, message}` as its data.
 */
export function authenticate(socket: ChatSocket, config: Config, next: (error?: Error) => void): void {
  const { session, sessionID } = socket.request as unknown as Request;
  const user = session?.passport?.user;
  if (!user) {
    const body = new ChatError('unauthorized', 'Not signed in').toBody();
    next(Object.assign(new Error(body.code), { data: body }));
    return;
  }
  socket.data.user = { id: String(user.id), username: user.username };
  socket.data.sessionId = sessionID;
  socket.data.sessionHash = hashSession(sessionID);
  socket.data.sessionEnds = endOfSession(session, config);
  next();
}
