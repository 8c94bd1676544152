import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server } from 'socket.io';
import type { ManagerOptions } from 'socket.io-client';
import { type Link, socketLink } from './link';

type Event = ['opened' | 'failed' | 'lost', refused?: boolean] | ['heard', string, unknown];

/** A link, and what happens to it, to be awaited in order. */
class Watched {
  readonly link: Link;
  private readonly events: Event[] = [];
  private wake: () => void = () => {};

  constructor(url: string, options?: Partial<ManagerOptions>) {
    this.link = socketLink(
      url,
      options,
    )({
      opened: () => this.push(['opened']),
      failed: (refused) => this.push(['failed', refused]),
      lost: () => this.push(['lost']),
      heard: (event, payload) => this.push(['heard', event, payload]),
    });
  }

  readonly next = async (): Promise<Event> => {
    for (;;) {
      const event = this.events.shift();
      if (event) return event;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  };

  private push(event: Event): void {
    this.events.push(event);
    this.wake();
  }
}

describe('socketLink', () => {
  let http: HttpServer;
  let io: Server;
  let url: string;
  let links: Link[];
  let hanging: Duplex[];

  beforeEach(async () => {
    links = [];
    hanging = [];
    http = createServer();
    io = new Server(http);
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const link of links) link.close();
    for (const socket of hanging) socket.destroy();
    await io.close();
  });

  function watch(options?: Partial<ManagerOptions>): Watched {
    const watched = new Watched(url, options);
    links.push(watched.link);
    return watched;
  }

  it('opens a WebSocket, says its protocol, hears and calls', async () => {
    io.on('connection', (socket) => {
      socket.emit('hello', { transport: socket.conn.transport.name, auth: socket.handshake.auth });
      socket.on('message', (request, ack) => ack({ ok: true, echo: request }));
    });
    const { link, next } = watch();
    link.open();
    expect(await next()).toEqual(['opened']);
    expect(await next()).toEqual(['heard', 'hello', { transport: 'websocket', auth: { protocol: 1 } }]);
    expect(await link.call('message', 'x', 1000)).toEqual({ ok: true, echo: 'x' });
  });

  it('falls back to polling where a WebSocket is refused', async () => {
    await io.close();
    http = createServer();
    io = new Server(http, { transports: ['polling'] });
    io.on('connection', (socket) => socket.emit('hello', socket.conn.transport.name));
    http.listen(Number(new URL(url).port), '127.0.0.1');
    await once(http, 'listening');
    const { link, next } = watch();
    link.open();
    expect(await next()).toEqual(['opened']);
    expect(await next()).toEqual(['heard', 'hello', 'polling']);
  });

  it('starts with polling once a WebSocket was left hanging', async () => {
    http.removeAllListeners('upgrade');
    http.on('upgrade', (_, socket) => hanging.push(socket));
    io.on('connection', (socket) => socket.emit('hello', socket.conn.transport.name));
    const { link, next } = watch({ timeout: 300 });
    link.open();
    expect(await next()).toEqual(['failed', false]);
    link.open();
    expect(await next()).toEqual(['opened']);
    expect(await next()).toEqual(['heard', 'hello', 'polling']);
  });

  it('tells a refused session from any other failure', async () => {
    io.use((socket, next) => next(socket.handshake.auth.protocol ? new Error('unauthorized') : undefined));
    const { link, next } = watch();
    link.open();
    expect(await next()).toEqual(['failed', true]);
    const nobody = new Watched('http://127.0.0.1:1');
    nobody.link.open();
    expect(await nobody.next()).toEqual(['failed', false]);
    nobody.link.close();
  });

  it('can be opened again after the server let go of it', async () => {
    let connections = 0;
    io.on('connection', (socket) => {
      if (++connections === 1) socket.disconnect(true);
    });
    const { link, next } = watch();
    link.open();
    expect(await next()).toEqual(['opened']);
    expect(await next()).toEqual(['lost']);
    link.close();
    link.open();
    expect(await next()).toEqual(['opened']);
  });

  it('tells when the transport breaks before the handshake is answered', async () => {
    let attempts = 0;
    io.use((socket, next) => {
      if (++attempts === 1) socket.conn.close();
      else next();
    });
    const { link, next } = watch();
    link.open();
    expect(await next()).toEqual(['lost']);
    link.close();
    link.open();
    expect(await next()).toEqual(['opened']);
  });

  it('rejects a call without an answer, and one that is cut off', async () => {
    const { link, next } = watch();
    io.on('connection', (socket) => socket.on('sync', () => socket.disconnect(true)));
    await expect(link.call('sync', {}, 1000)).rejects.toThrow();
    link.open();
    expect(await next()).toEqual(['opened']);
    await expect(link.call('message', {}, 50)).rejects.toThrow();
    await expect(link.call('sync', {}, 60_000)).rejects.toThrow();
    expect(await next()).toEqual(['lost']);
  });

  it('tells nothing more once it is closed', async () => {
    const watched = watch();
    const other = watch();
    watched.link.open();
    watched.link.close();
    other.link.open();
    expect(await other.next()).toEqual(['opened']);
    await expect(Promise.race([watched.next(), Promise.resolve('nothing')])).resolves.toBe('nothing');
  });
});
