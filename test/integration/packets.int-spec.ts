import { connect, type Socket } from 'node:net';
import { Cluster, type Ears, Person, startRedis, type TestRedis, until } from '@app/testing';
import WebSocket from 'ws';
import { RawPolling, RawSocket } from './raw-engine';

/** What the second gateway lets a user send. */
const BYTES = 50_000;
const JOIN = '40{"protocol":1}';

let redis: TestRedis;
let cluster: Cluster;
let pablo: Person;
let ears: Ears;

beforeAll(async () => {
  redis = await startRedis();
  const env = { SOCKET_BYTES_PER_WINDOW: String(BYTES), REQUESTS_WINDOW_MS: '2000' };
  cluster = await Cluster.start({ redis, gateways: 1 });
  cluster.gateways.push(await cluster.spawn('gateway', env));
  pablo = await Person.signIn(url(), 'Pablo');
  ears = await pablo.connect({ reconnection: false });
});
/** Whatever was sent: the connections of others are open, and the gateway says nothing of a fault of its own. */
afterEach(async () => {
  await ears.say('0', 'still here');
  for (const { isRunning, logs } of cluster.gateways) {
    expect(isRunning).toBe(true);
    expect(logs).not.toMatch(/"level":(50|60)/);
  }
});
afterAll(async () => {
  pablo?.leave();
  await cluster?.stop();
  await redis?.stop();
});

const url = (gateway = 0) => cluster.gateway(gateway).url;
const somebody = () => Person.signIn(url(), 'Joe');
const cookie = (person: Person) => ({ cookie: person.cookie });
const joined = async (gateway = 0) => (await RawSocket.open(url(gateway), cookie(await somebody()))).join();
const invalid = { ok: false, error: { code: 'invalid', message: expect.any(String) } };
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('before a socket has joined', () => {
  it.each([
    ['a large CONNECT', `40{"token":"${'x'.repeat(900_000)}"}`],
    ['one of a kilobyte', `40{"token":"${'x'.repeat(1000)}"}`],
    ['one that is nested', `40{"token":${nested(300)}}`],
    ['a large packet of any other kind', `6${'x'.repeat(1000)}`],
    ['many that are small', ...Array.from({ length: 200 }, () => '6')],
    ['many pongs', ...Array.from({ length: 200 }, () => '3probe')],
    ['an event', '42["message",{}]'],
    ['an acknowledgement', '430[]'],
    ['a binary event', '451-["message",{"_placeholder":true,"num":0}]'],
    ['binary', Buffer.from('x')],
  ])("%s closes the connection, a visitor's and a user's", async (_what, ...packets) => {
    for (const headers of [{}, cookie(await somebody())]) {
      const raw = await RawSocket.open(url(), headers);
      raw.send(...packets);
      await raw.closed();
      expect(raw.heard.filter((packet) => packet.startsWith('40'))).toEqual([]);
    }
  });

  it('a payload of a request is bounded, whether it says its length or not', async () => {
    const person = await somebody();
    const polling = await RawPolling.open(url(), cookie(person));
    const answer = await polling.post('x'.repeat(900_000));
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'invalid' }]);
    const chunks = connect({ port: cluster.gateway(0).port, host: '127.0.0.1' });
    let heard = '';
    chunks.on('data', (chunk) => {
      heard += chunk;
    });
    chunks.on('error', () => undefined);
    const path = `/socket.io/?EIO=4&transport=polling&sid=${polling.sid}`;
    chunks.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nCookie: ${person.cookie}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    for (let i = 0; i < 20; i++) chunks.write(`1000\r\n${'x'.repeat(0x1000)}\r\n`);
    await until(() => heard.startsWith('HTTP/1.1 413 '), 'the refusal');
    chunks.destroy();
  });

  it('a CONNECT with some more in it is fine', async () => {
    const raw = await RawSocket.open(url(), cookie(await somebody()));
    raw.send(`40{"protocol":1,"more":"${'x'.repeat(400)}"}`);
    await raw.hears('42["hello"');
    raw.socket.close();
  });

  it('pings of WebSocket are counted', async () => {
    const raw = await RawSocket.open(url(), {});
    for (let i = 0; i < 200; i++) raw.socket.ping();
    await raw.closed();
  });
});

