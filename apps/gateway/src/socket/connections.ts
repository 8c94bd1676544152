import { ChatError } from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { SecurityLog } from '../session/security-log';
import { endOfSession, hashSession } from '../session/session';
import { Accounts } from './accounts';
import type { SocketData } from './chat-socket';
import { Connection, type PacketRules } from './connection';
import { closeSoon, type EngineRequest, type EngineSocket } from './engine-io';

/**
 * The connections of Engine.IO to this gateway, with or without a socket of Socket.IO on them: a connection is its
 * session's from its first request to its end.
 */
@Injectable()
export class Connections {
  private readonly known = new WeakMap<object, Connection>();
  private readonly bySession = new Map<string, Set<Connection>>();
  private readonly calls = new Set<string>();
  private readonly rules: PacketRules;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly accounts: Accounts,
    private readonly security: SecurityLog,
  ) {
    this.rules = {
      early: config.CONNECT_BYTES,
      packet: config.SOCKET_MESSAGE_BYTES,
      call: Math.max(config.SOCKET_CALL_BYTES, 2 * config.MAX_MESSAGE_LENGTH + 1024),
      perWindow: config.SOCKET_BYTES_PER_WINDOW,
      calls: this.calls,
    };
  }

  /** There are calls of these names. */
  serve(names: readonly string[]): void {
    for (const name of names) this.calls.add(name);
  }

  /**
   * Whether a request may be part of a connection: only with the session that opened it.
   * @throws ChatError `unauthorized`
   */
  admit(request: EngineRequest, conn: EngineSocket | undefined): void {
    const owner = conn && this.of(conn)?.owner;
    if (owner && this.ownerOf(request)?.sessionId !== owner.sessionId) {
      throw new ChatError('unauthorized', 'Not a connection of this session');
    }
  }

  /** A connection was opened; its request has a session, or none. */
  opened(conn: EngineSocket): Connection {
    const owner = this.ownerOf(conn.request);
    const account = this.accounts.of(owner?.user.id ?? '');
    account.connections++;
    conn.once('close', () => account.connections--);
    const connection = new Connection(conn, owner, account, this.rules, () =>
      this.security.note('rate.limited', { userId: owner?.user.id, reason: 'packets' }),
    );
    forget(conn.request as Request);
    this.known.set(conn, connection);
    if (!owner) return connection;
    const others = this.bySession.get(owner.sessionHash) ?? new Set();
    this.bySession.set(owner.sessionHash, others.add(connection));
    conn.once('close', () => {
      others.delete(connection);
      if (others.size === 0) this.bySession.delete(owner.sessionHash);
    });
    return connection;
  }

  /** What is known of a connection. */
  of(conn: object): Connection | undefined {
    return this.known.get(conn);
  }

  /** The sessions that have a connection here. */
  sessions(): SocketData[] {
    return [...this.bySession.values()].flatMap(([connection]) => connection?.owner ?? []);
  }

  /** Closes all connections of a session. */
  endSession(sessionHash: string): void {
    for (const { conn } of this.bySession.get(sessionHash) ?? []) closeSoon(conn);
  }

  private ownerOf(request: object): SocketData | undefined {
    const { session, sessionID: sessionId } = request as Request;
    const user = session?.passport?.user;
    if (!user) return undefined;
    return {
      user: { id: String(user.id), username: user.username },
      sessionId,
      sessionHash: hashSession(sessionId),
      sessionEnds: endOfSession(session, this.config),
    };
  }
}

/** Engine.IO keeps the request as long as the connection; the session and what belongs to it need not stay with it. */
function forget(request: Request): void {
  Object.assign(request, { session: undefined, sessionStore: undefined, rawHeaders: [], res: undefined });
}
