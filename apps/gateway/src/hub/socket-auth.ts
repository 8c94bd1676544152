import { ChatError } from '@app/contracts';
import { CONFIG, type Config, LOGGER, type Logger } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import type { SessionData } from 'express-session';
import type { Identity } from '../auth/authenticators';
import { SessionTexts } from '../auth/session-texts';
import type { ChatSocket } from '../transport/chat-socket';
import { Connections } from '../transport/connections';
import { closeNow, closeSoon, type EngineSocket } from '../transport/engine-io';
import { PresenceStore } from './presence/presence.store';

/** When one who has too many may come again. */
const RETRY_MS = 5000;

type Next = (error?: Error) => void;

/** Lets sockets in. */
@Injectable()
export class SocketAuth {
  constructor(
    private readonly connections: Connections,
    private readonly sessions: SessionTexts,
    private readonly presence: PresenceStore,
    @Inject(CONFIG) private readonly config: Pick<Config, 'CONNECTIONS_PER_USER'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Lets a socket in whose connection was opened with a session that still holds now, unless its user has too many. Any
   * other gets a `connect_error` `unauthorized` or `rate_limited` with `{code, message}` as its data, and its connection is closed.
   */
  async admit(socket: ChatSocket, next: Next): Promise<void> {
    const conn = socket.conn as unknown as EngineSocket;
    const connection = this.connections.of(conn);
    // Socket.IO ignores calls on a closed connection.
    if (!connection?.join()) {
      closeNow(conn);
      next();
      return;
    }
    try {
      const { owner } = connection;
      // Both in one round trip.
      const [holds, count] = owner
        ? await Promise.all([this.holds(owner), this.presence.connectionsOf(owner.user.id)])
        : [false, 0];
      if (!holds) {
        connection.refused();
        refuse(conn, next, new ChatError('unauthorized', 'Not signed in'));
      } else if (count >= this.config.CONNECTIONS_PER_USER) {
        connection.tooMany();
        refuse(conn, next, new ChatError('rate_limited', 'Too many connections; try again later', RETRY_MS));
      } else {
        Object.assign(socket.data, owner, { address: connection.opener.address });
        connection.joined(socket);
        next();
      }
    } catch (error) {
      // Nobody knows: clients come again to who knows.
      this.logger.debug({ err: error }, 'reading the session of a socket failed');
      closeNow(conn);
      next();
    }
  }

  /** A socket that was let in is counted; one too many goes, of those that came to several gateways in one moment. */
  counted(socket: ChatSocket, count: number): void {
    if (count <= this.config.CONNECTIONS_PER_USER) return;
    const conn = socket.conn as unknown as EngineSocket;
    this.connections.of(conn)?.tooMany();
    closeNow(conn);
  }

  private async holds({ sessionId, sessionEnds, user }: Identity): Promise<boolean> {
    const text = await this.sessions.read(sessionId);
    const session = text === null ? undefined : (JSON.parse(text) as SessionData);
    return String(session?.passport?.user?.id) === user.id && sessionEnds > Date.now();
  }
}

function refuse(conn: EngineSocket, next: Next, error: ChatError): void {
  const body = error.toBody();
  next(Object.assign(new Error(body.code), { data: body }));
  // Socket.IO says so first.
  setImmediate(() => closeSoon(conn));
}
