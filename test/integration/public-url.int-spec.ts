import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { keys, type Redis } from '@app/redis';
import { Cluster, Person, type ServiceProcess, startRedis, type TestRedis } from '@app/testing';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
/** Where nothing is said of where people open the chat; and where that is. */
let plain: ServiceProcess;
let tls: ServiceProcess;
let insecure: ServiceProcess;

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  cluster = await Cluster.start({ redis, gateways: 1 });
  plain = cluster.gateway(0);
  [tls, insecure] = await Promise.all([
    cluster.spawn('gateway', {
      PUBLIC_URL: 'https://Chat.Example:443',
      ALLOWED_ORIGINS: 'http://intern.local:3000',
      LOG_LEVEL: 'info',
    }),
    cluster.spawn('gateway', { PUBLIC_URL: 'http://chat.example:3000' }),
  ]);
});
afterAll(async () => {
  await Promise.all([tls?.end(), insecure?.end()]);
  await cluster?.stop();
  await redis?.stop();
});

const PABLO = { username: 'Pablo', password: 'password123' };

interface Said {
  status: number;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  body: any;
}

/** Asks with any headers, `host` too. */
async function ask(
  { url }: ServiceProcess,
  method: string,
  path: string,
  headers = {},
  body?: object | string,
): Promise<Said> {
  const type = typeof body === 'object' ? 'application/json' : 'text/plain';
  const call = request(url + path, { method, headers: { ...(body && { 'content-type': type }), ...headers } });
  call.end(typeof body === 'object' ? JSON.stringify(body) : body);
  const [response] = await once(call, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  const isJson = /json/.test(response.headers['content-type'] ?? '');
  return { status: response.statusCode, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

const signIn = (gateway: ServiceProcess, headers = {}) => ask(gateway, 'POST', '/api/session', headers, PABLO);
const cookieOf = ({ headers }: Said) => headers['set-cookie']?.[0] ?? '';
const pairOf = (said: Said) => cookieOf(said).split(';')[0] ?? '';
const userOf = async (gateway: ServiceProcess, cookie: string, headers = {}) =>
  (await ask(gateway, 'GET', '/api/session', { cookie, ...headers })).body.user?.username ?? null;

/** How a handshake with these headers ends, with each transport. */
const handshakes = (gateway: ServiceProcess, headers: Record<string, string>) =>
  Promise.all([webSocket(gateway, headers), polling(gateway, headers)]);

async function webSocket({ url }: ServiceProcess, extraHeaders: Record<string, string>): Promise<string> {
  const socket = Person.visitor(url).socket({ extraHeaders, reconnection: false });
  const end = await new Promise<string>((resolve) => {
    socket.on('hello', () => resolve('hello'));
    socket.on('connect_error', ({ message }) => resolve(message === 'unauthorized' ? message : 'refused'));
  });
  socket.disconnect();
  return end;
}

/** Socket.IO's client for Node.js puts in a host of its own when it polls. */
async function polling(gateway: ServiceProcess, headers: Record<string, string>): Promise<string> {
  const path = '/socket.io/?EIO=4&transport=polling';
  const opened = await ask(gateway, 'GET', path, headers);
  if (opened.status !== 200) return 'refused';
  const session = `${path}&sid=${JSON.parse(opened.body.slice(1)).sid}`;
  await ask(gateway, 'POST', session, headers, '40{"protocol":1}');
  for (let heard = ''; ; heard += (await ask(gateway, 'GET', session, headers)).body) {
    if (heard.includes('"hello"')) return 'hello';
    if (heard.includes('unauthorized')) return 'unauthorized';
  }
}

describe('an origin', () => {
  it.each([
    ['https://chat.example', { host: 'chat.example:443' }, true],
    ['https://chat.example:443', { host: 'CHAT.example' }, true],
    ['http://chat.example', { host: 'chat.example.:80' }, true],
    ['http://[::1]:3000', { host: '[0:0:0:0:0:0:0:1]:3000' }, true],
    ['https://chat.example', { host: 'chat.example:443', 'x-forwarded-proto': 'https' }, true],
    [
      'https://chat.example',
      { host: 'inside:80', 'x-forwarded-host': 'chat.example', 'x-forwarded-proto': 'https' },
      true,
    ],
    ['http://chat.example', { host: 'chat.example:443', 'x-forwarded-proto': 'https' }, false],
    ['https://chat.example', { host: 'chat.example:8443' }, false],
    ['https://evil.example', { host: 'chat.example:443' }, false],
    ['null', { host: 'chat.example' }, false],
  ])('%s asking at %j may act: %s', async (origin, at, may) => {
    const headers = { ...at, origin };
    const answer = await signIn(plain, headers);
    expect(answer.status).toBe(may ? 200 : 403);
    if (!may) expect(answer.body).toEqual({ code: 'forbidden', message: expect.any(String) });
    const { cookie } = await Person.signIn(plain.url, 'Pablo');
    const end = may ? 'hello' : 'refused';
    expect(await handshakes(plain, { ...headers, cookie })).toEqual([end, end]);
  });
});

describe('with PUBLIC_URL', () => {
  const OURS = { host: 'chat.example' };

  it('another host is answered 421, whatever is asked for; health is not', async () => {
    const misdirected = { status: 421, body: { code: 'invalid', message: expect.any(String) } };
    const { cookie } = await Person.signIn(plain.url, 'Pablo');
    for (const host of ['evil.example', `127.0.0.1:${tls.port}`, 'chat.example.evil.example', 'x@chat.example']) {
      for (const path of [
        '/',
        '/chat/0',
        '/sw.js',
        '/assets/x',
        '/api/session',
        '/api/docs',
        '/me',
        '/healthy',
        '/%',
      ]) {
        expect(await ask(tls, 'GET', path, { host, cookie })).toMatchObject(misdirected);
      }
      expect(await signIn(tls, { host })).toMatchObject(misdirected);
      expect(await signIn(tls, { host, origin: 'https://chat.example' })).toMatchObject(misdirected);
      expect(await handshakes(tls, { host, cookie })).toEqual(['refused', 'refused']);
      for (const path of ['/health/live', '/health/ready'])
        expect(await ask(tls, 'GET', path, { host })).toMatchObject({ status: 200, body: { status: 'ok' } });
    }
  });

  it('its own host is answered however it is spelled, and allowed ones too', async () => {
    for (const host of ['chat.example', 'CHAT.EXAMPLE.:443', 'chat.example:3000', 'intern.local:3000'])
      expect(await ask(tls, 'GET', '/api/session', { host })).toMatchObject({ status: 200, body: { user: null } });
    const inside = { host: '10.0.0.7:3000', 'x-forwarded-host': 'chat.example' };
    expect(await ask(tls, 'GET', '/api/session', inside)).toMatchObject({ status: 200 });
  });

  it('only its own origin and allowed ones may act, whatever host and proxy say', async () => {
    for (const [origin, status] of [
      ['https://chat.example', 200],
      ['https://CHAT.example:443', 200],
      ['http://intern.local:3000', 200],
      ['http://chat.example', 403],
      ['https://chat.example:3000', 403],
      ['http://intern.local', 403],
      ['https://evil.example', 403],
    ] as const) {
      for (const at of [OURS, { ...OURS, 'x-forwarded-proto': 'http' }, { host: 'intern.local:3000' }]) {
        const answer = await signIn(tls, { ...at, origin });
        expect([origin, answer.status]).toEqual([origin, status]);
        if (status !== 200) continue;
        expect(await handshakes(tls, { ...at, origin, cookie: pairOf(answer) })).toEqual(['hello', 'hello']);
      }
    }
  });

  it('what it refuses is in the security log', () => {
    const lines = tls.logs.split('\n').filter((line) => line.includes('"security":true'));
    const tells = (event: string, origin: string) =>
      lines.some((line) => line.includes(`"event":"${event}"`) && line.includes(`"origin":"${origin}"`));
    expect([tells('host.foreign', 'evil.example'), tells('origin.foreign', 'http://chat.example')]).toEqual([
      true,
      true,
    ]);
  });

  it('of https the cookie is Secure and __Host-, and browsers come by TLS alone from then on', async () => {
    for (const proto of [{}, { 'x-forwarded-proto': 'http' }, { 'x-forwarded-proto': 'https' }]) {
      const answer = await signIn(tls, { ...OURS, ...proto });
      expect(cookieOf(answer)).toMatch(
        /^__Host-chat-[0-9a-f]{8}=s%3A[^;]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
      );
      expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
      expect(await userOf(tls, pairOf(answer), OURS)).toBe('Pablo');
      expect(await handshakes(tls, { ...OURS, cookie: pairOf(answer) })).toEqual(['hello', 'hello']);
    }
    for (const path of ['/', '/api/session', '/nothing'])
      expect((await ask(tls, 'GET', path, OURS)).headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('of http it is neither, whatever a proxy says', async () => {
    const answer = await signIn(insecure, { ...OURS, 'x-forwarded-proto': 'https' });
    expect(cookieOf(answer)).toMatch(/^chat-[0-9a-f]{8}=s%3A[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
    expect(answer.headers['strict-transport-security']).toBeUndefined();
  });

  it('there is no HSTS without it, as whoever ends TLS decides', async () => {
    const answer = await ask(plain, 'GET', '/', { 'x-forwarded-proto': 'https' });
    expect(answer.headers['strict-transport-security']).toBeUndefined();
  });
});

describe('the session cookie', () => {
  const ODD = [
    'sid=s%3Aforeign.signature',
    'sid=%E0%A4%A',
    'sid',
    'sid=',
    '=',
    ';;',
    'sid="s%3Aquoted.x"',
    '__proto__=s%3Ax.y',
    'other=1',
  ];
  /** With a name of our own in place of the odd one. */
  const named = (name: string) => ODD.map((odd) => odd.replace('sid', name));

  it('is found among others of its name, before it or after, in the handshake too', async () => {
    const answer = await signIn(plain);
    const [name = ''] = pairOf(answer).split('=');
    for (const other of [...ODD, ...named(name)]) {
      for (const cookie of [
        `${other}; ${pairOf(answer)}`,
        `${pairOf(answer)}; ${other}`,
        `a=b;${other};${pairOf(answer)}`,
      ]) {
        expect([cookie, await userOf(plain, cookie)]).toEqual([cookie, 'Pablo']);
        expect(await handshakes(plain, { cookie })).toEqual(['hello', 'hello']);
      }
    }
    const [, value = ''] = pairOf(answer).split('=');
    expect(await userOf(plain, `${name}="${value}"`)).toBe('Pablo');
    expect(await userOf(plain, `${name}=${decodeURIComponent(value)}`)).toBe('Pablo');
    expect(await userOf(plain, `${pairOf(answer)}; ${pairOf(answer)}`)).toBe('Pablo');
  });

  it('counts for nothing when only odd ones are there, and one can sign in all the same', async () => {
    const [name = ''] = pairOf(await signIn(plain)).split('=');
    for (const cookie of [...ODD, ...named(name), [...ODD, ...named(name)].join('; ')]) {
      expect(await userOf(plain, cookie)).toBeNull();
      expect(await handshakes(plain, { cookie })).toEqual(['unauthorized', 'unauthorized']);
      const answer = await signIn(plain, { cookie });
      expect(await userOf(plain, `${cookie}; ${pairOf(answer)}`)).toBe('Pablo');
    }
  });

  it('that lives counts before one that is over', async () => {
    const [over, lives] = [await signIn(plain), await signIn(plain)];
    await ask(plain, 'DELETE', '/api/session', { cookie: pairOf(over) });
    for (const cookie of [`${pairOf(over)}; ${pairOf(lives)}`, `${pairOf(lives)}; ${pairOf(over)}`]) {
      expect(await userOf(plain, cookie)).toBe('Pablo');
      expect(await handshakes(plain, { cookie })).toEqual(['hello', 'hello']);
    }
  });

  it('has another name for each installation on a host, and the same at all gateways of one', async () => {
    const elsewhere = await Promise.all([
      cluster.spawn('gateway', { SESSION_SECRET: 'the secret of another installation' }),
      cluster.spawn('gateway', { SESSION_COOKIE: 'mine' }),
      cluster.spawn('gateway'),
    ]);
    try {
      const [name, other, given, same] = await Promise.all(
        [plain, ...elsewhere].map(async (gateway) => pairOf(await signIn(gateway)).split('=')[0]),
      );
      expect(given).toBe('mine');
      expect(other).not.toBe(name);
      expect(same).toBe(name);
      // Both in one browser: neither signs the other out.
      const [mine, theirs] = [await signIn(plain), await signIn(elsewhere[0] as ServiceProcess)];
      const both = `${pairOf(theirs)}; ${pairOf(mine)}`;
      expect(await userOf(plain, both)).toBe('Pablo');
      expect(await userOf(elsewhere[0] as ServiceProcess, both)).toBe('Pablo');
    } finally {
      await Promise.all(elsewhere.map((gateway) => gateway.end()));
    }
  });

  it('of before an upgrade, or of another setting, still opens its session, and no other one does', async () => {
    const answer = await signIn(plain);
    const [name = '', value = ''] = pairOf(answer).split('=');
    const key = keys.session(decodeURIComponent(value).slice(2).split('.')[0] ?? '');
    // Begun under this name: no other one opens it, as a page of a sibling host might have put it there.
    for (const other of ['sid', 'mine', '__Host-mine']) expect(await userOf(plain, `${other}=${value}`)).toBeNull();

    const stored = JSON.parse((await data.get(key)) ?? '{}');
    expect(stored.cookieName).toBe(name);
    await data.set(key, JSON.stringify({ ...stored, cookieName: 'mine' }), 'KEEPTTL');
    expect(await userOf(plain, `mine=${value}`)).toBe('Pablo');
    expect(await userOf(plain, `sid=${value}`)).toBeNull();

    await data.set(key, JSON.stringify({ ...stored, cookieName: undefined }), 'KEEPTTL');
    const old = `sid=s%3Aforeign.x; sid=${value}`;
    expect(await userOf(plain, old)).toBe('Pablo');
    expect(await handshakes(plain, { cookie: old })).toEqual(['hello', 'hello']);
    // Signing in again ends it, signing out has the browser forget it under the name it has there.
    const out = await ask(plain, 'DELETE', '/api/session', { cookie: old });
    expect(out.headers['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^${name}=; Path=/; Expires=Thu, 01 Jan 1970`)),
      expect.stringMatching(/^sid=; Path=\/; Expires=Thu, 01 Jan 1970/),
    ]);
    expect(await userOf(plain, old)).toBeNull();
  });
});
