import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { SERVICES } from '@app/contracts';
import { Cluster, Person, ServiceProcess, startRedis, type TestRedis, until } from '@app/testing';
import { RawSocket } from './raw-engine';

/** Short, so that what is awaited comes soon. */
const REQUEST_MS = 1000;
const KEEP_ALIVE_MS = 4000;

let redis: TestRedis;
let cluster: Cluster;
let person: Person;

beforeAll(async () => {
  redis = await startRedis();
  const env = { REQUEST_TIMEOUT_MS: String(REQUEST_MS), KEEP_ALIVE_MS: String(KEEP_ALIVE_MS), LOG_LEVEL: 'debug' };
  cluster = await Cluster.start({ redis, gateways: 1, env });
  person = await Person.signIn(cluster.gateway(0).url, 'Pablo');
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});
/** Nothing of it is a fault of ours. */
afterEach(async () => {
  for (const { isRunning, logs } of [...cluster.gateways, ...cluster.workers]) {
    expect(isRunning).toBe(true);
    expect(logs).not.toMatch(/"level":(50|60)/);
    expect(logs).not.toContain('    at ');
  }
  expect((await person.get('/api/session')).body.user.id).toBe(person.id);
});

/** A connection of TCP and what came over it. */
class Wire {
  text = '';
  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.text += chunk;
    });
    socket.on('error', () => undefined);
  }

  static async open(port: number): Promise<Wire> {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return new Wire(socket);
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Waits until the other side has closed. */
  async closed(): Promise<string> {
    await until(() => this.socket.readableEnded || this.socket.destroyed, 'closed');
    this.socket.destroy();
    return this.text;
  }

  async hears(text: string): Promise<void> {
    await until(() => this.text.includes(text), text);
  }
}

const open = (process: { port: number } = cluster.gateway(0)) => Wire.open(process.port);
const HOST = 'Host: chat.test\r\n';
const LAST = 'Connection: close\r\n\r\n';
const error = (text: string) => JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as object;