describe('a call', () => {
  const LONG = 'x'.repeat(300_000);
  it.each([
    ['with a text of 300 kB', ['message', { roomId: '0', message: LONG, clientId: 'long-client-id' }]],
    ["with one in the demo's form", ['message', { roomId: '0', message: LONG, from: '1', date: 1 }]],
    ['with a long list', ['sync', { positions: Array.from({ length: 50_000 }, () => null) }]],
    ['with long names', ['typing', { [LONG]: 1 }]],
    ['with 900 kB of escapes', ['message', { roomId: '0', message: '\u0001'.repeat(150_000) }]],
    ['nested a thousand times', ['message', { roomId: JSON.parse(nested(1000)), message: 'x' }]],
    ['with binary', ['message', { roomId: '0', message: Buffer.from('x'), clientId: 'binary-client-id' }]],
    ['with ten of it', ['message', Array.from({ length: 10 }, () => Buffer.from('x'))]],
  ])('%s is refused on its acknowledgement, and the connection stays', async (_what, [event, body]) => {
    const joe = await somebody();
    for (const transports of [['websocket'], ['polling']]) {
      const other = await joe.connect({ transports, reconnection: false });
      expect(await other.call(event as string, body)).toEqual(invalid);
      other.socket.emit(event as string, body);
      await other.say('0', 'goes on');
      other.socket.disconnect();
    }
  });

  it('nested fifty thousand times is refused so too', async () => {
    const raw = await joined();
    raw.send(`421["typing",${nested(50_000)}]`, `42["typing",${'{"x":'.repeat(10_000)}`, '422["online",{}]');
    expect(await raw.hears('431')).toContain('"code":"invalid"');
    await raw.hears('432[{"ok":true');
    raw.socket.close();
  });

  it('of an unknown name is told so', async () => {
    for (const name of ['nope', 'MESSAGE', 'message ', '__proto__', 'constructor', 'hello', '', 'a"b', '\u2028']) {
      expect(await ears.call(name, {})).toMatchObject({
        ok: false,
        error: { code: /"|^$/.test(name) ? expect.any(String) : 'not_found' },
      });
    }
  });

  it('with attachments that do not come, too many or none of them, harms its own connection at most', async () => {
    for (const packets of [
      ['451-["message",{"_placeholder":true,"num":0}]', '420["online",{}]'],
      ['4510000-["message"]'],
      ['450-["message"]'],
      ['45-["message"]'],
      ['45["message"]'],
      ['451e1-["message"]', Buffer.alloc(10)],
      [Buffer.alloc(10)],
      ['bAAAA'],
      ['461-0[{"_placeholder":true,"num":0}]', Buffer.alloc(10), Buffer.alloc(10)],
    ]) {
      const raw = await joined();
      raw.send(...packets);
      await raw.closed();
    }
  });

  it('acknowledgements that nobody asked for are passed over', async () => {
    const raw = await joined();
    raw.send(
      '430[1]',
      '43',
      '431',
      `43${'9'.repeat(1000)}[]`,
      '461-0[{"_placeholder":true,"num":0}]',
      Buffer.alloc(10),
    );
    raw.send('429["online",{}]');
    await raw.hears('439[{"ok":true');
    raw.socket.close();
  });
});

describe('too much', () => {
  /** Somebody whom nothing that was sent before is counted for. */
  let users = 0;
  const newcomer = () => Person.register(url(1), `Newcomer ${++users}`);

  it('of calls is refused, each on its acknowledgement, and it ends when the answer says', async () => {
    const person = await newcomer();
    const own = await person.connect({ reconnection: false });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => own.call('typing', { roomId: 'x'.repeat(3000) })),
    );
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.error.code));
    expect(codes.slice(0, 10)).toEqual(Array(10).fill('invalid'));
    const last = answers.at(-1);
    expect(last).toEqual({
      ok: false,
      error: { code: 'rate_limited', message: expect.any(String), retryAfterMs: expect.any(Number) },
    });
    const next = performance.now() + ((!last?.ok && last?.error.retryAfterMs) || 0);
    await until(() => performance.now() > next, 'the time that was said');
    await own.say('0', 'goes on');
  });

  it('over several connections of a user is counted together, and for nobody else', async () => {
    const [person, other] = [await newcomer(), await newcomer()];
    const sockets = await Promise.all([1, 2, 3].map(() => person.connect({ reconnection: false })));
    const answers = await Promise.all(sockets.map((own) => own.call('typing', { roomId: 'x'.repeat(25_000) })));
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code)).sort()).toEqual([
      'invalid',
      'rate_limited',
      'rate_limited',
    ]);
    expect((await (await other.connect()).call('online', {})).ok).toBe(true);
    other.leave();
  });

  const FLOODS: [what: string, flood: (raw: RawSocket) => unknown][] = [
    ['events', (raw) => raw.send('42["typing",{"roomId":"0"}]')],
    ['unknown events', (raw) => raw.send('42["x"]')],
    ['acknowledgements', (raw) => raw.send('430[]')],
    ['noops', (raw) => raw.send('6')],
    ['pongs', (raw) => raw.send('3')],
    ['pings of WebSocket', (raw) => raw.socket.ping()],
    ['pongs of WebSocket', (raw) => raw.socket.pong()],
    ['long packets', (raw) => raw.send(`42["x","${'x'.repeat(20_000)}"]`)],
    ['binary', (raw) => raw.send('451-["x",{"_placeholder":true,"num":0}]', Buffer.alloc(1000))],
  ];
  it.each(FLOODS)('of %s closes the connection, and a new one is not a new beginning', async (_what, flood) => {
    const person = await newcomer();
    const raw = await (await RawSocket.open(url(1), cookie(person))).join();
    for (let i = 0; i < (2 * BYTES) / 200 + 10 && raw.isOpen; i++) flood(raw);
    await raw.closed();
    const again = await RawSocket.open(url(1), cookie(person));
    again.send(JOIN);
    await again.closed();
    expect(again.heard).toHaveLength(1);
    const joins = async () => {
      const next = await RawSocket.open(url(1), cookie(person));
      const joined = await next.join().then(
        () => true,
        () => false,
      );
      next.socket.close();
      return joined;
    };
    await until(joins, 'the next window');
  });

  type IsOpen = () => boolean | Promise<boolean>;
  const PART = 'x'.repeat(30_000);
  /** Ways to begin a packet and never end it. */
  const UNFINISHED: [what: string, begin: (person: Person) => Promise<IsOpen>][] = [
    [
      'frames of which none is the last',
      async (person) => {
        const raw = await (await RawSocket.open(url(1), cookie(person))).join();
        raw.socket.send(PART, { fin: false });
        return () => raw.isOpen;
      },
    ],
    [
      'the half of a frame',
      async (person) => {
        const raw = await (await RawSocket.open(url(1), cookie(person))).join();
        const { _socket: wire } = raw.socket as unknown as { _socket: Socket };
        wire.write(Buffer.concat([Buffer.from([0x81, 0xfe, 0xff, 0xff, 0, 0, 0, 0]), Buffer.from(PART)]));
        return () => raw.isOpen;
      },
    ],
    [
      'requests',
      async (person) => {
        const polling = await RawPolling.open(url(1), cookie(person));
        await polling.post(JOIN);
        await polling.hears('42["hello"');
        const wire = connect({ port: cluster.gateway(1).port, host: '127.0.0.1' });
        let isOpen = true;
        wire
          .on('error', () => undefined)
          .once('close', () => {
            isOpen = false;
          });
        const path = `/socket.io/?EIO=4&transport=polling&sid=${polling.sid}`;
        wire.write(
          `POST ${path} HTTP/1.1\r\nHost: x\r\nCookie: ${person.cookie}\r\nContent-Length: 30001\r\n\r\n${PART}`,
        );
        return () => isOpen;
      },
    ],
    [
      'frames to a transport that is being tried',
      async (person) => {
        const polling = await RawPolling.open(url(1), cookie(person));
        await polling.post(JOIN);
        await polling.hears('42["hello"');
        const address = `${url(1).replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&sid=${polling.sid}`;
        const socket = new WebSocket(address, { headers: cookie(person) });
        socket.on('error', () => undefined);
        await until(() => socket.readyState === WebSocket.OPEN, 'open');
        socket.send(PART, { fin: false });
        return async () => (await polling.post('6')).ok;
      },
    ],
  ];
  it.each(UNFINISHED)(
    'that is not whole, of %s, closes so many connections that the rest is not',
    async (_what, begin) => {
      const person = await newcomer();
      const all = await Promise.all([1, 2, 3, 4, 5].map(() => begin(person)));
      const open = async () => (await Promise.all(all.map((isOpen) => isOpen()))).filter(Boolean).length;
      await until(async () => (await open()) <= (2 * BYTES) / PART.length, 'the bound to hold');
      expect(await open()).toBe(3);
    },
  );

  it.each([
    ['noops', '6'],
    ['empty packets', ''],
    ['events', '42["x"]'],
  ])('of %s in one request closes the connection before they are taken apart', async (_what, packet) => {
    const person = await newcomer();
    const polling = await RawPolling.open(url(1), cookie(person));
    await polling.post(JOIN);
    await polling.hears('42["hello"');
    await polling.post(Array.from({ length: 100_000 }, () => packet).join('\x1e')).catch(() => undefined);
    await until(async () => (await polling.poll()).status === 400, 'the connection to be forgotten');
  });
});

it('bodies of the API may not be nested deeper than anything needs', async () => {
  const malformed = { status: 400, body: { code: 'invalid', message: 'Malformed' } };
  for (const depth of [100, 30_000]) {
    const body = `{"username":"Pablo","password":"password123","more":${nested(depth)}}`;
    for (const path of ['/api/session', '/login', '/api/rooms', '/room']) {
      expect(await pablo.post(path, body)).toEqual(malformed);
    }
  }
  const headers = { 'content-type': 'application/json; charset=utf-16le' };
  const body = Buffer.from('{"username":"Pablo","password":"password123"}', 'utf16le');
  const answer = await fetch(`${url()}/api/session`, { method: 'POST', headers, body });
  expect([answer.status, await answer.json()]).toEqual([400, malformed.body]);
});
