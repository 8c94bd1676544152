import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ChatError, type ErrorBody, SOCKET_PATH } from '@app/contracts';
import { answerOnWire } from '@app/service';
import type { Server } from 'socket.io';
import type { ReadSession } from '../auth/session';
import { refusalOfForm, refusalOfUpgrade } from './engine-form';
import {
  type Engine,
  type EnginePacket,
  type EngineRequest,
  type EngineSocket,
  type EngineTransport,
  type EngineWebSocket,
  engineOf,
  type Gatekeeper,
  KEEPER,
  limitMessages,
  messageOf,
} from './engine-io';
import { STATUS } from './error.filter';

const FORBIDDEN = 4;
/** Between the packets of a payload. */
const SEPARATOR = '\x1e';

/** Who decides on requests and connections. */
export interface Doorkeeper {
  /** Reads the session of a request, where it has one. */
  session: ReadSession;
  /** Lets a request pass. @param conn the connection that it is part of; none: it opens one @throws ChatError if not */
  admit(request: EngineRequest, conn: EngineSocket | undefined): void;
  /** A connection was opened. @returns what it has under `KEEPER` from now on */
  opened(conn: EngineSocket): Gatekeeper;
  /** A request was refused, and is answered so. */
  refused(request: IncomingMessage, error: ErrorBody): void;
}

type Respond = (request: IncomingMessage, to: ServerResponse | Duplex, error: ChatError, status?: number) => void;
type Admit = (request: EngineRequest) => Promise<ChatError | undefined>;

/** Asks the doorkeeper about each request to Engine.IO. A refusal is answered with `{code, message}`. */
export function guardEngine(server: Server, door: Doorkeeper): void {
  const engine = engineOf(server);
  const respond: Respond = (request, to, error, status = STATUS[error.code]) => {
    const body = error.toBody();
    door.refused(request, body);
    answerOnWire(to, status, body);
  };
  const admit: Admit = async (request) => {
    try {
      await door.session(request);
    } catch {
      return new ChatError('unavailable', 'Temporarily unavailable');
    }
    try {
      door.admit(request, clientOf(engine, request._query.sid));
      return undefined;
    } catch (error) {
      return error instanceof ChatError ? error : new ChatError('internal', 'Something went wrong here');
    }
  };
  guardRequests(engine, respond, admit);
  guardUpgrades(engine, respond, admit);
  guardConnections(engine, door);
}

function clientOf(engine: Engine, sid: string | undefined): EngineSocket | undefined {
  return sid && Object.hasOwn(engine.clients, sid) ? engine.clients[sid] : undefined;
}

/** Refuses requests by their form, before anybody does anything for them; then by who asks. */
function guardRequests(engine: Engine, respond: Respond, admit: Admit): void {
  const { handleRequest } = engine;
  engine.handleRequest = (request, response) => {
    const refusal = refusalOfForm(request);
    if (refusal) return respond(request, response, refusal);
    // No bound for an unknown connection: its request is refused without reading the body.
    const keeper = clientOf(engine, (request as EngineRequest)._query.sid)?.[KEEPER];
    if (Number(request.headers['content-length'] ?? 0) > (keeper?.mostBytes ?? Number.POSITIVE_INFINITY)) {
      return respond(request, response, new ChatError('invalid', 'Too large'), 413);
    }
    handleRequest.call(engine, request, response);
  };
  engine.use((request, response, next) => {
    void admit(request).then((refusal) => (refusal ? respond(request, response, refusal) : next()));
  });
  engine.on('connection_error', ({ req: request, code, message }) =>
    respond(request, request.res ?? request.socket, errorOf(code, message)),
  );
}

/**
 * WebSockets come to Engine.IO when they are open: on its own way there each is given an answer of HTTP that nobody writes, and
 * keeps it.
 */
