import { once } from 'node:events';
import { createServer, STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import { gatewayOf, RoundRobin } from './sticky.mjs';

const UNAVAILABLE = [502, { code: 'unavailable', message: 'This gateway is away. Try again.' }];
const INVALID = [400, { code: 'invalid', message: 'This is not a request for a path of this server.' }];

/**
 * One address before several gateways: a Socket.IO session stays where it was made, everything else goes to the next
 * gateway that is up.
 * @param {{ url: string, up: boolean }[]} gateways `up` is asked for each request
 * @param {{ port: number, host?: string }} address to listen on; port 0 takes a free one
 * @returns {Promise<{ port: number, refuse(): void, close(): Promise<void> }>} `refuse`: no new clients; `close`: the rest, too
 */
export async function startFront(gateways, { port, host }) {
  const { createProxyServer } = await import('http-proxy-3');
  const proxy = createProxyServer({ toProxy: true });
  const roundRobin = new RoundRobin();
  const sockets = new Set();

  /** @returns {number | undefined} index of the gateway for a request that `tried` these in vain */
  const choose = (request, tried) => {
    const number = gatewayOf(request.url);
    if (number === undefined)
      return roundRobin.next(
        gateways.map(({ up }) => up),
        tried,
      );
    const index = number - 1;
    return gateways[index]?.up && !tried.has(index) ? index : undefined;
  };

  const forward = (request, response, tried = new Set()) => {
    const index = choose(request, tried);
    if (index === undefined) {
      answer(response, UNAVAILABLE);
      return;
    }
    tried.add(index);
    // A body can be sent once; without one, a gateway that refuses costs nothing.
    const bodiless = !request.headers['content-length'] && !request.headers['transfer-encoding'];
    const buffer = bodiless ? Readable.from([]) : undefined;
    proxy.web(request, response, { target: gateways[index].url, buffer }, (error) => {
      if (response.headersSent) response.destroy();
      else if (bodiless && error.code === 'ECONNREFUSED') forward(request, response, tried);
      else answer(response, UNAVAILABLE);
    });
  };

  const upgrade = (request, socket, head) => {
    const index = choose(request, new Set());
    if (index === undefined) {
      answerSocket(socket, UNAVAILABLE);
      return;
    }
    proxy.ws(request, socket, head, { target: gateways[index].url }, () => {
      // Once upgraded, an HTTP answer would be read as a frame.
      if (socket.bytesWritten === 0) answerSocket(socket, UNAVAILABLE);
    });
  };

  const server = createServer((request, response) => {
    tellOrigin(request);
    if (isPath(request)) forward(request, response);
    else answer(response, INVALID);
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    tellOrigin(request);
    if (isPath(request)) upgrade(request, socket, head);
    else answerSocket(socket, INVALID);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  proxy.on('proxyRes', (fromGateway, _request, response) => {
    // Says how the gateway keeps its connection to us, not how we keep ours to the client.
    delete fromGateway.headers.connection;
    delete fromGateway.headers['keep-alive'];
    // A gateway that dies in the middle of an answer must not leave the client waiting for the rest.
    fromGateway.once('close', () => {
      if (!fromGateway.complete) response.destroy();
    });
  });
  proxy.on('error', (_error, _request, responseOrSocket) => responseOrSocket?.destroy());

  // A crowd may come at once.
  server.listen({ port, host, backlog: 4096 });
  await once(server, 'listening');
  const closed = once(server, 'close');
  return {
    port: server.address().port,
    refuse() {
      server.close();
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Not a whole address, as for a proxy to the world, nor `*`. */
function isPath({ url }) {
  return url.startsWith('/');
}

/** Tells the gateway who asked and how, behind whatever a proxy before us said. */
function tellOrigin({ headers, socket }) {
  const before = headers['x-forwarded-for'];
  const from = socket.remoteAddress ?? 'unknown';
  headers['x-forwarded-for'] = before ? `${before}, ${from}` : from;
  headers['x-forwarded-proto'] ??= 'http';
}

function answer(response, [status, body]) {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function answerSocket(socket, [status, body]) {
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${text.length}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}
