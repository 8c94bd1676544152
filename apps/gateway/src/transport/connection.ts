import { ChatError } from '@app/contracts';
import type { Identity } from '../auth/authenticators';
import type { SecurityEvent, SecurityFields, SecurityLog } from '../auth/security-log';
import { type Account, PACKET_COST } from './accounts';
import type { ChatSocket } from './chat-socket';
import {
  arriving,
  closeNow,
  closeSoon,
  drop,
  type EnginePacket,
  type EngineSocket,
  type EngineTransport,
  forgetRead,
  type Gatekeeper,
  limitMessages,
} from './engine-io';
import { compactTransport } from './engine-lean';
import { isTooDeep } from './nesting';
import { type PacketHead, readHead } from './packets';
import { SOCKET } from './refusals';

/** What may come over a connection. */
export interface PacketRules {
  /** Length of a packet before a socket has joined. */
  early: number;
  /** In which a socket has to join. */
  joinMs: number;
  /** Length of a packet, past which its connection is closed. */
  packet: number;
  /** Length of a call, past which it is refused unread. */
  call: number;
  /** What a user's packets may cost per window, past which calls are refused; past twice that, connections are closed. */
  perWindow: number;
  /** Names of the calls that there are. */
  calls: ReadonlySet<string>;
}

/** Who opened a connection. */
export interface Opener {
  /** Whose session it was; none: a visitor's. */
  readonly owner: Identity | undefined;
  readonly address: string;
  /** The owner's. */
  readonly user: Account | undefined;
  /** The address'. */
  readonly client: Account;
}

/** What the connections of a gateway have in common. */
export interface Shared {
  readonly rules: PacketRules;
  readonly security: Pick<SecurityLog, 'note'>;
  /** Serves a call that was let through. @param id under which it is to be acknowledged; none: not at all */
  call(socket: ChatSocket, name: string, args: unknown[], id: string | undefined): void;
  /** It is over. */
  ended(connection: Connection): void;
}

/** Socket.IO's packet types, as they are written. */
const [CONNECT, DISCONNECT, EVENT, ACK, BINARY_EVENT, BINARY_ACK] = ['0', '1', '2', '3', '5', '6'];
/** How the only namespace is written where it is: `40{…}`, `40/,{…}`. */
const OUR_NAMESPACE = /^.(?:[^/]|\/,|$)/s;
/** Packets before a socket has joined: a CONNECT, and answers to pings. */
const EARLY_PACKETS = 16;
const MAX_ATTACHMENTS = 10;

/**
 * One connection of Engine.IO, and what comes over it, looked at before it is read. A socket may join the one namespace
 * once; whoever leaves it, is refused or asks for another one is done: a connection without a socket on it is nobody's.
 */
export class Connection implements Gatekeeper {
  private readonly openedAt = performance.now();
  private stage: 'open' | 'joining' | 'joined' = 'open';
  private early = 0;
  /** Binary packets still to come that belong to a call which was refused. */
  private attachments = 0;
  private tried: EngineTransport | undefined;
  private socket: ChatSocket | undefined;

  constructor(
    readonly conn: EngineSocket,
    readonly opener: Opener,
    private readonly shared: Shared,
  ) {
    this.limit();
  }

  get owner(): Identity | undefined {
    return this.opener.owner;
  }

  /** A socket asks to join. @returns false where it may not: one did before, or its owner is sending too much */
  join(): boolean {
    if (this.stage !== 'open') return false;
    this.stage = 'joining';
    const may = this.account.restMs <= 0 || this.account.spent <= 2 * this.rules.perWindow;
    if (!may) this.logSecurity('rate.limited', { reason: 'packets' });
    return may;
  }

  closed(): void {
    // Timers may fire a little early.
    if (this.stage === 'open' && performance.now() - this.openedAt > this.rules.joinMs - 10)
      this.logSecurity('request.refused', { reason: 'did not join in time' });
    this.shared.ended(this);
  }

  /** Its socket may not join: nobody signed in opened it, or that session is over. */
  refused(): void {
    this.logSecurity('access.refused', { code: 'unauthorized', reason: this.owner ? 'session is over' : 'no session' });
  }

  /** Its user has too many, on all gateways together. */
  tooMany(): void {
    this.logSecurity('connection.limited', { code: 'rate_limited', reason: 'connections of a user' });
  }

  /** It has joined. @param socket whose calls these are from now on */
  joined(socket: ChatSocket): void {
    this.stage = 'joined';
    this.socket = socket;
    this.limit();
  }

  upgraded(): void {
    this.limit();
    compactTransport(this.conn.transport);
  }

  get mostBytes(): number {
    return this.stage === 'joined' ? this.rules.packet : EARLY_PACKETS * this.rules.early;
  }

  takes(length: number, packets: number): boolean {
    return length + packets * PACKET_COST <= 2 * this.rules.perWindow;
  }

  broke(code: string): void {
    this.logSecurity('request.refused', {
      reason: code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'Too large' : 'protocol',
    });
  }

  tries(transport: EngineTransport): void {
    this.tried = transport;
    transport.socket?.once('close', () => {
      if (this.tried === transport) this.tried = undefined;
    });
  }

  /** Bytes that came, or are about to, of packets that are not whole yet. */
  get arriving(): number {
    const { transport } = this.conn;
    const { tried } = this;
    return arriving(transport) + (tried && tried !== transport ? arriving(tried) : 0);
  }

  frame(length: number): void {
    if (this.isTooMuch(length)) this.flood();
  }

