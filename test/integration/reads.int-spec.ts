import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { keys, type Redis } from '@app/redis';
import { Cluster, Person, type ServiceProcess, startRedis, type TestRedis } from '@app/testing';
import fc from 'fast-check';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
/** One that is open to all, and one that is asked at one address, behind proxies, without the demo's routes. */
let gateways: ServiceProcess[];
/** What may stand in a header of cookies. */
let cookies: string[];

const METRICS_TOKEN = 'a token for tests only';

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  cluster = await Cluster.start({ redis, gateways: 1, env: { METRICS_TOKEN } });
  const strict = {
    PUBLIC_URL: 'http://chat.example:3000',
    DEMO_ROUTES: 'false',
    TRUST_PROXY: 'true',
    LOG_LEVEL: 'debug',
  };
  gateways = [
    cluster.gateway(0),
    await cluster.spawn('gateway', { ...strict, SESSION_COOKIE: nameOf(await aCookie()) }),
  ];
  cookies = await makeCookies();
});
afterAll(async () => {
  await gateways?.[1]?.end();
  await cluster?.stop();
  await redis?.stop();
});

const aCookie = async () => (await Person.signIn(cluster.gateway(0).url, 'Pablo')).cookie;
const nameOf = (cookie: string) => cookie.slice(0, cookie.indexOf('='));

async function makeCookies(): Promise<string[]> {
  const [pablo, joe, ended, idle] = await Promise.all(
    ['Pablo', 'Joe', 'Pablo', 'Mary'].map((name) => Person.signIn(cluster.gateway(0).url, name)),
  );
  await ended?.request('DELETE', '/api/session');
  await data.del(keys.session(idle?.sessionId ?? ''));
  // What is in Redis under a signed id, and no session that we would write.
  const odd = ['null', '5', '{', '[]', '"text"', '{"passport":null}', '{"cookie":{},"passport":{"user":null}}'];
  for (const [i, text] of odd.entries()) await data.set(keys.session(`odd-${i}`), text);
  const signature = (id: string) =>
    createHmac('sha256', 'a secret for tests only').update(id).digest('base64').replace(/=+$/, '');
  const name = nameOf(pablo?.cookie ?? '');
  const signed = (id: string, under = name) => `${under}=${encodeURIComponent(`s:${id}.${signature(id)}`)}`;
  const value = decodeURIComponent((pablo?.cookie ?? '').slice(name.length + 1));
  return [
    ...[pablo, joe, ended, idle].map((person) => person?.cookie ?? ''),
    ...odd.map((_, i) => signed(`odd-${i}`)),
    ...['', '../sess', 'a:b', 'ä', '*', '__proto__'].map((id) => signed(id)),
    signed(pablo?.sessionId ?? '', 'sid'),
    signed(joe?.sessionId ?? '', 'another'),
    ...[
      value,
      `"${value}"`,
      `"${encodeURIComponent(value)}"`,
      `${value}x`,
      value.slice(0, -1),
      value.slice(2),
      value.toUpperCase(),
    ].map((text) => `${name}=${text}`),
    ...[
      `${name}`,
      `${name}=`,
      `=${value}`,
      `${name} = ${value}`,
      `${name.toUpperCase()}=${value}`,
      `${name}=s:`,
      `${name}=s:.`,
      `${name}=%`,
    ],
    `${name}=s:${pablo?.sessionId}.${'A'.repeat(43)}`,
    '__proto__=x',
    'x'.repeat(4000),
  ];
}

