import { ChatError } from '@app/contracts';
import type { Config } from '@app/service';
import type { Request } from 'express';
import { endOfSession, hashSession } from '../session/session';
import type { ChatSocket, SocketData } from './chat-socket';

/** Whose a connection is, once its request does not tell any more. */
const known = new WeakMap<object, SocketData>();

/**
 * Lets a socket in whose handshake carries a session of a signed-in user; any other gets a `connect_error` `unauthorized`
 * with `{code, message}` as its data.
 */
export function authenticate(socket: ChatSocket, config: Config, next: (error?: Error) => void): void {
  const data = known.get(socket.conn) ?? signedIn(socket, config);
  if (!data) {
    const body = new ChatError('unauthorized', 'Not signed in').toBody();
    next(Object.assign(new Error(body.code), { data: body }));
    return;
  }
  known.set(socket.conn, data);
  Object.assign(socket.data, data);
  forget(socket.request as unknown as Request);
  next();
}

/** Engine.IO keeps the request as long as the connection; the session and what belongs to it need not stay with it. */
function forget(request: Request): void {
  Object.assign(request, { session: undefined, sessionStore: undefined, rawHeaders: [], res: undefined });
}

function signedIn(socket: ChatSocket, config: Config): SocketData | undefined {
  const { session, sessionID } = socket.request as unknown as Request;
  const user = session?.passport?.user;
  return (
    user && {
      user: { id: String(user.id), username: user.username },
      sessionId: sessionID,
      sessionHash: hashSession(sessionID),
      sessionEnds: endOfSession(session, config),
    }
  );
}
