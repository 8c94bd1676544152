import { Cluster, PASSWORD_OF_TESTS, Person, startRedis, type TestRedis, until } from '@app/testing';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';

interface Schema {
  $ref?: string;
  type?: string;
}
interface Documented {
  responses: Record<string, { content?: { 'application/json': { schema: Schema } } }>;
  requestBody?: { content: { 'application/json': { schema: Schema } } };
}
interface OpenApi {
  paths: Record<string, Record<string, Documented>>;
}
type Part = 'call' | 'ack' | 'event';
interface AsyncApi {
  channels: Record<string, { messages: Partial<Record<Part, { payload: Schema }>> }>;
}

let redis: TestRedis;
let cluster: Cluster;
let http: OpenApi;
let socket: AsyncApi;
const ajv = new Ajv2020({ strict: false, allErrors: true });
const called = new Set<string>();

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({ redis, gateways: 1, env: { PRESENCE_GRACE_MS: '50', SIGN_INS_PER_NAME: '2' } });
  http = (await Person.visitor(url()).get('/api/docs/openapi.json')).body;
  socket = (await Person.visitor(url()).get('/api/docs/asyncapi.json')).body;
  ajv.addSchema(http, 'http', false, false).addSchema(socket, 'socket', false, false);
});
const people: Person[] = [];
afterAll(async () => {
  for (const person of people) person.leave();
  await cluster?.stop();
  await redis?.stop();
});

const url = () => cluster.gateway(0).url;
const signIn = async (username: string) => {
  const person = await Person.signIn(url(), username);
  people.push(person);
  return person;
};

/** A schema of one of the documents, ready to check with. */
function validator(document: 'http' | 'socket', schema: Schema): ValidateFunction {
  return ajv.compile(schema.$ref ? { $ref: `${document}${schema.$ref}` } : schema);
}

function requireValid(validate: ValidateFunction, value: unknown): void {
  expect([value, validate(value), validate.errors]).toEqual([value, true, null]);
}

/**
 * Makes a request, and holds the answer, and the body unless it is to be refused, against what the document says.
 * @param template the path as the document has it; `at`: as it is asked for
 */
