import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ChatError } from '@app/contracts';
import type { RequestHandler } from 'express';
import type { Server } from 'socket.io';
import type { WebSocket } from 'ws';
import { STATUS } from '../http/error.filter';
import { answerOnWire } from '../http/wire';

/** What Engine.IO keeps for a connection, as far as anybody here touches it. This file knows what it does not promise. */
export interface EngineSocket {
  readonly id: string;
  readonly readyState: 'opening' | 'open' | 'closing' | 'closed';
  readonly request: IncomingMessage;
  readonly transport: EngineTransport;
  write(packet: string): unknown;
  close(discard?: boolean): void;
  on(event: 'packet', listener: (packet: EnginePacket) => void): unknown;
  once(event: 'close', listener: () => void): unknown;
}
interface EngineTransport {
  readonly name: string;
  readonly socket?: WebSocket;
}
/** A packet as it arrives, before anybody has looked at it. */
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
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  use(middleware: (request: EngineRequest, response: ServerResponse, next: (error?: unknown) => void) => void): void;
  on(event: 'connection', listener: (conn: EngineSocket) => void): unknown;
  on(
    event: 'connection_error',
    listener: (error: { req: EngineRequest; code: number; message: string }) => void,
  ): unknown;
}

/** One that reads nothing does not read the goodbye either. */
const GOODBYE_MS = 2000;
const FORBIDDEN = 4;
const ENGINE_VERSION = '4';
const TRANSPORTS = new Set(['polling', 'websocket']);

/** Who decides on requests and connections. */
export interface Doorkeeper {
  /** The session of a request, where it has one. */
  session: RequestHandler;
  /** Lets a request pass. @param conn the connection that it is part of; none: it opens one @throws ChatError if not */
  admit(request: EngineRequest, conn: EngineSocket | undefined): void;
  /** A connection was opened. */
  opened(conn: EngineSocket): void;
}

/** Asks the doorkeeper about each request to Engine.IO; whatever is refused is answered `{code, message}`. */
export function guardEngine(server: Server, door: Doorkeeper): void {
  const engine = server.engine as unknown as Engine;
  const { handleRequest, handleUpgrade } = engine;
  engine.handleRequest = (request, response) => {
    const refusal = malformed(request);
    if (refusal) return answerOnWire(response, STATUS[refusal.code], refusal.toBody());
    handleRequest.call(engine, request, response);
  };
  engine.handleUpgrade = (request, socket, head) => {
    const refusal = malformed(request);
    if (refusal) return answerOnWire(socket, STATUS[refusal.code], refusal.toBody());
    handleUpgrade.call(engine, request, socket, head);
  };
  const respond = ({ res, socket }: EngineRequest, error: ChatError) =>
    answerOnWire(res ?? socket, STATUS[error.code], error.toBody());
  engine.use((request, response, next) =>
    door.session(request as never, response as never, (error?: unknown) => {
      if (error) respond(request, new ChatError('unavailable', 'Temporarily unavailable'));
      else next();
    }),
  );
  engine.use((request, _response, next) => {
    try {
      const { sid } = request._query;
      door.admit(request, sid !== undefined && Object.hasOwn(engine.clients, sid) ? engine.clients[sid] : undefined);
      next();
    } catch (error) {
      respond(request, error instanceof ChatError ? error : new ChatError('internal', 'Something went wrong here'));
    }
  });
  engine.on('connection_error', ({ req, code, message }) =>
    respond(
      req,
      code === FORBIDDEN ? new ChatError('forbidden', 'Not from this origin') : new ChatError('invalid', message),
    ),
  );
  engine.on('connection', (conn) => door.opened(conn));
}

/** What no client of the only version and transports served here sends. */
function malformed({ url = '', method }: IncomingMessage): ChatError | undefined {
  const query = URL.canParse(url, 'http://host') && new URL(url, 'http://host').searchParams;
  if (!query) return new ChatError('invalid', 'Malformed');
  if (method !== 'GET' && !(method === 'POST' && query.has('sid')))
    return new ChatError('invalid', 'Not a method here');
  if (query.get('EIO') !== ENGINE_VERSION) return new ChatError('invalid', 'Unsupported protocol version');
  if (!TRANSPORTS.has(query.get('transport') ?? '') || query.has('j'))
    return new ChatError('invalid', 'Unknown transport');
  return new Set(query.keys()).size === query.size ? undefined : new ChatError('invalid', 'Malformed');
}

/** Lets what is still to be said go out, and ends a connection; what comes over it from now on is dropped. */
export function closeSoon(conn: EngineSocket): void {
  conn.close();
  setTimeout(() => closeNow(conn), GOODBYE_MS).unref();
}

/** Ends a connection, whatever waits for it. */
export function closeNow(conn: EngineSocket): void {
  conn.close(true);
  conn.transport.socket?.terminate?.();
}

/** Takes a packet that has just arrived off its way: Engine.IO does nothing with it. */
export function drop(packet: EnginePacket): void {
  packet.type = 'noop';
}
