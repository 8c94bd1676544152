import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { ChatError } from '@app/contracts';
import { answerOnWire, CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Authenticators, type Identity } from '../auth/authenticators';
import { clientKey } from '../auth/client-address';
import { Proxies } from '../auth/proxies';
import { SecurityLog } from '../auth/security-log';
import { Accounts } from './accounts';
import { Connection, type PacketRules } from './connection';
import { closeNow, closeSoon, type EngineRequest, type EngineSocket } from './engine-io';
import { SOCKET } from './refusals';

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
    private readonly authenticators: Authenticators,
    private readonly security: SecurityLog,
    private readonly proxies: Proxies,
  ) {
    this.rules = {
      early: config.CONNECT_BYTES,
      packet: config.SOCKET_MESSAGE_BYTES,
      call: config.SOCKET_CALL_BYTES,
      perWindow: config.SOCKET_BYTES_PER_WINDOW,
      calls: this.calls,
    };
  }

  /** There are calls of these names. */
  serve(names: readonly string[]): void {
    for (const name of names) this.calls.add(name);
  }

  /**
   * Whether a request may open a connection, or be part of one: only with the session that opened it.
   * @throws ChatError `unauthorized`, `rate_limited`
   */
  admit(request: EngineRequest, conn: EngineSocket | undefined): void {
    const owner = this.ownerOf(request);
    if (!conn) {
      this.admitHandshake(request, owner);
      return;
    }
    const { owner: opener } = this.of(conn) ?? {};
    if (opener && owner?.sessionId !== opener.sessionId) {
      throw new ChatError('unauthorized', 'Not a connection of this session');
    }
  }

  private admitHandshake(request: EngineRequest, owner: Identity | undefined): void {
    const { user, client } = this.accountsOf(request, owner);
    const { CONNECTIONS_PER_USER, CONNECTIONS_PER_ADDRESS, HANDSHAKES_PER_WINDOW } = this.config;
    const who = user ?? client;
    const reason =
      who.handshake() > HANDSHAKES_PER_WINDOW
        ? 'handshakes'
        : user && user.connections >= CONNECTIONS_PER_USER
          ? 'connections of a user'
          : client.connections >= CONNECTIONS_PER_ADDRESS && 'connections of an address';
    if (!reason) return;
    this.security.note('connection.limited', {
      address: this.proxies.address(request),
      userId: owner?.user.id,
      reason,
    });
    throw new ChatError('rate_limited', 'Too many connections; try again later', Math.max(1000, who.restMs));
  }

  /** Refuses a connection of TCP where its address has too many; who comes through a proxy is counted by handshakes. */
  peer(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    if (this.proxies.trusts(address, 0)) return;
    const client = this.accounts.of(`@${clientKey(address)}`);
    client.peers++;
    socket.once('close', () => client.peers--);
    if (client.peers <= this.config.CONNECTIONS_PER_ADDRESS) return;
    this.security.note('connection.limited', { address, reason: 'connections of an address' });
    answerOnWire(socket, 429, new ChatError('rate_limited', 'Too many connections; try again later', 1000).toBody());
  }

  /** A connection was opened; its request has a session, or none. */
  opened(conn: EngineSocket): Connection {
    const owner = this.ownerOf(conn.request);
    const { user, client } = this.accountsOf(conn.request, owner);
    const address = this.proxies.address(conn.request);
    const about = { address, userId: owner?.user.id, session: owner?.sessionHash, route: SOCKET };
    const connection = new Connection(conn, owner, user ?? client, this.rules, (event, fields) =>
      this.security.note(event, { ...about, ...fields }),
    );
    forget(conn.request as Request);
    this.known.set(conn, connection);
    const others = owner && (this.bySession.get(owner.sessionHash) ?? new Set());
    if (owner && others) this.bySession.set(owner.sessionHash, others.add(connection));
    client.connections++;
    if (user) user.connections++;
    const since = performance.now();
    conn.once('close', () => {
      connection.closed(performance.now() - since, this.config.CONNECT_TIMEOUT_MS);
      client.connections--;
      if (user) user.connections--;
      others?.delete(connection);
      if (owner && others?.size === 0) this.bySession.delete(owner.sessionHash);
    });
    // Several may have been admitted at the same moment.
    const { CONNECTIONS_PER_USER, CONNECTIONS_PER_ADDRESS } = this.config;
    if (client.connections > CONNECTIONS_PER_ADDRESS || (user && user.connections > CONNECTIONS_PER_USER)) {
      this.security.note('connection.limited', { ...about, reason: 'connections at once' });
      closeNow(conn);
    }
    return connection;
  }

  private accountsOf(request: IncomingMessage, owner: Identity | undefined) {
    return {
      user: owner && this.accounts.of(owner.user.id),
      client: this.accounts.of(`@${clientKey(this.proxies.address(request))}`),
    };
  }

  /** What is known of a connection. */
  of(conn: object): Connection | undefined {
    return this.known.get(conn);
  }

  /** The sessions that have a connection here. */
  sessions(): Identity[] {
    return [...this.bySession.values()].flatMap(([connection]) => connection?.owner ?? []);
  }

  /** The connections of all sessions. */
  ofUsers(): Connection[] {
    return [...this.bySession.values()].flatMap((connections) => [...connections]);
  }

  /** Closes all connections of a session. */
  endSession(sessionHash: string): void {
    for (const { conn } of this.bySession.get(sessionHash) ?? []) closeSoon(conn);
  }

  private ownerOf(request: object): Identity | undefined {
    return this.authenticators.identify(request as Request);
  }
}

/** Engine.IO keeps the request as long as the connection; the session and what belongs to it need not stay with it. */
function forget(request: Request): void {
  Object.assign(request, { session: undefined, sessionStore: undefined, rawHeaders: [], res: undefined });
}
