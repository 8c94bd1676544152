import type { Socket } from 'node:net';
import { ChatError } from '@app/contracts';
import { answerOnWire, CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Authenticators, type Identity } from '../auth/authenticators';
import { clientKey } from '../auth/client-address';
import { Proxies } from '../auth/proxies';
import { SecurityLog } from '../auth/security-log';
import { type Account, Accounts } from './accounts';
import { Connection, type Opener, type Shared } from './connection';
import { closeNow, closeSoon, type EngineRequest, type EngineSocket, KEEPER, NO_REQUEST } from './engine-io';
import { SOCKET } from './refusals';

/** Who it was that a request opened a connection for. */
const OPENER = Symbol('opener');
type Handshake = EngineRequest & { [OPENER]?: Opener };

/** The account of a connection of TCP. */
const ACCOUNT = Symbol('account');
type Peer = Socket & { [ACCOUNT]?: Account };

function leave(this: Peer): void {
  if (this[ACCOUNT]) this[ACCOUNT].peers--;
}

/**
 * The connections of Engine.IO to this gateway, with or without a socket of Socket.IO on them: a connection is its
 * session's from its first request to its end.
 */
@Injectable()
export class Connections {
  private readonly bySession = new Map<string, Set<Connection>>();
  private readonly calls = new Set<string>();
  private readonly shared: Shared;
  private serveCall: Shared['call'] = () => undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly accounts: Accounts,
    private readonly authenticators: Authenticators,
    private readonly security: SecurityLog,
    private readonly proxies: Proxies,
  ) {
    const rules = {
      early: config.CONNECT_BYTES,
      joinMs: config.CONNECT_TIMEOUT_MS,
      packet: config.SOCKET_MESSAGE_BYTES,
      call: config.SOCKET_CALL_BYTES,
      perWindow: config.SOCKET_BYTES_PER_WINDOW,
      calls: this.calls,
    };
    this.shared = {
      rules,
      security,
      call: (...call) => this.serveCall(...call),
      ended: (connection) => this.ended(connection),
    };
  }

  /** There are calls of these names. @param call serves one */
  serve(names: readonly string[], call: Shared['call']): void {
    for (const name of names) this.calls.add(name);
    this.serveCall = call;
  }

  /**
   * Whether a request may open a connection, or be part of one: only with the session that opened it.
   * @throws ChatError `unauthorized`, `rate_limited`
   */
  admit(request: EngineRequest, conn: EngineSocket | undefined): void {
    const owner = this.authenticators.identify(request as unknown as Request);
    if (!conn) {
      this.admitHandshake(request, owner);
      return;
    }
    const { owner: opener } = this.of(conn) ?? {};
    if (opener && owner?.sessionId !== opener.sessionId) {
      throw new ChatError('unauthorized', 'Not a connection of this session');
    }
  }

  private admitHandshake(request: Handshake, owner: Identity | undefined): void {
    const address = this.proxies.address(request);
    const user = owner && this.accounts.of(owner.user.id);
    const client = this.accounts.of(`@${clientKey(address)}`);
    request[OPENER] = { owner, address, user, client };
    const { CONNECTIONS_PER_USER, CONNECTIONS_PER_ADDRESS, HANDSHAKES_PER_WINDOW } = this.config;
    const who = user ?? client;
    const reason =
      who.handshake() > HANDSHAKES_PER_WINDOW
        ? 'handshakes'
        : user && user.connections >= CONNECTIONS_PER_USER
          ? 'connections of a user'
          : client.connections >= CONNECTIONS_PER_ADDRESS && 'connections of an address';
    if (!reason) return;
    this.security.note('connection.limited', { address, userId: owner?.user.id, reason });
    throw new ChatError('rate_limited', 'Too many connections; try again later', Math.max(1000, who.restMs));
  }

  /** Refuses a connection of TCP where its address has too many; who comes through a proxy is counted by handshakes. */
  peer(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    if (this.proxies.trusts(address, 0)) return;
    const client = this.accounts.of(`@${clientKey(address)}`);
    client.peers++;
    (socket as Peer)[ACCOUNT] = client;
    socket.on('close', leave);
    if (client.peers <= this.config.CONNECTIONS_PER_ADDRESS) return;
    this.security.note('connection.limited', { address, reason: 'connections of an address' });
    answerOnWire(socket, 429, new ChatError('rate_limited', 'Too many connections; try again later', 1000).toBody());
  }

  /** A connection was opened, by a request that was let through. */
  opened(conn: EngineSocket): Connection {
    const opener = (conn.request as Handshake)[OPENER];
    if (!opener) throw new Error('A connection that nobody let through');
    const { owner, address, user, client } = opener;
    const connection = new Connection(conn, opener, this.shared);
    conn[KEEPER] = connection;
    // Who reads it later finds nothing of it: it is large, and would be kept as long as the connection.
    conn.request = NO_REQUEST;
    if (owner) {
      const others = this.bySession.get(owner.sessionHash) ?? new Set();
      this.bySession.set(owner.sessionHash, others.add(connection));
    }
    client.connections++;
    if (user) user.connections++;
    // Several may have been admitted at the same moment.
    const { CONNECTIONS_PER_USER, CONNECTIONS_PER_ADDRESS } = this.config;
    if (client.connections > CONNECTIONS_PER_ADDRESS || (user && user.connections > CONNECTIONS_PER_USER)) {
      const about = { address, userId: owner?.user.id, session: owner?.sessionHash, route: SOCKET };
      this.security.note('connection.limited', { ...about, reason: 'connections at once' });
      closeNow(conn);
    }
    return connection;
  }

  private ended(connection: Connection): void {
    const { owner, user, client } = connection.opener;
    client.connections--;
    if (user) user.connections--;
    const others = owner && this.bySession.get(owner.sessionHash);
    others?.delete(connection);
    if (owner && others?.size === 0) this.bySession.delete(owner.sessionHash);
  }

  /** What is known of a connection. */
  of(conn: EngineSocket): Connection | undefined {
    return conn[KEEPER] as Connection | undefined;
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
}