  flood(): void {
    if (this.stage === 'joined') this.logSecurity('rate.limited', { reason: 'packets' });
    else this.logSecurity('request.refused', { reason: 'too much before joining' });
    closeNow(this.conn);
  }

  /** Closes it: a packet came that no client sends at this point. */
  private breach(): void {
    this.logSecurity('request.refused', { reason: 'protocol' });
    closeNow(this.conn);
  }

  private get rules(): PacketRules {
    return this.shared.rules;
  }

  private get account(): Account {
    return this.opener.user ?? this.opener.client;
  }

  private logSecurity(event: SecurityEvent, fields: Pick<SecurityFields, 'code' | 'reason' | 'route'>): void {
    const { owner, address } = this.opener;
    const about = { address, userId: owner?.user.id, session: owner?.sessionHash, route: SOCKET };
    this.shared.security.note(event, { ...about, ...fields });
  }

  private limit(): void {
    limitMessages(this.conn.transport, this.mostBytes);
  }

  private isTooMuch(length: number): boolean {
    if (this.stage === 'joined') {
      this.account.charge(length);
      return this.account.spent > 2 * this.rules.perWindow;
    }
    this.early += length + PACKET_COST;
    return length > this.rules.early || this.early > EARLY_PACKETS * (this.rules.early + PACKET_COST);
  }

  inspect(packet: EnginePacket): void {
    const { type, data = '' } = packet;
    forgetRead(this.conn.transport);
    if (this.isTooMuch(data.length)) {
      this.flood();
    } else if (type === 'message') {
      if (typeof data === 'string') this.inspectText(packet, data);
      else this.inspectBinary(packet);
    }
  }

  private inspectText(packet: EnginePacket, text: string): void {
    const kind = text[0];
    if (this.attachments > 0) {
      this.breach();
    } else if (kind === EVENT && this.stage === 'joined') {
      if (text[1] !== '/') this.inspectCall(packet, text, 1);
      else if (text[2] === ',') this.inspectCall(packet, text, 3);
    } else if (kind === ACK && this.stage === 'joined') {
      // The server asks for no acknowledgement.
      drop(packet);
    } else if (kind === BINARY_EVENT || kind === BINARY_ACK) {
      this.expectBinary(packet, text);
    } else if (kind === CONNECT && OUR_NAMESPACE.test(text)) {
      // Socket.IO closes it, or asks whether it may join.
      if (this.stage !== 'open') this.logSecurity('request.refused', { reason: 'joined before' });
    } else if (kind === DISCONNECT || kind === CONNECT) {
      if (kind === CONNECT) this.logSecurity('request.refused', { reason: 'no such namespace' });
      // After Socket.IO has had it: it answers one who asks for what there is not.
      setImmediate(() => closeSoon(this.conn));
    }
  }

  private inspectCall(packet: EnginePacket, text: string, at: number): void {
    const head = readHead(text, at);
    const refusal = this.refusalOf(head, text);
    if (refusal) this.refuse(packet, head, refusal);
    else if (this.socket?.connected) this.call(this.socket, packet, head, text);
  }

  /** Serves a call at once: Socket.IO would read it a letter at a time and come to the same two turns later. */
  private call(socket: ChatSocket, packet: EnginePacket, { id, name = '', at }: PacketHead, text: string): void {
    let args: unknown[];
    try {
      args = JSON.parse(text.slice(at));
    } catch {
      // Socket.IO closes the connection.
      return;
    }
    drop(packet);
    this.shared.call(socket, name, args.slice(1), id);
  }

  private refusalOf({ name, at }: PacketHead, text: string): ChatError | undefined {
    if (this.account.spent > this.rules.perWindow) {
      return new ChatError('rate_limited', 'Too much at once; try again later', Math.max(1, this.account.restMs));
    }
    if (text.length > this.rules.call) return new ChatError('invalid', 'Too large');
    if (name === undefined || isTooDeep(text, at)) return new ChatError('invalid', 'Malformed');
    return this.rules.calls.has(name) ? undefined : new ChatError('not_found', 'No such call');
  }

  /** A call with binary parts, of which there are none here: it is refused, and they are passed over when they come. */
  private expectBinary(packet: EnginePacket, text: string): void {
    const dash = text.indexOf('-');
    const count = /^\d{1,2}$/.test(text.slice(1, dash)) ? Number(text.slice(1, dash)) : 0;
    if (this.stage !== 'joined' || dash < 0 || count < 1 || count > MAX_ATTACHMENTS) {
      this.breach();
      return;
    }
    this.attachments = count;
    this.refuse(packet, readHead(text, dash + 1), new ChatError('invalid', 'No binary here'));
  }

  private inspectBinary(packet: EnginePacket): void {
    if (this.attachments === 0) {
      this.breach();
      return;
    }
    this.attachments--;
    drop(packet);
  }

  private refuse(packet: EnginePacket, { id, name }: PacketHead, error: ChatError): void {
    drop(packet);
    const { code, message: reason } = error;
    const route = name !== undefined && this.rules.calls.has(name) ? name : undefined;
    if (code === 'rate_limited') this.logSecurity('rate.limited', { code, reason: 'packets', ...(route && { route }) });
    else this.logSecurity('request.refused', { code, reason, ...(route && { route }) });
    if (id !== undefined) this.conn.write(`${ACK}${id}${JSON.stringify([{ ok: false, error: error.toBody() }])}`);
  }
}
