import type { Random } from '../../chaos/random';
import { damagedBytes, hostileJson, madeFor, type Schema } from '../values';

/** A route as it is asked. */
export interface Route {
  method: string;
  /** With `{name}` for a parameter. */
  path: string;
  query: string[];
  body?: Schema;
  defs: Record<string, Schema>;
}

interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}
interface Operation {
  parameters?: { name: string; in: string }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
}

const route = (method: string, path: string, query: string[] = [], properties?: Record<string, Schema>): Route => ({
  method,
  path,
  query,
  defs: {},
  ...(properties && { body: { type: 'object', properties } }),
});
const text: Schema = { type: 'string' };

/** What no description names: the demo's routes, and those of Engine.IO, of the page and of operators. */
const MORE: Route[] = [
  route('POST', '/login', [], { username: text, password: text }),
  route('POST', '/logout'),
  route('GET', '/me'),
  route('GET', '/links'),
  route('GET', '/randomname'),
  route('GET', '/users', ['ids[]']),
  route('GET', '/users/online'),
  route('POST', '/room', [], { user1: text, user2: text }),
  route('GET', '/room/{id}/preload'),
  route('GET', '/room/{id}/messages', ['offset', 'size']),
  route('GET', '/rooms/{id}'),
  route('GET', '/health/ready'),
  route('GET', '/metrics'),
  route('GET', '/api/docs/{id}'),
  route('GET', '/assets/{id}'),
  route('GET', '/{id}'),
  route('GET', '/socket.io/', ['EIO', 'transport', 'sid', 't', 'j', 'b64']),
  route('POST', '/socket.io/', ['EIO', 'transport', 'sid']),
];

/** The routes that the gateway describes, and the others. */
export function routesOf({ paths, components }: OpenApi): Route[] {
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      query: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
      body: requestBody?.content?.['application/json']?.schema,
      defs: components?.schemas ?? {},
    })),
  );
  return [...described, ...MORE];
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'get', 'X', ''];
const PARAMETERS = [
  '0',
  '3:4',
  '1:2',
  '999',
  '__proto__',
  '%00',
  '%F0',
  '..',
  '*',
  'a'.repeat(3000),
  '%2e%2e%2f',
  '',
  '0%0A',
];
const HEADERS = [
  'Content-Encoding: gzip',
  'Content-Type: text/plain',
  'Content-Type: application/json; charset=utf-7',
  'Content-Type: multipart/form-data; boundary=x',
  'Transfer-Encoding: chunked',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Expect: 100-continue',
  'Expect: x',
  'Range: bytes=0-,5-',
  'If-None-Match: "x"',
  'Accept: */*;q=x',
  'Accept-Encoding: br;q=2, *',
  'Origin: null',
  'Origin: http://evil.example',
  'Host: ',
  'Host: [::1',
  'X-Forwarded-For: ::ffff:1.2.3.4, %, 1.2.3.4:5',
  'X-Forwarded-Proto: javascript',
  'X-Forwarded-Host: evil.example',
  'X-Request-Id: \x01',
  'Cookie: sid=s%3Ax.y; sid="; =; sid=s:x',
  'Cookie: %=%',
  'Authorization: Bearer x',
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c29tZXRoaW5nIHJhbmRvbQ==',
  'Connection: Upgrade\r\nUpgrade: h2c',
  'Upgrade: websocket',
  `X-Long: ${'a'.repeat(20_000)}`,
  ' folded: x',
  'no colon',
  'Bad\0: x',
];

/** The bytes of a request on a connection of its own. @param cookie of somebody signed in */
export function httpCase(random: Random, routes: readonly Route[], cookie: string): Buffer {
  const { method, path, query, body, defs } = random.pick(routes);
  const verb = random.chance(0.1) ? random.pick(METHODS) : method;
  const target = path.replaceAll(/\{\w+\}/g, () => random.pick(PARAMETERS));
  const asked = query
    .filter(() => random.chance(0.6))
    .map((name) => `${name}${random.pick(['', '', '', '[]', '[a]'])}=${parameter(random)}`);
  const sent = body && hostileJson(random, madeFor(random, body, defs));
  const lines = [
    `${verb} ${target}${asked.length > 0 ? `?${asked.join('&')}` : ''} ${random.chance(0.03) ? 'HTTP/0.9' : 'HTTP/1.1'}`,
    ...(random.chance(0.97) ? ['Host: 127.0.0.1'] : []),
    'Connection: close',
    ...(random.chance(0.85) ? [`Cookie: ${cookie}`] : []),
    ...(sent ? ['Content-Type: application/json', `Content-Length: ${sent.length}`] : []),
  ];
  while (random.chance(0.25)) lines.push(random.pick(HEADERS));
  const request = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), sent ?? Buffer.alloc(0)]);
  return random.chance(0.12) ? damagedBytes(random, request) : request;
}

function parameter(random: Random): string {
  const value = String(madeFor(random, { type: random.pick(['string', 'integer']) }));
  return random.chance(0.9) ? encodeURIComponent(value.toWellFormed()) : value.replaceAll(/[\s\0]/g, '');
}