interface Said {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

async function ask({ url }: ServiceProcess, path: string, headers: OutgoingHttpHeaders): Promise<Said> {
  const call = request(url + path, { headers });
  call.end();
  const [response] = await once(call, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  const { date, 'x-request-id': id, ...others } = response.headers;
  others['x-request-id'] = id === headers['x-request-id'] ? id : id && 'another';
  return { status: response.statusCode, headers: others, body };
}

/** How often each route was answered how, as the metrics tell. */
async function counted({ url }: ServiceProcess): Promise<Map<string, number>> {
  const { body } = await ask({ url } as ServiceProcess, '/metrics', { authorization: `Bearer ${METRICS_TOKEN}` });
  const lines = body.matchAll(/^chat_http_seconds_count\{.*?method="GET",route="(.*?)",status="(\d+)".*?\} (\d+)$/gm);
  return new Map([...lines].map(([, route, status, count]) => [`${route} ${status}`, Number(count)]));
}

const param = fc.oneof(
  fc.constantFrom('0', '1', '2', '1:2', '2:3', '2:1', '1:1', '999', '00', '-1', '__proto__', 'constructor', 'preload'),
  fc.stringMatching(/^[A-Za-z0-9:_-]{1,80}$/),
);
const path = fc.oneof(
  fc.constantFrom(
    '/me',
    '/links',
    '/users',
    '/users/online',
    '/room/0/preload',
    '/messages',
    '/health',
    '/health/ready',
  ),
  fc.constantFrom(
    '/api/session',
    '/api/settings',
    '/api/sessions',
    '/api/users',
    '/api/users/online',
    '/api/rooms',
    '/api/nothing',
  ),
  param.map((id) => `/room/${id}/messages`),
  param.map((id) => `/rooms/${id}`),
  param.map((id) => `/api/rooms/${id}/messages`),
);
const queryValue = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '15',
    '-1',
    '1e400',
    '0.5',
    'x',
    '',
    '1,2',
    '99999999',
    '0-1',
    'NaN',
    '%',
    '%00',
    '%F0',
    '[object Object]',
  ),
  fc.string({ maxLength: 12 }).map(encodeURIComponent),
);
const queryName = fc.constantFrom(
  ...[
    'offset',
    'size',
    'ids[]',
    'ids',
    'ids%5B%5D',
    'ids[0]',
    'before',
    'after',
    'around',
    'limit',
    '__proto__',
    'constructor',
  ],
  ...['offset[]', 'limit[x]', 'all', ''],
);
const query = fc
  .array(fc.tuple(queryName, queryValue), { maxLength: 4 })
  .map((pairs) => (pairs.length > 0 ? `?${pairs.map((pair) => pair.join('=')).join('&')}` : ''));
const more = fc.record(
  {
    accept: fc.constantFrom(
      '*/*',
      'application/json',
      'application/json, text/plain, */*',
      'text/html',
      'text/*',
      'image/png',
      '',
      ',',
    ),
    host: fc.constantFrom(
      'chat.example',
      'chat.example:3000',
      'CHAT.EXAMPLE.',
      'evil.example',
      'chat.example@evil.example',
      '[::1]',
      'x y',
    ),
    origin: fc.constantFrom('http://chat.example:3000', 'https://evil.example', 'null', 'x'),
    'x-forwarded-host': fc.constantFrom('chat.example', 'evil.example', 'chat.example, evil.example', ''),
    'x-forwarded-proto': fc.constantFrom('https', 'http', 'wss', 'x'),
    'x-forwarded-for': fc.constantFrom('198.51.100.7', '::1', 'x', '1, 2, 3'),
    'x-request-id': fc.constantFrom('request-12345678', 'short', 'a b', 'x'.repeat(65)),
    'if-none-match': fc.constantFrom('*', 'W/"x"'),
    'if-modified-since': fc.constantFrom('Sat, 01 Jan 2050 00:00:00 GMT', 'x'),
    range: fc.constantFrom('bytes=0-1'),
    'x-http-method-override': fc.constantFrom('DELETE', 'POST'),
    'content-type': fc.constantFrom('application/json', 'x'),
    'sec-fetch-site': fc.constantFrom('cross-site'),
  },
  { requiredKeys: [] },
);

it('a read is answered alike whether it is spelled plainly or takes the long way', async () => {
  const cookie = fc
    .array(fc.nat(cookies.length - 1), { maxLength: 3 })
    .map((all) => all.map((i) => cookies[i]).join('; '));
  const before = await Promise.all(gateways.map(counted));
  await fc.assert(
    fc.asyncProperty(fc.nat(1), path, query, cookie, more, async (at, plain, asked, sent, others) => {
      const gateway = gateways[at] as ServiceProcess;
      const headers = { ...others, ...(sent && { cookie: sent }) };
      // Express does not mind case, or a slash at the end; what is not as it is declared is not spelled plainly.
      const one = await ask(gateway, plain + asked, headers);
      const loud = plain.replace(/^\/\w+/, (word) => word.toUpperCase());
      expect(await ask(gateway, loud + asked, headers)).toEqual(one);
      expect(await ask(gateway, `${plain}/${asked}`, headers)).toEqual(one);
    }),
    { numRuns: 300 },
  );
  // Three times each, under one name.
  for (const [i, gateway] of gateways.entries()) {
    for (const [name, count] of await counted(gateway)) {
      expect([name, (count - (before[i]?.get(name) ?? 0)) % 3]).toEqual([
        name,
        name.startsWith('other') ? expect.any(Number) : 0,
      ]);
    }
  }
});
