import { ChatError } from '@app/contracts';
import { keys, Redis } from '@app/redis';
import { LOGGER, type Logger } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import type { SessionData } from 'express-session';
import type { ChatSocket, SocketData } from './chat-socket';
import { Connections } from './connections';
import { closeNow, closeSoon, type EngineSocket } from './engine-io';

type Next = (error?: Error) => void;

/** Lets sockets in. */
@Injectable()
export class SocketAuth {
  constructor(
    private readonly connections: Connections,
    private readonly redis: Redis,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Lets a socket in whose connection was opened with a session that still holds now. Any other gets a `connect_error`
   * `unauthorized` with `{code, message}` as its data, and its connection is closed.
   */
  async admit(socket: ChatSocket, next: Next): Promise<void> {
    const conn = socket.conn as unknown as EngineSocket;
    const connection = this.connections.of(conn);
    // Socket.IO takes what it is told on a closed connection for nothing.
    if (!connection?.join()) {
      closeNow(conn);
      next();
      return;
    }
    try {
      const { owner } = connection;
      if (owner && (await this.holds(owner))) {
        Object.assign(socket.data, owner);
        connection.joined();
        next();
      } else {
        connection.refused();
        refuse(conn, next);
      }
    } catch (error) {
      // Nobody knows: clients come again to who knows.
      this.logger.debug({ err: error }, 'session of a socket not read');
      closeNow(conn);
      next();
    }
  }

  private async holds({ sessionId, sessionEnds, user }: SocketData): Promise<boolean> {
    const text = await this.redis.get(keys.session(sessionId));
    const session = text === null ? undefined : (JSON.parse(text) as SessionData);
    return String(session?.passport?.user?.id) === user.id && sessionEnds > Date.now();
  }
}

function refuse(conn: EngineSocket, next: Next): void {
  const body = new ChatError('unauthorized', 'Not signed in').toBody();
  next(Object.assign(new Error(body.code), { data: body }));
  // Socket.IO says so first.
  setImmediate(() => closeSoon(conn));
}
