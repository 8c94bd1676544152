import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ErrorBody, SOCKET_PATH } from '@app/contracts';
import type { Config } from '../config';
import { answerOnWire } from './answer';

type Limits = Pick<
  Config,
  'REQUEST_TIMEOUT_MS' | 'KEEP_ALIVE_MS' | 'BODY_LIMIT_BYTES' | 'SOCKET_MESSAGE_BYTES' | 'SHUTDOWN_GRACE_MS'
>;
type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** How long somebody who still sends may read the last answer. */
const LINGER_MS = 500;
/** Answers to what Node.js itself refuses. */
const BROKEN: Record<string, [status: number, message: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'Too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Too slow'],
};

/**
 * Bounds how long a server's requests may take to arrive and how much they may carry; answers what is malformed with an
 * error in our form; ends every connection when the server closes. Call it when all listeners are there. Whatever it
 * refuses the server tells by an event `refused` (the request, or its connection alone as `{headers, socket}`; the error).
 * @param isStopping whether clients shall go elsewhere: answers are the last ones on their connections then
 */
export function guardServer(server: Server, limits: Limits, isStopping: () => boolean): void {
  server.headersTimeout = limits.REQUEST_TIMEOUT_MS;
  server.requestTimeout = limits.REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = limits.KEEP_ALIVE_MS;
  Object.assign(server, {
    // Node.js looks every 30 s, unless it is told so before it listens.
    connectionsCheckingInterval: Math.min(1000, limits.REQUEST_TIMEOUT_MS / 4),
    // Node.js would answer without a body.
    requireHostHeader: false,
  });
  const closing = endConnections(server, limits.SHUTDOWN_GRACE_MS);
  const listeners = server.listeners('request') as Listener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    closing.note(request, response);
    if (isStopping()) response.shouldKeepAlive = false;
    if (hasBody(request)) {
      boundBody(request, mostBytes(request, limits), () => {
        if (!response.headersSent) refuse(server, request, response, 413, invalid('Too large'));
      });
      endUnread(request, response);
    }
    const refusal = malformed(request, limits);
    if (refusal) refuse(server, request, response, ...refusal);
    else for (const listener of listeners) listener.call(server, request, response);
  });
  server.on('checkContinue', (request, response) => {
    if (!malformed(request, limits)) response.writeContinue();
    server.emit('request', request, response);
  });
  server.on('checkExpectation', (request, response) =>
    refuse(server, request, response, 417, invalid('Not an expectation here')),
  );
  server.on('connect', (request, socket) => refuse(server, request, socket, 400, invalid('Not a proxy')));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => answerBroken(server, error, socket));
}

function refuse(
  server: Server,
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  to: ServerResponse | Duplex,
  status: number,
  error: ErrorBody,
): void {
  server.emit('refused', request, error);
  answerOnWire(to, status, error);
}

function malformed(request: IncomingMessage, limits: Limits): [status: number, ErrorBody] | undefined {
  const { url = '', headers, httpVersion } = request;
  if (namesHosts(request)) return [400, invalid('Malformed')];
  if (!url.startsWith('/') || !URL.canParse(url, 'http://host')) return [400, invalid('Malformed')];
  if (headers.host === undefined && httpVersion === '1.1') return [400, invalid('Malformed')];
  return Number(headers['content-length'] ?? 0) > mostBytes(request, limits) ? [413, invalid('Too large')] : undefined;
}

/** Whether a request names its host more than once: Node.js takes the first, another one on the way perhaps the last. */
export function namesHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') hosts++;
  return hosts > 1;
}

function mostBytes({ url }: IncomingMessage, limits: Limits): number {
  return url?.startsWith(SOCKET_PATH) ? limits.SOCKET_MESSAGE_BYTES : limits.BODY_LIMIT_BYTES;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function invalid(message: string): ErrorBody {
  return { code: 'invalid', message };
}

/** No more of a body is read than it may have, whoever would read it to its end. */
function boundBody(request: IncomingMessage, most: number, refuse: () => void): void {
  const { push } = request;
  let size = 0;
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    size += chunk?.length ?? 0;
    if (size <= most) return push.call(request, chunk, encoding);
    refuse();
    // Node.js stops reading.
    return false;
  };
}

/** An answer before the request has arrived is the last one on its connection. */
function endUnread(request: IncomingMessage, response: ServerResponse): void {
  const writeHead = response.writeHead as (...args: unknown[]) => ServerResponse;
  response.writeHead = ((...args: unknown[]) => {
    if (!request.complete) {
      response.shouldKeepAlive = false;
      const { socket } = request;
      // If the connection were closed at once, with something unread, the answer could be lost.
      socket.destroySoon = () => {
        socket.pause();
        socket.end();
        setTimeout(() => socket.destroy(), LINGER_MS).unref();
      };
    }
    return writeHead.apply(response, args);
  }) as ServerResponse['writeHead'];
}

function answerBroken(
  server: Server,
  error: NodeJS.ErrnoException,
  socket: Duplex & { _httpMessage?: ServerResponse | null },
): void {
  // Half an answer is not followed by another one.
  if (error.code === 'ECONNRESET' || socket._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const [status, message] = BROKEN[error.code ?? ''] ?? [400, 'Malformed'];
  refuse(server, { headers: {}, socket: socket as Socket }, socket, status, invalid(message));
}

/** Has a server that closes end its connections: idle ones at once, those with something in hand when it is done. */
function endConnections(server: Server, graceMs: number) {
  const sockets = new Set<Socket>();
  const inHand = new Map<Duplex, ServerResponse>();
  const upgraded = new WeakSet<Duplex>();
  let isClosing = false;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // A listener alone would make Node.js take what nobody upgrades for upgraded.
  if (server.listenerCount('upgrade') > 0)
    server.prependListener('upgrade', (_request, socket) => upgraded.add(socket));
  const close = server.close.bind(server);
  server.close = (done) => {
    close(done);
    if (isClosing) return server;
    isClosing = true;
    for (const socket of sockets) {
      const response = inHand.get(socket);
      if (response) response.shouldKeepAlive = false;
      else if (!upgraded.has(socket)) socket.destroy();
    }
    // Half of the time: others have something to finish afterwards.
    setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs / 2).unref();
    return server;
  };
  return {
    note({ socket }: IncomingMessage, response: ServerResponse): void {
      inHand.set(socket, response);
      if (isClosing) response.shouldKeepAlive = false;
      response.once('close', () => {
        if (inHand.get(socket) === response) inHand.delete(socket);
      });
    },
  };
}