async function call(
  who: Person,
  method: string,
  template: string,
  { at = template, body, headers }: Call,
  status: number,
) {
  const operation = http.paths[template]?.[method.toLowerCase()];
  const answer = await who.request(method, at, body, headers);
  expect(answer).toMatchObject({ status });
  const given = operation?.requestBody?.content['application/json'].schema;
  if (status < 300 && given) requireValid(validator('http', given), body);
  const documented = operation?.responses[status];
  expect(documented).toBeDefined();
  const schema = documented?.content?.['application/json'].schema;
  if (schema) requireValid(validator('http', schema), answer.body);
  else expect(answer.body).toBe('');
  called.add(`${method} ${template}`);
  return answer.body;
}
interface Call {
  at?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Holds what a socket carried against the document. */
function requireDocumented(event: string, part: Part, value: unknown): void {
  const message = socket.channels[event]?.messages[part];
  expect(message).toBeDefined();
  if (message) requireValid(validator('socket', message.payload), value ?? null);
}

describe('every answer is as the OpenAPI document has it', () => {
  it('about sessions', async () => {
    const visitor = Person.visitor(url());
    const pablo = { username: 'Pablo', password: 'password123' };
    await call(visitor, 'GET', '/api/session', {}, 200);
    await call(visitor, 'GET', '/api/settings', {}, 200);
    await call(visitor, 'POST', '/api/session', { body: pablo }, 200);
    await call(visitor, 'GET', '/api/session', {}, 200);
    await call(visitor, 'GET', '/api/sessions', {}, 200);
    const other = await signIn('Pablo');
    const { sessions } = (await other.get('/api/sessions')).body;
    const { id } = sessions.find(({ current }: { current: boolean }) => current);
    const one = '/api/sessions/{sessionId}';
    await call(visitor, 'DELETE', one, { at: `/api/sessions/${id}` }, 204);
    await call(visitor, 'DELETE', one, { at: `/api/sessions/${id}` }, 404);
    await call(visitor, 'DELETE', one, { at: '/api/sessions/x' }, 400);
    await call(visitor, 'DELETE', '/api/sessions', {}, 204);
    await call(visitor, 'DELETE', '/api/session', {}, 204);
    await call(visitor, 'GET', '/api/sessions', {}, 401);
    await call(visitor, 'POST', '/api/session', { body: {} }, 400);
    await call(visitor, 'POST', '/api/session', { body: { ...pablo, username: 'x'.repeat(100_000) } }, 413);
    for (const status of [401, 401, 429]) {
      await call(visitor, 'POST', '/api/session', { body: { username: 'Joe', password: 'wrong' } }, status);
    }
    const ann = { username: 'Ann', password: PASSWORD_OF_TESTS };
    await call(visitor, 'POST', '/api/users', { body: ann }, 201);
    await call(visitor, 'POST', '/api/users', { body: ann }, 409);
    await call(visitor, 'POST', '/api/users', { body: { ...ann, password: 'short' } }, 400);
    const passwords = { password: ann.password, newPassword: 'Sanddorn am Strand' };
    await call(visitor, 'PUT', '/api/session/password', { body: passwords }, 204);
    await call(visitor, 'PUT', '/api/session/password', { body: passwords }, 403);
    await call(visitor, 'PUT', '/api/session/password', { body: {} }, 400);
    await call(Person.visitor(url()), 'PUT', '/api/session/password', { body: passwords }, 401);
  });

  it('about rooms and messages', async () => {
    const mary = await signIn('Mary');
    await call(mary, 'POST', '/api/rooms', { body: { userId: '1' } }, 201);
    await call(mary, 'POST', '/api/rooms', { body: { userId: '999' } }, 404);
    const messages = '/api/rooms/{roomId}/messages';
    const posted = { message: 'Hello', clientId: 'documented' };
    await call(mary, 'POST', messages, { at: '/api/rooms/1:3/messages', body: posted }, 201);
    await call(mary, 'POST', messages, { at: '/api/rooms/0/messages', body: { message: 'Hello' } }, 201);
    await call(mary, 'POST', messages, { at: '/api/rooms/0/messages', body: { message: '' } }, 400);
    await call(mary, 'POST', messages, { at: '/api/rooms/1:2/messages', body: posted }, 403);
    await call(mary, 'POST', messages, { at: '/api/rooms/3:999/messages', body: posted }, 404);
    await call(mary, 'GET', '/api/rooms', {}, 200);
    const { message } = await call(
      mary,
      'POST',
      messages,
      { at: '/api/rooms/1:3/messages', body: { message: 'Frist' } },
      201,
    );
    const one = '/api/messages/{id}';
    const at = `/api/messages/${message.id}`;
    await call(mary, 'GET', one, { at }, 200);
    await call(mary, 'PATCH', one, { at, body: { message: 'First', ifRev: message.seq } }, 200);
    await call(mary, 'PATCH', one, { at, body: { message: 'Fourth', ifRev: message.seq } }, 409);
    await call(
      mary,
      'PATCH',
      one,
      { at, body: { message: 'Fourth' }, headers: { 'if-match': `"${message.seq}"` } },
      412,
    );
    await call(mary, 'PATCH', one, { at, body: { message: '', ifRev: message.seq } }, 400);
    await call(mary, 'DELETE', one, { at }, 200);
    await call(mary, 'GET', one, { at }, 200);
    await call(mary, 'PATCH', one, { at, body: { message: 'Fifth', ifRev: message.seq } }, 404);
    await call(mary, 'DELETE', one, { at: '/api/messages/x1600000000-1' }, 403);
    for (const method of ['GET', 'DELETE']) await call(mary, method, one, { at: '/api/messages/none' }, 404);
    await call(Person.visitor(url()), 'DELETE', one, { at }, 401);
    const read = '/api/rooms/{roomId}/read';
    await call(mary, 'PUT', read, { at: '/api/rooms/1:3/read', body: { seq: 1 } }, 200);
    await call(mary, 'PUT', read, { at: '/api/rooms/1:2/read', body: { seq: 1 } }, 403);
    await call(mary, 'PUT', read, { at: '/api/rooms/0/read', body: { seq: -1 } }, 400);
    const page = await call(mary, 'GET', messages, { at: '/api/rooms/0/messages?limit=1' }, 200);
    expect(page.before).not.toBeNull();
    await call(mary, 'GET', messages, { at: `/api/rooms/0/messages?before=${page.before}` }, 200);
    await call(mary, 'GET', messages, { at: '/api/rooms/0/messages?around=0-1' }, 200);
    await call(mary, 'GET', messages, { at: '/api/rooms/0/messages?limit=0' }, 400);
    await call(mary, 'GET', messages, { at: '/api/rooms/1:2/messages' }, 403);
    await call(Person.visitor(url()), 'GET', messages, { at: '/api/rooms/0/messages' }, 401);
    const positions = [
      { roomId: '0', seq: 0, id: '' },
      { roomId: '1:3', seq: 77, id: 'x' },
      { roomId: '1:2', seq: 0, id: '' },
    ];
    const { rooms } = await call(mary, 'POST', '/api/sync', { body: { positions } }, 201);
    expect(rooms.map(({ status }: { status: string }) => status)).toEqual(['ok', 'reset', 'forbidden']);
    await call(mary, 'POST', '/api/sync', { body: { positions: 'all' } }, 400);
  });

  it('about people and health', async () => {
    const mary = await signIn('Mary');
    await mary.connect();
    await call(mary, 'GET', '/api/users', { at: '/api/users?limit=2' }, 200);
    await call(mary, 'GET', '/api/users', { at: '/api/users?ids=1,3' }, 200);
    await call(mary, 'GET', '/api/users', { at: '/api/users?ids=x' }, 400);
    await call(mary, 'GET', '/api/users/online', {}, 200);
    await call(mary, 'GET', '/health/live', {}, 200);
    await call(mary, 'GET', '/health/ready', {}, 200);
  });

  it('about named rooms and who is in them', async () => {
    const [mary, joe] = [await signIn('Mary'), await signIn('Pablo')];
    const { id } = (await joe.get('/api/session')).body.user;
    const body = { name: 'Documented', visibility: 'public' };
    const { room } = await call(mary, 'POST', '/api/rooms/named', { body }, 201);
    await call(mary, 'POST', '/api/rooms/named', { body }, 409);
    await call(mary, 'POST', '/api/rooms/named', { body: {} }, 400);
    const of = (path: string) => ({ at: `/api/rooms/${room.id}${path}` });
    const empty = (path: string) => ({ ...of(path), body: {} });
    await call(joe, 'GET', '/api/directory', {}, 200);
    await call(joe, 'GET', '/api/rooms/{roomId}', of(''), 200);
    await call(joe, 'POST', '/api/rooms/{roomId}/join', empty('/join'), 200);
    await call(joe, 'PATCH', '/api/rooms/{roomId}', { ...of(''), body: { topic: 'x' } }, 403);
    await call(mary, 'PATCH', '/api/rooms/{roomId}', { ...of(''), body: { topic: 'What is documented' } }, 200);
    await call(mary, 'GET', '/api/rooms/{roomId}/members', of('/members'), 200);
    const member = '/api/rooms/{roomId}/members/{memberId}';
    await call(mary, 'PATCH', member, { ...of(`/members/${id}`), body: { role: 'admin' } }, 200);
    await call(joe, 'POST', '/api/rooms/{roomId}/leave', empty('/leave'), 200);
    await call(mary, 'PUT', member, empty(`/members/${id}`), 200);
    await call(mary, 'DELETE', member, of(`/members/${id}`), 200);
    const ban = '/api/rooms/{roomId}/bans/{memberId}';
    await call(mary, 'PUT', ban, empty(`/bans/${id}`), 200);
    await call(mary, 'GET', '/api/rooms/{roomId}/bans', of('/bans'), 200);
    await call(mary, 'DELETE', ban, of(`/bans/${id}`), 200);
    await call(mary, 'PUT', member, empty(`/members/${id}`), 200);
    await call(mary, 'POST', '/api/rooms/{roomId}/archive', empty('/archive'), 200);
    await call(mary, 'POST', '/api/rooms/{roomId}/restore', empty('/restore'), 200);
    const visibility = { ...of('/visibility'), body: { visibility: 'private' } };
    await call(mary, 'PUT', '/api/rooms/{roomId}/visibility', visibility, 200);
    await call(mary, 'PUT', '/api/rooms/{roomId}/owner', { ...of('/owner'), body: { memberId: id } }, 200);
  });

  it('without one left out', () => {
    const documented = Object.entries(http.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const own = documented.filter((route) => / \/(api|health)\//.test(route));
    expect([...called].sort()).toEqual(own.sort());
  });
});

describe('every event is as the AsyncAPI document has it', () => {
  it('to the server, and its acknowledgement', async () => {
    const ears = await (await signIn('Alex')).connect();
    const positions = [{ roomId: '0', seq: 0, id: '', rev: 0 }];
    const message = await ears.say('0', 'Edit me');
    const taken = { id: message.id, message: 'Not mine to see', ifRev: 999 };
    requireDocumented('message.edit', 'ack', await ears.call('message.edit', taken));
    const calls: [string, unknown][] = [
      ['message', { roomId: '0', message: 'Documented', clientId: 'documented' }],
      ['message.edit', { id: message.id, message: 'Edited', ifRev: message.seq }],
      ['message.delete', { id: message.id }],
      ['room.join', '0'],
      ['sync', { positions }],
      ['online', {}],
      ['room.read', { roomId: '0', seq: 1 }],
      ['typing', { roomId: '0' }],
    ];
    for (const [event, payload] of calls) {
      requireDocumented(event, 'call', payload);
      const accepted = await ears.call(event, payload);
      expect(accepted).toMatchObject({ ok: true });
      requireDocumented(event, 'ack', accepted);
      const refused = await ears.call(event, { roomId: 'nowhere' });
      expect(refused).toMatchObject({ ok: false, error: { code: 'invalid' } });
      requireDocumented(event, 'ack', refused);
    }
  });

  it('from the server', async () => {
    const [alex, demo] = [await signIn('Alex'), await signIn('Pablo')];
    const ears = await alex.connect({ auth: { protocol: 1 } });
    const demoEars = await demo.connect();
    const eve = await Person.register(url(), 'Eve');
    people.push(eve);
    await (await eve.connect({ auth: { protocol: 1 } })).say(`4:${eve.id}`, 'Hello');
    await ears.next('message', ({ from }) => from === eve.id);
    // Who comes and goes within a moment is told of once.
    await demoEars.next('user.connected', ({ id }) => id === eve.id);
    await ears.next('presence', (changes) => changes.some(({ id }: { id: string }) => id === eve.id));
    const { id } = await ears.say('0', 'Delete me');
    await ears.call('message.delete', { id });
    await ears.next('changed');
    await ears.call('room.read', { roomId: `4:${eve.id}`, seq: 1 });
    await ears.next('room.read');
    await demoEars.call('typing', { roomId: '0' });
    await ears.next('typing');
    await eve.request('DELETE', '/api/session');
    await demoEars.next('user.disconnected', ({ id }) => id === eve.id);
    await ears.next('presence', (changes) => changes.some(({ online }: { online: boolean }) => !online));
    await alex.request('DELETE', '/api/session');
    await until(() => ears.of('session.ended').length > 0, 'the end of the session');
    const heard = [...ears.heard, ...demoEars.heard];
    for (const { event, data } of heard) requireDocumented(event, 'event', data);
    // These take a gateway that was deaf.
    const events = Object.entries(socket.channels).filter(([, { messages }]) => messages.event);
    const seen = new Set(heard.map(({ event }) => event));
    const unseen = events.map(([event]) => event).filter((event) => !seen.has(event));
    expect(unseen.sort()).toEqual(['presence.stale', 'resync', 'rooms.stale']);
  });
});

describe('the pages', () => {
  it.each(['/api/docs', '/api/docs/events'])('%s is served to anybody, with all that it loads', async (page) => {
    const answer = await fetch(url() + page);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.getSetCookie()).toEqual([]);
    const text = await answer.text();
    expect(text).not.toMatch(/https?:|<style| style=| on\w+=|<script[^>]*>[^<]/);
    const addresses = [...text.matchAll(/ (?:href|src|spec-url)="(\/[^"]*)"/g)].map(([, address = '']) => address);
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) {
      const { status, headers } = await fetch(url() + address);
      expect([address, status, headers.get('cache-control')]).toEqual([address, 200, 'no-cache']);
    }
    const script = await fetch(`${url()}/api/docs/redoc.js`);
    expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(script.headers.get('content-encoding')).toMatch(/^(br|gzip)$/);
  });

  it('let in their own styles and nothing else that others may not', async () => {
    const strict = (await fetch(`${url()}/api/session`)).headers.get('content-security-policy') ?? '';
    const nonces = new Set<string>();
    for (const page of ['/api/docs', '/api/docs', '/api/docs/events']) {
      const answer = await fetch(url() + page);
      const nonce = / property="csp-nonce" content="([\w+/=]{24})"/.exec(await answer.text())?.[1] ?? '';
      nonces.add(nonce);
      const own = strict.replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`);
      const policy = answer.headers.get('content-security-policy');
      expect(policy).toBe(own.replace("font-src 'self'", "font-src 'self' data:"));
      expect(policy).toMatch(/script-src 'self';/);
      expect(policy).not.toContain('unsafe');
    }
    expect(nonces.size).toBe(3);
  });

  it('and nothing else is there', async () => {
    for (const path of [
      '/api/docs/other',
      '/api/docs/redoc.LICENSE',
      '/api/docs/redoc.js.br',
      '/api/docs/page',
      '/api/docs/..%2fapi-docs.js',
    ]) {
      expect([path, await Person.visitor(url()).get(path)]).toMatchObject([
        path,
        { status: 404, body: { code: 'not_found' } },
      ]);
    }
  });
});