function guardUpgrades(engine: Engine, respond: Respond, admit: Admit): void {
  engine.handleUpgrade = (given, socket, head) => {
    const refusal = refusalOfUpgrade(given) ?? refusalOfForm(given);
    if (refusal) return respond(given, socket, refusal);
    const request = given as EngineRequest;
    // While the session is read nobody else listens: a connection that breaks then would end the process.
    socket.on('error', destroy);
    void admit(request).then((refusal) => {
      if (refusal) return respond(request, socket, refusal);
      engine.verify(request, true, (code) => {
        if (code !== undefined) return respond(request, socket, errorOf(code, messageOf(engine, code)));
        // What it is told while it opens leaves in one piece.
        socket.cork();
        process.nextTick(uncork, socket);
        engine.ws.handleUpgrade(request, socket, Buffer.from(head), (webSocket) => {
          socket.off('error', destroy);
          open(engine, request, socket, webSocket);
        });
      });
    });
  };
}

function open(engine: Engine, request: EngineRequest, socket: Duplex, webSocket: EngineWebSocket): void {
  if (request._query.sid) {
    engine.onWebSocket(request, socket, webSocket);
    return;
  }
  request.websocket = webSocket;
  void engine.handshake('websocket', request, () => webSocket.terminate());
}

function errorOf(code: number, message: string): ChatError {
  return code === FORBIDDEN ? new ChatError('forbidden', 'Not from this origin') : new ChatError('invalid', message);
}

/** Has what comes over connections looked at where Engine.IO would only take it apart. */
function guardConnections(engine: Engine, door: Doorkeeper) {
  const { createTransport } = engine;
  engine.createTransport = (name, request) => {
    const transport = createTransport.call(engine, name, request);
    const keeper = clientOf(engine, request._query.sid)?.[KEEPER];
    if (keeper) {
      watchFrames(transport, keeper);
      keeper.tries(transport);
      limitMessages(transport, keeper.mostBytes);
    }
    return transport;
  };
  engine.on('connection', (conn) => {
    const { transport } = conn;
    conn.on('packet', inspect).on('upgrade', upgraded).on('close', closed);
    const keeper = door.opened(conn);
    watchFrames(transport, keeper);
    if (transport.name === 'polling') guardPayloads(transport, keeper);
    // It has sent its own.
    else transport.removeAllListeners('headers');
  });
}

function guardPayloads(transport: EngineTransport, keeper: Gatekeeper): void {
  const take = transport.onData;
  transport.onData = (payload) => {
    if (keeper.takes(payload.length, count(payload, SEPARATOR))) take.call(transport, payload);
    else keeper.flood();
  };
}

function watchFrames({ socket }: EngineTransport, keeper: Gatekeeper): void {
  if (!socket) return;
  socket[KEEPER] = keeper;
  socket.on('ping', frame).on('pong', frame).on('error', broke);
}

// One of each for all connections: what is made for each is kept for each.

function destroy(this: Duplex): void {
  this.destroy();
}

function uncork(socket: Duplex): void {
  socket.uncork();
}

function inspect(this: EngineSocket, packet: EnginePacket): void {
  this[KEEPER]?.inspect(packet);
}

function upgraded(this: EngineSocket): void {
  this[KEEPER]?.upgraded();
}

function closed(this: EngineSocket): void {
  this[KEEPER]?.closed();
}

function frame(this: EngineWebSocket, data: Buffer): void {
  this[KEEPER]?.frame(data.length);
}

function broke(this: EngineWebSocket, { code = '' }: NodeJS.ErrnoException): void {
  if (code.startsWith('WS_ERR_')) this[KEEPER]?.broke(code);
}

function count(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found++;
  return found;
}

/** Refuses a WebSocket request for a path without one; Engine.IO would not answer. */
export function refuseOtherUpgrades(request: IncomingMessage, socket: Duplex): void {
  if (request.url?.startsWith(SOCKET_PATH)) return;
  answerOnWire(socket, 404, new ChatError('not_found', 'No WebSocket here').toBody());
}