describe('a malformed request', () => {
  const TARGETS = [
    '*',
    'x',
    '//',
    '//\\',
    '///',
    '/\\',
    '//[',
    '//[::1',
    '//user:password@host:99999/',
    'http://[/',
    'http://',
    'http:///api/session',
    'https://elsewhere/socket.io/?EIO=4&transport=polling',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '?x',
    '#',
    '/socket.io/%',
    '/socket.io/?EIO=4&transport=%ff',
    '/socket.io/?EIO=4&transport=polling&sid=%E0%A4',
    '/socket.io/?EIO=4&transport=polling&sid=__proto__',
    '/socket.io/?EIO=4&transport=polling&sid=constructor',
    '/socket.io/?EIO=4&EIO=4&transport=polling',
    '/socket.io/?__proto__[EIO]=4',
    '/socket.io/socket.io.js',
    '/socket.io',
    '/socket.io/../api/%',
    '/api/rooms/%/messages',
    '/%',
    '/%00',
    '/%c0%ae%c0%ae/',
    '/assets/%',
    '/chat/%ff',
    '/api/docs/%',
    '/..%5c..%5cpackage.json',
    `/${'x'.repeat(10_000)}`,
    `/${'../'.repeat(1000)}`,
    '/assets',
    '//evil.example/..',
    '//evil.example/%2e%2e',
    '/\\evil.example/..',
    '/%5cevil.example/..',
    '/assets/../..//evil.example/..',
  ];
  const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND', 'M-SEARCH'];

  it.each(TARGETS)('for %j is answered in our form, or as any other, whatever the method', async (target) => {
    for (const method of METHODS) {
      const wire = (await open()).send(`${method} ${target} HTTP/1.1\r\n${HOST}${LAST}`);
      const text = await wire.closed();
      const status = Number(text.slice(9, 12));
      expect([method, status]).toEqual([method, expect.any(Number)]);
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(500);
      expect(text.split('\r\n\r\n')[0]).not.toMatch(/^location:/im);
      if (status >= 400 && method !== 'HEAD')
        expect(error(text)).toMatchObject({ code: expect.stringMatching(/^[a-z_]+$/) });
    }
  });

  it.each([
    ['of no method', 'hello\r\n\r\n'],
    ['of an unknown one', `FETCH / HTTP/1.1\r\n${HOST}${LAST}`],
    ['of no version', `GET /nowhere\r\n\r\n`],
    ['of another version', `GET / HTTP/9.9\r\n${HOST}${LAST}`],
    ['of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['without a host', `GET / HTTP/1.1\r\n${LAST}`],
    ['with two hosts', `GET /health/live HTTP/1.1\r\n${HOST}host: x\r\n${LAST}`],
    ['with a header of no name', `GET / HTTP/1.1\r\n${HOST}: x\r\n${LAST}`],
    ['with a broken header', `GET / HTTP/1.1\r\n${HOST}x y: \x00\r\n${LAST}`],
    ['with too many headers', `GET / HTTP/1.1\r\n${HOST}${`x: ${'y'.repeat(1000)}\r\n`.repeat(30)}${LAST}`],
    ['with a negative length', `POST /login HTTP/1.1\r\n${HOST}Content-Length: -1\r\n${LAST}`],
    ['with two lengths', `POST /login HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n${LAST}x`],
    [
      'with a length and chunks',
      `POST /login HTTP/1.1\r\n${HOST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n${LAST}0\r\n\r\n`,
    ],
    [
      'with broken chunks',
      `POST /login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n${LAST}zz\r\n`,
    ],
    ['with an unknown expectation', `GET /health/live HTTP/1.1\r\n${HOST}Expect: x\r\n${LAST}`],
    ['to a proxy', `CONNECT elsewhere:443 HTTP/1.1\r\n${HOST}\r\n`],
  ])('%s is answered in our form', async (_what, request) => {
    const text = await (await open()).send(request).closed();
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(error(text)).toEqual({ code: expect.any(String), message: expect.any(String) });
    expect(await (await open(cluster.workers[0])).send(request).closed()).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  const KEY = 'Sec-WebSocket-Key: c29tZXRoaW5nIHJhbmRvbQ==\r\n';
  const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
  const PATH = '/socket.io/?EIO=4&transport=websocket';
  it.each([
    ['without a key', PATH, UPGRADE],
    ['with a bad key', PATH, `${UPGRADE}Sec-WebSocket-Key: x\r\n`],
    ['of another version', PATH, `${UPGRADE.replace('13', '7')}${KEY}`],
    ['to something else', PATH, `${UPGRADE.replace('websocket', 'h2c')}${KEY}`],
    ['with a bad protocol', PATH, `${UPGRADE}${KEY}Sec-WebSocket-Protocol: a,,a\r\n`],
    ['elsewhere', '/api/session', `${UPGRADE}${KEY}`],
    ['of no transport', '/socket.io/?EIO=4', `${UPGRADE}${KEY}`],
    ['of polling', '/socket.io/?EIO=4&transport=polling', `${UPGRADE}${KEY}`],
    ['of an unknown connection', `${PATH}&sid=x`, `${UPGRADE}${KEY}`],
    ['of Engine.IO 3', '/socket.io/?EIO=3&transport=websocket', `${UPGRADE}${KEY}`],
    ['with two hosts', PATH, `${UPGRADE}${KEY}HOST: x\r\n`],
    ['of a foreign page', PATH, `${UPGRADE}${KEY}Origin: https://evil.example\r\n`],
  ])('for an upgrade %s is answered in our form', async (_what, path, headers) => {
    const text = await (await open()).send(`GET ${path} HTTP/1.1\r\n${HOST}${headers}\r\n`).closed();
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(error(text)).toEqual({ code: expect.any(String), message: expect.any(String) });
  });
});

describe('a body', () => {
  const post = (path: string, headers: string) =>
    `POST ${path} HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${headers}\r\n`;

  it.each(['/login', '/api/session', '/nowhere', '/', '/health/live', '/socket.io/?EIO=4&transport=polling&sid=x'])(
    'to %s that is too long is refused before any of it is read',
    async (path) => {
      for (const length of ['1000000000', '2000001', '99999999999999999999']) {
        const text = await (await open()).send(post(path, `Content-Length: ${length}\r\n`)).closed();
        expect(text).toMatch(/^HTTP\/1\.1 4(13|00) /);
        expect(error(text)).toMatchObject({ code: 'invalid' });
      }
    },
  );

  it('that is too long is refused before it is asked for', async () => {
    const headers = 'Content-Length: 1000000\r\nExpect: 100-continue\r\n';
    const text = await (await open()).send(post('/login', headers)).closed();
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    const fine = (await open()).send(post('/login', 'Content-Length: 2\r\nExpect: 100-continue\r\n'));
    await fine.hears('HTTP/1.1 100 Continue');
    fine.send('{}');
    await fine.hears('HTTP/1.1 400 ');
    fine.socket.destroy();
  });

  it.each(['/login', '/nowhere', '/api/session', '/socket.io/?EIO=4&transport=polling&sid=x'])(
    'in chunks to %s ends at the limit, and its connection with it',
    async (path) => {
      const wire = (await open()).send(post(path, 'Transfer-Encoding: chunked\r\n'));
      const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
      let sent = 0;
      while (!wire.socket.destroyed && !wire.socket.readableEnded && sent < 500_000_000) {
        sent += chunk.length;
        if (!wire.socket.write(chunk)) {
          await Promise.race([once(wire.socket, 'drain'), once(wire.socket, 'close')]).catch(() => undefined);
        }
      }
      expect(sent).toBeLessThan(20_000_000);
      expect(await wire.closed()).toMatch(/^HTTP\/1\.1 4/);
    },
  );

  it('within the limit to where none is read does not cost the connection', async () => {
    const wire = await open();
    for (let i = 1; i <= 3; i++) {
      wire.send(`${post('/nowhere', 'Content-Length: 2\r\n')}{}`);
      await until(() => wire.text.split('HTTP/1.1 404').length === i + 1, `answer ${i}`);
    }
    wire.socket.destroy();
  });
});

describe('a connection', () => {
  it.each([
    ['says nothing', ''],
    ['says half a line', 'GET / HT'],
    ['says half a request', `GET / HTTP/1.1\r\n${HOST}`],
    [
      'sends half a body',
      `POST /login HTTP/1.1\r\n${HOST}Content-Length: 10\r\nContent-Type: application/json\r\n\r\n{`,
    ],
    ['sends half a body to where none is read', `POST /me HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\n{`],
    [
      'sends half a chunk',
      `POST /login HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n5\r\nx`,
    ],
  ])('that %s is answered and closed in time', async (_what, beginning) => {
    const wire = (await open()).send(beginning);
    const text = await wire.closed();
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(error(text)).toMatchObject({ code: expect.any(String) });
  });

  it('that sends a byte at a time is closed in time', async () => {
    const wire = (await open()).send(
      `POST /login HTTP/1.1\r\n${HOST}Content-Length: 1000\r\nContent-Type: application/json\r\n\r\n`,
    );
    const timer = setInterval(() => wire.socket.writable && wire.send(' '), 50);
    expect(await wire.closed()).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(timer);
  });

  it('may be idle for longer than a request may take, and is closed when its time is over', async () => {
    const wire = await open();
    const ask = `GET /health/live HTTP/1.1\r\n${HOST}\r\n`;
    wire.send(ask);
    await wire.hears('200 OK');
    const idle = performance.now() + 2 * REQUEST_MS;
    await until(() => performance.now() > idle, 'longer than that');
    wire.send(ask);
    await until(() => wire.text.split('200 OK').length === 3, 'the second answer');
    await wire.closed();
  });
});

describe('a process that is asked to stop', () => {
  const stopped = async (process: ServiceProcess) => {
    process.signal('SIGTERM');
    // One that was not done within its grace ends with another code.
    expect(await process.exited).toMatchObject({ code: 0 });
  };
  const env = { DRAIN_MS: '200', SHUTDOWN_GRACE_MS: '2000', REQUEST_TIMEOUT_MS: '60000' };

  it('ends in time and well, whoever is connected', async () => {
    const process = await cluster.spawn('gateway', env);
    const half = `POST /login HTTP/1.1\r\n${HOST}Content-Length: 10\r\nContent-Type: application/json\r\n\r\n{`;
    for (const beginning of ['', 'GET / HT', half]) (await open(process)).send(beginning);
    (await open(process)).send(`GET /health/live HTTP/1.1\r\n${HOST}\r\n`);
    const asleep = await (await RawSocket.open(process.url, { cookie: person.cookie })).join();
    (asleep.socket as unknown as { _socket: Socket })._socket.pause();
    const unjoined = await RawSocket.open(process.url, {});
    (unjoined.socket as unknown as { _socket: Socket })._socket.pause();
    const polling = `${process.url}/socket.io/?EIO=4&transport=polling`;
    const opened = await (await fetch(polling)).text();
    const poll = fetch(`${polling}&sid=${JSON.parse(opened.slice(1)).sid}`).catch(() => undefined);
    await stopped(process);
    await poll;
    asleep.socket.terminate();
    unjoined.socket.terminate();
  });

  it.each(SERVICES)('%s too', async (name) => {
    const process = await cluster.spawn(name, env);
    for (const beginning of ['', 'GET / HT', `POST / HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\n{`]) {
      (await open(process)).send(beginning);
    }
    await stopped(process);
  });

  it('answers what it has in hand, and says that it was the last answer', async () => {
    const process = await cluster.spawn('gateway', { ...env, SHUTDOWN_GRACE_MS: '8000' });
    const body = JSON.stringify({ username: 'Joe', password: 'password123' });
    const wire = (await open(process)).send(
      `POST /api/session HTTP/1.1\r\n${HOST}Content-Length: ${body.length}\r\nContent-Type: application/json\r\n\r\n{`,
    );
    const readiness = () => fetch(`${process.url}/health/ready`).then(({ status }) => status);
    await until(async () => (await readiness()) === 200, 'ready');
    process.signal('SIGTERM');
    await until(
      () =>
        readiness().then(
          (status) => status === 503,
          () => true,
        ),
      'stopping',
    );
    wire.send(body.slice(1));
    const text = await wire.closed();
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).toContain('Connection: close');
    expect(await process.exited).toMatchObject({ code: 0 });
  });
});
