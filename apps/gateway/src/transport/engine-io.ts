import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Server } from 'socket.io';
import type { WebSocket } from 'ws';

/** Under it a connection, and its WebSocket, have who looks after it. */
export const KEEPER = Symbol('keeper');

/** The parts of Engine.IO that are used here. Only files of this name (`engine-*.ts`) rely on what it does not document. */
export interface EngineSocket {
  readonly id: string;
  readonly readyState: 'opening' | 'open' | 'closing' | 'closed';
  request: EngineRequest;
  readonly transport: EngineTransport;
  [KEEPER]?: Gatekeeper;
  write(packet: string): unknown;
  close(discard?: boolean): void;
  on(event: 'packet', listener: (this: EngineSocket, packet: EnginePacket) => void): this;
  on(event: 'upgrade' | 'close', listener: (this: EngineSocket) => void): this;
}
export interface EngineTransport {
  readonly name: string;
  readonly socket?: EngineWebSocket;
  /** Where it polls: the request that is arriving. */
  readonly dataReq?: IncomingMessage | null;
  /** Of a request, where it polls. */
  maxHttpBufferSize?: number;
  onData(payload: string): void;
  removeAllListeners(event: 'headers'): unknown;
}
export interface EngineWebSocket extends WebSocket {
  readonly _receiver?: Receiver;
  [KEEPER]?: Gatekeeper;
}
/** What `ws` keeps of what has arrived. */
interface Receiver {
  /** Of the last frame: a piece of what was read with it. */
  _mask?: Buffer;
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
/** A request whose query was read. */
export interface EngineRequest extends IncomingMessage {
  _query: Record<string, string | undefined>;
  websocket?: EngineWebSocket;
  res?: ServerResponse | null;
}
type Verified = (code?: number) => void;
export interface Engine {
  readonly clients: Readonly<Record<string, EngineSocket>>;
  readonly ws: {
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, opened: (ws: EngineWebSocket) => void): void;
  };
  createTransport(name: string, request: EngineRequest): EngineTransport;
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  verify(request: EngineRequest, isUpgrade: boolean, verified: Verified): void;
  handshake(transport: string, request: EngineRequest, failed: () => void): Promise<unknown>;
  onWebSocket(request: EngineRequest, socket: Duplex, webSocket: EngineWebSocket): void;
  use(middleware: (request: EngineRequest, response: ServerResponse, next: (error?: unknown) => void) => void): void;
  on(event: 'connection', listener: (conn: EngineSocket) => void): unknown;
  on(
    event: 'connection_error',
    listener: (error: { req: EngineRequest; code: number; message: string }) => void,
  ): unknown;
}

/** Who looks after one connection. */
export interface Gatekeeper {
  /** How much one request may carry. */
  readonly mostBytes: number;
  /** Whether so many packets may be taken in at once. */
  takes(length: number, packets: number): boolean;
  /** A packet came; what is dropped goes no further. */
  inspect(packet: EnginePacket): void;
  /** A control frame of WebSocket came. */
  frame(length: number): void;
  /** `ws` refused a frame and closed the connection. @param code of its error */
  broke(code: string): void;
  /** The client probes an upgrade to another transport. */
  tries(transport: EngineTransport): void;
  /** It is on another transport now. */
  upgraded(): void;
  /** Closes the connection, as far too much comes. */
  flood(): void;
  /** It is closed. */
  closed(): void;
}

/** Stands for the request that opened a connection once that is read: it would be kept as long as the connection. */
export const NO_REQUEST = { headers: {}, connection: {}, url: '', _query: {} } as unknown as EngineRequest;

/** Engine.IO of a server. */
export const engineOf = (server: Server): Engine => server.engine as unknown as Engine;

/** How a refusal of Engine.IO's own is worded. */
export function messageOf(engine: Engine, code: number): string {
  const { errorMessages } = engine.constructor as unknown as { errorMessages: Readonly<Record<number, string>> };
  return errorMessages[code] ?? '';
}

/** How long a client may take to read the close before it is cut off. */
const GOODBYE_MS = 2000;

/** Bounds what one packet, or one request with packets, may carry from now on; what is longer closes the connection. */
export function limitMessages(transport: EngineTransport, bytes: number): void {
  if (transport.name === 'polling') transport.maxHttpBufferSize = bytes;
  else if (transport.socket?._receiver) transport.socket._receiver._maxPayload = bytes;
}

/** Bytes that have come over a transport, or are about to, of what is not whole yet. */
export function arriving({ socket, dataReq, maxHttpBufferSize = 0 }: EngineTransport): number {
  if (socket?._receiver) return socket._receiver._bufferedBytes + socket._receiver._messageLength;
  return dataReq ? Number(dataReq.headers['content-length'] ?? maxHttpBufferSize) : 0;
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

/** Lets go what was read with the last packet, whose handling has begun. */
export function forgetRead({ socket }: EngineTransport): void {
  if (socket?._receiver) socket._receiver._mask = undefined;
}

/** Drops a packet that has just arrived, before Engine.IO handles it. */
export function drop(packet: EnginePacket): void {
  packet.type = 'noop';
}
