import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ChatError, type ErrorBody, SOCKET_PATH } from '@app/contracts';
import { answerOnWire, namesHosts } from '@app/service';
import type { RequestHandler } from 'express';
import type { Server } from 'socket.io';
import type { WebSocket } from 'ws';
import { STATUS } from './error.filter';

/** The parts of Engine.IO's connection that are used here. Only this file relies on what Engine.IO does not document. */
export interface EngineSocket {
  readonly id: string;
  readonly readyState: 'opening' | 'open' | 'closing' | 'closed';
  readonly request: IncomingMessage;
  readonly transport: EngineTransport;
  write(packet: string): unknown;
  close(discard?: boolean): void;
  on(event: 'packet', listener: (packet: EnginePacket) => void): unknown;
  on(event: 'upgrade', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
}
export interface EngineTransport {
  readonly name: string;
  readonly socket?: WebSocket & { readonly _receiver?: Receiver };
  /** Where it polls: the request that is arriving. */
  readonly dataReq?: IncomingMessage | null;
  /** Of a request, where it polls. */
  maxHttpBufferSize?: number;
  onData(payload: string): void;
}
/** What `ws` keeps of what has arrived. */
interface Receiver {
  _maxPayload: number;
  readonly _bufferedBytes: number;
  /** Of the frames before, where a packet comes in several. */
  readonly _messageLength: number;
}
/** A packet as it arrives, unparsed. */
export interface EnginePacket {
  type: string;
  data?: string | Buffer;
}
/** A request that Engine.IO has read the query of. */
export interface EngineRequest extends IncomingMessage {
  _query: Record<string, string | undefined>;
  res?: ServerResponse | null;
}
interface Engine {
  readonly clients: Readonly<Record<string, EngineSocket>>;
  createTransport(name: string, request: EngineRequest): EngineTransport;
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  use(middleware: (request: EngineRequest, response: ServerResponse, next: (error?: unknown) => void) => void): void;
  on(event: 'connection', listener: (conn: EngineSocket) => void): unknown;
  on(
    event: 'connection_error',
    listener: (error: { req: EngineRequest; code: number; message: string }) => void,
  ): unknown;
}

/** How long a client may take to read the close before it is cut off. */
const GOODBYE_MS = 2000;
const FORBIDDEN = 4;
const ENGINE_VERSION = '4';
/** Between the packets of a payload. */
const SEPARATOR = '\x1e';
const TRANSPORTS = new Set(['polling', 'websocket']);

/** Who decides on requests and connections. */
export interface Doorkeeper {
  /** The session of a request, where it has one. */
  session: RequestHandler;
  /** Lets a request pass. @param conn the connection that it is part of; none: it opens one @throws ChatError if not */
  admit(request: EngineRequest, conn: EngineSocket | undefined): void;
  /** A connection was opened. */
  opened(conn: EngineSocket): Gatekeeper;
  /** A request was refused, and is answered so. */
  refused(request: IncomingMessage, error: ErrorBody): void;
  /** Who looks after a connection that was opened. */
  of(conn: EngineSocket): Gatekeeper | undefined;
}

/** Who looks after one connection. */
export interface Gatekeeper {
  /** How much one request may carry. */
  readonly mostBytes: number;
  /** Whether so many packets may be taken in at once. */
  takes(length: number, packets: number): boolean;
  /** A control frame of WebSocket came. */
  frame(length: number): void;
  /** `ws` refused a frame and closed the connection. @param code of its error */
  broke(code: string): void;
  /** The client probes an upgrade to another transport. */
  tries(transport: EngineTransport): void;
  /** Closes the connection, as far too much comes. */
  flood(): void;
}

/** Asks the doorkeeper about each request to Engine.IO. A refusal is answered with `{code, message}`. */
export function guardEngine(server: Server, door: Doorkeeper): void {
  const engine = server.engine as unknown as Engine;
  const clientOf = (sid: string | null | undefined) =>
    sid && Object.hasOwn(engine.clients, sid) ? engine.clients[sid] : undefined;
  const respond = (
    request: IncomingMessage,
    to: ServerResponse | Duplex,
    error: ChatError,
    status = STATUS[error.code],
  ) => {
    const body = error.toBody();
    door.refused(request, body);
    answerOnWire(to, status, body);
  };
  const refuse = (request: EngineRequest, error: ChatError) => respond(request, request.res ?? request.socket, error);
  guardForm(engine, respond, (sid) => {
    const conn = clientOf(sid);
    // No bound for an unknown connection: its request is refused without reading the body.
    return (conn && door.of(conn)?.mostBytes) ?? Number.POSITIVE_INFINITY;
  });
  engine.use((request, response, next) =>
    door.session(request as never, response as never, (error?: unknown) => {
      if (error) refuse(request, new ChatError('unavailable', 'Temporarily unavailable'));
      else next();
    }),
  );
  engine.use((request, _response, next) => {
    try {
      door.admit(request, clientOf(request._query.sid));
      next();
    } catch (error) {
      refuse(request, error instanceof ChatError ? error : new ChatError('internal', 'Something went wrong here'));
    }
  });
  engine.on('connection_error', ({ req, code, message }) =>
    refuse(
      req,
      code === FORBIDDEN ? new ChatError('forbidden', 'Not from this origin') : new ChatError('invalid', message),
    ),
  );
  guardPackets(engine, door, clientOf);
}

/** Refuses requests by their form, before anybody does anything for them. @param mostBytes of a connection's request */
function guardForm(
  engine: Engine,
  respond: (request: IncomingMessage, to: ServerResponse | Duplex, error: ChatError, status?: number) => void,
  mostBytes: (sid: string | null) => number,
): void {
  const { handleRequest, handleUpgrade } = engine;
  engine.handleRequest = (request, response) => {
    const { refusal, sid } = read(request);
    if (refusal) return respond(request, response, refusal);
    if (Number(request.headers['content-length'] ?? 0) > mostBytes(sid)) {
      return respond(request, response, new ChatError('invalid', 'Too large'), 413);
    }
    handleRequest.call(engine, request, response);
  };
  engine.handleUpgrade = (request, socket, head) => {
    const refusal = notWebSocket(request) ?? read(request).refusal;
    if (refusal) return respond(request, socket, refusal);
    handleUpgrade.call(engine, request, socket, head);
  };
}

/** Has what comes over connections counted where Engine.IO would only take it apart. */
function guardPackets(
  engine: Engine,
  door: Doorkeeper,
  clientOf: (sid: string | undefined) => EngineSocket | undefined,
) {
  const { createTransport } = engine;
  const watchFrames = ({ socket }: EngineTransport, conn: EngineSocket) => {
    const frame = (data: Buffer) => door.of(conn)?.frame(data.length);
    const broke = ({ code = '' }: NodeJS.ErrnoException) => code.startsWith('WS_ERR_') && door.of(conn)?.broke(code);
    socket?.on('ping', frame).on('pong', frame).on('error', broke);
  };
  engine.createTransport = (name, request) => {
    const transport = createTransport.call(engine, name, request);
    const upgraded = clientOf(request._query.sid);
    if (upgraded) {
      watchFrames(transport, upgraded);
      door.of(upgraded)?.tries(transport);
      limit(transport, door.of(upgraded)?.mostBytes ?? 0);
    }
    return transport;
  };
  engine.on('connection', (conn) => {
    const keeper = door.opened(conn);
    const { transport } = conn;
    watchFrames(transport, conn);
    if (transport.name !== 'polling') return;
    const take = transport.onData;
    transport.onData = (payload) => {
      if (keeper.takes(payload.length, count(payload, SEPARATOR))) take.call(transport, payload);
      else keeper.flood();
    };
  });
}

/** Bounds what one packet, or one request with packets, may carry from now on; what is longer closes the connection. */
export function limitMessages({ transport }: EngineSocket, bytes: number): void {
  limit(transport, bytes);
}

function limit(transport: EngineTransport, bytes: number): void {
  if (transport.name === 'polling') transport.maxHttpBufferSize = bytes;
  else if (transport.socket?._receiver) transport.socket._receiver._maxPayload = bytes;
}

/** Bytes that have come over a transport, or are about to, of what is not whole yet. */
export function arriving({ socket, dataReq, maxHttpBufferSize = 0 }: EngineTransport): number {
  if (socket?._receiver) return socket._receiver._bufferedBytes + socket._receiver._messageLength;
  return dataReq ? Number(dataReq.headers['content-length'] ?? maxHttpBufferSize) : 0;
}

function count(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found++;
  return found;
}

/** Reads a request's form. No client of the only version and transports that are served sends what is refused here. */
function read(request: IncomingMessage): { sid: string | null; refusal?: ChatError } {
  const { url = '', method } = request;
  const query = URL.canParse(url, 'http://host') ? new URL(url, 'http://host').searchParams : undefined;
  const sid = query?.get('sid') ?? null;
  const refuse = (why: string) => ({ sid, refusal: new ChatError('invalid', why) });
  if (namesHosts(request) || !query || new Set(query.keys()).size !== query.size) return refuse('Malformed');
  if (method !== 'GET' && !(method === 'POST' && sid)) return refuse('Not a method here');
  if (query.get('EIO') !== ENGINE_VERSION) return refuse('Unsupported protocol version');
  if (!TRANSPORTS.has(query.get('transport') ?? '') || query.has('j')) return refuse('Unknown transport');
  return { sid };
}

/** What `ws` would refuse with a text of its own. */
function notWebSocket({ method, url = '', headers }: IncomingMessage): ChatError | undefined {
  const { upgrade = '', 'sec-websocket-key': key = '', 'sec-websocket-protocol': protocol } = headers;
  const isOne =
    method === 'GET' &&
    /[?&]transport=websocket(?:&|$)/.test(url) &&
    upgrade.toLowerCase() === 'websocket' &&
    /^[+/0-9A-Za-z]{22}==$/.test(key) &&
    /^(?:13|8)$/.test(headers['sec-websocket-version'] ?? '') &&
    (protocol === undefined || /^[\w.-]+$/.test(protocol));
  return isOne ? undefined : new ChatError('invalid', 'Not a WebSocket handshake');
}

/** Refuses a WebSocket request for a path without one; Engine.IO would not answer. */
export function refuseOtherUpgrades(request: IncomingMessage, socket: Duplex): void {
  if (request.url?.startsWith(SOCKET_PATH)) return;
  answerOnWire(socket, 404, new ChatError('not_found', 'No WebSocket here').toBody());
}

/** Closes a connection once its outgoing packets are written; what comes in from now on is dropped. */
export function closeSoon(conn: EngineSocket): void {
  conn.close();
  setTimeout(() => closeNow(conn), GOODBYE_MS).unref();
}

/** Closes a connection at once, without what waits to be written. */
export function closeNow(conn: EngineSocket): void {
  conn.close(true);
  conn.transport.socket?.terminate?.();
}

/** Drops a packet that has just arrived, before Engine.IO handles it. */
export function drop(packet: EnginePacket): void {
  packet.type = 'noop';
}
