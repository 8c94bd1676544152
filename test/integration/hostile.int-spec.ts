import { type Message, pageSchema } from '@app/contracts';
import { channelsOf, keys, type Redis } from '@app/redis';
import { Cluster, type Ears, Person, startRedis, type TestRedis, until } from '@app/testing';
import { EDITS, MESSAGE_IDS, PACKETS, READS, ROOM_IDS, SENDS, TYPINGS } from './hostile/calls';
import { news } from './hostile/news';
import { BODIES, PATHS } from './hostile/requests';

const USERNAME = 'Quittenmus';
const PASSWORD = 'Holundersaft';
/** Part of every text that is sent here. */
const TEXT = 'Mirabelle';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
let person: Person;
let ears: Ears;
let elsewhere: Ears;
let drops = 0;

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  cluster = await Cluster.start({ redis, env: { LOG_LEVEL: 'debug' } });
  person = await Person.register(cluster.gateway(0).url, USERNAME, PASSWORD);
  ears = await person.connect();
  elsewhere = await person.at(cluster.gateway(1).url).connect();
  for (const { socket } of [ears, elsewhere]) socket.on('disconnect', () => drops++);
});
afterAll(async () => {
  person?.leave();
  await cluster?.stop();
  await redis?.stop();
});

/** Sends until it is stored, as a client does whose call was lost, and waits until all sockets heard it. */
async function everybodyHears(what: string): Promise<void> {
  const message = { roomId: '0', message: `${TEXT} ${what}`, clientId: `hostile-${what.replaceAll(' ', '-')}` };
  await until(async () => (await ears.call('message', message)).ok, `${what} stored`);
  await Promise.all([ears, elsewhere].map((socket) => socket.hears(message.message)));
}

let count = 0;
/** Every process lives, every socket is still open and hears, and no log says anything private. */
afterEach(async () => {
  expect(drops).toBe(0);
  await everybodyHears(`number ${++count}`);
  for (const { isRunning, logs } of [...cluster.gateways, ...cluster.workers]) {
    expect(isRunning).toBe(true);
    for (const secret of [USERNAME, PASSWORD, TEXT, ...sessionIds()]) expect(logs).not.toContain(secret);
  }
});

/** What is in the cookie, with its signature and without. */
function sessionIds(): string[] {
  return [decodeURIComponent(person.cookie.slice(person.cookie.indexOf('=') + 1)).slice(2), person.sessionId];
}

const typed = { code: expect.stringMatching(/^[a-z_]+$/), message: expect.any(String) };

describe('a hostile socket call', () => {
  it.each(SENDS)('message with %s is invalid', async (_what, args) => {
    expect(await ears.call('message', ...args(TEXT))).toEqual({ ok: false, error: { ...typed, code: 'invalid' } });
  });

  it.each(ROOM_IDS)('to room %j is invalid', async (roomId) => {
    const invalid = { ok: false, error: { ...typed, code: 'invalid' } };
    const message = { roomId, message: TEXT, clientId: 'hostile-client-id' };
    expect(await ears.call('message', message)).toEqual(invalid);
    expect(await ears.call('message', { ...message, clientId: undefined, from: 1, date: 1 })).toEqual(invalid);
    expect(await ears.call('room.join', roomId)).toEqual(invalid);
    expect(await ears.call('sync', { positions: [{ roomId, seq: 0, id: '' }] })).toEqual(invalid);
    expect(await ears.call('room.read', { roomId, seq: 1 })).toEqual(invalid);
    expect(await ears.call('typing', { roomId })).toEqual(invalid);
  });

  it.each([undefined, null, 7, [], {}, { positions: 7 }, { positions: [null] }, { positions: [], epoch: 7 }])(
    'sync with %j is invalid',
    async (body) => {
      expect(await ears.call('sync', body)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    },
  );

  it.each(READS)('room.read with %j is invalid', async (body) => {
    expect(await ears.call('room.read', body)).toEqual({ ok: false, error: { ...typed, code: 'invalid' } });
    const { status } = await person.request('PUT', '/api/rooms/0/read', JSON.stringify(body) ?? '');
    expect(status).toBe(400);
  });

  it.each(TYPINGS)('typing with %j is invalid', async (body) => {
    expect(await ears.call('typing', body)).toEqual({ ok: false, error: { ...typed, code: 'invalid' } });
  });

  it('without an acknowledgement, or of an unknown event, is harmless', async () => {
    for (const event of [
      'message',
      'message.edit',
      'message.delete',
      'room.join',
      'room.read',
      'sync',
      'typing',
      'error',
      'hello',
      'session.ended',
      '__proto__',
      'toString',
    ]) {
      for (const body of [undefined, null, 7, {}, [], 'x', Buffer.from('x')]) ears.socket.emit(event, body);
      ears.socket.emit(event);
    }
  });

  it.each(PACKETS)('packet %j harms its own connection at most', async (packet) => {
    const address = `${cluster.gateway(0).url}/socket.io/?EIO=4&transport=polling`;
    const headers = { cookie: person.cookie, 'content-type': 'text/plain;charset=UTF-8' };
    const opened = await (await fetch(address, { headers })).text();
    const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
    const post = (body: string) => fetch(`${address}&sid=${sid}`, { method: 'POST', headers, body });
    await post('40');
    expect((await post(packet)).status).toBeLessThan(500);
    await post('1');
  });

  it.each(['EIO=99&transport=polling', 'EIO=4&transport=x', 'EIO=4&transport=polling&sid=x', 'transport[]=', ''])(
    'handshake %j is refused',
    async (query) => {
      const response = await fetch(`${cluster.gateway(0).url}/socket.io/?${query}`, {
        headers: { cookie: person.cookie },
      });
      expect(response.status).toBe(400);
    },
  );
});

describe('a hostile change', () => {
  const typedAs = (code: string) => ({ ok: false, error: { ...typed, code } });
  let own: Message;
  let others: Message;
  let elsewheres: Message;
  beforeAll(async () => {
    own = await ears.say('0', `${TEXT} of one's own`);
    const stranger = await Person.register(cluster.gateway(0).url, 'Somebody else');
    const post = async (roomId: string, message: string): Promise<Message> =>
      (await stranger.post(`/api/rooms/${roomId}/messages`, { message, clientId: `hostile-room-${roomId.length}` }))
        .body.message;
    others = await post('0', `${TEXT} of somebody else`);
    elsewheres = await post(`1:${stranger.id}`, `${TEXT} in a room of others`);
  });
  afterEach(async () => {
    // Whatever was tried, all is as it was.
    expect((await person.get(`/api/messages/${own.id}`)).body).toEqual({ message: own });
    expect((await person.get(`/api/messages/${others.id}`)).body).toEqual({ message: others });
  });

  /** The same over a socket and HTTP. @returns both codes */
  const edit = async (id: string, more: object = {}) => {
    const body = { message: TEXT, ifRev: 1, ...more };
    const call = await ears.call('message.edit', { id, ...body });
    const { body: answer } = await person.request(
      'PATCH',
      `/api/messages/${encodeURIComponent(id)}`,
      JSON.stringify(body),
    );
    return [call.ok || call.error.code, answer.code];
  };
  const remove = async (id: string) => {
    const call = await ears.call('message.delete', { id });
    const { body: answer } = await person.request('DELETE', `/api/messages/${encodeURIComponent(id)}`);
    return [call.ok || call.error.code, answer.code];
  };

  it.each(EDITS)('message.edit with %s is invalid', async (_what, args) => {
    const given = args(own.id, TEXT);
    expect(await ears.call('message.edit', ...given)).toEqual(typedAs('invalid'));
    const { id: _, ...body } = (given[0] ?? {}) as { id?: string };
    const text = JSON.stringify(typeof given[0] === 'object' && !Array.isArray(given[0]) ? body : given[0]) ?? '';
    const isWhole = _what === 'no id';
    const answer = await person.request('PATCH', `/api/messages/${own.id}`, isWhole ? `[${text}]` : text);
    expect([400, 413]).toContain(answer.status);
    expect(answer.body).toEqual({ ...typed, code: 'invalid' });
  });

  it.each(MESSAGE_IDS)('of a message called %s is refused', async (_what, of) => {
    const id = of(own.id);
    for (const [event, more] of [
      ['message.edit', { message: TEXT, ifRev: 1 }],
      ['message.delete', {}],
    ] as const) {
      const answer = await ears.call(event, { id, ...more });
      expect(answer).toEqual({ ok: false, error: { ...typed, code: expect.stringMatching(/^(invalid|not_found)$/) } });
    }
    if (typeof id !== 'string') return;
    const path = `/api/messages/${encodeURIComponent(id).slice(0, 8000)}`;
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? JSON.stringify({ message: TEXT, ifRev: 1 }) : undefined;
      const { status } = await person.request(method, path, body);
      expect([400, 404, 405]).toContain(status);
    }
  });

  it("of somebody else's message is forbidden, of one in another's room or nowhere not found", async () => {
    const [room = '', seq = '', date = ''] = own.id.split('-');
    expect(await edit(others.id, { ifRev: others.seq })).toEqual(['forbidden', 'forbidden']);
    expect(await remove(others.id)).toEqual(['forbidden', 'forbidden']);
    const nowhere = [
      elsewheres.id,
      // Another's place, an own date; an own place, another's date; a room that there is not; what is not there yet.
      `${room}-${others.seq}-${date}`,
      `${room}-${seq}-${others.id.split('-')[2]}`,
      `777-${seq}-${date}`,
      `${room}-999999-${date}`,
      own.id.replace(/^[^-]*/, elsewheres.roomId),
    ];
    for (const id of nowhere) {
      expect([id, await edit(id)]).toEqual([id, ['not_found', 'not_found']]);
      expect([id, await remove(id)]).toEqual([id, ['not_found', 'not_found']]);
      expect((await person.get(`/api/messages/${id}`)).status).toBe(404);
    }
    expect(await edit('x1600000000-abc')).toEqual(['forbidden', 'forbidden']);
  });

  it('of which many come at once is done once', async () => {
    const one = await ears.say('0', `${TEXT} to be changed`);
    const ifRev = one.rev ?? one.seq;
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, i) => ears.call('message.edit', { id: one.id, message: `${TEXT} ${i}`, ifRev })),
    );
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.error.code));
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
    // Past what may wait for its turn on a socket.
    expect(new Set(codes)).toEqual(new Set(['ok', 'conflict', 'overloaded']));
    const deletions = await Promise.all(Array.from({ length: 50 }, () => ears.call('message.delete', { id: one.id })));
    expect(new Set(deletions.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await edit(one.id)).toEqual(['not_found', 'not_found']);
  });
});

describe('a hostile request', () => {
  const ROUTES = ['/login', '/api/session', '/api/users', '/room', '/api/rooms', '/api/rooms/0/messages', '/api/sync'];

  it.each(BODIES)('with %s is refused, typed', async (_what, status, body, headers) => {
    const limited = person.at(person.url);
    for (const route of ROUTES) {
      const answer = await limited.post(route, body(PASSWORD), headers);
      expect([route, answer]).toEqual([route, { status, body: { ...typed, code: 'invalid' } }]);
      expect(answer.body.message).not.toContain(PASSWORD);
    }
    expect(limited.cookie).toBe(person.cookie);
  });

  it.each(PATHS)('GET %s is %d', async (path, status) => {
    const answer = await person.get(path);
    expect(answer.status).toBe(status);
    if (status >= 400) expect(answer.body).toEqual(typed);
  });
});

describe('hostile news', () => {
  it('is relayed to nobody and leaves nothing behind', async () => {
    const [heard, heardElsewhere] = [ears.heard.length, elsewhere.heard.length];
    const channels = channelsOf(data);
    for (const payload of news(person.id, TEXT)) {
      await data.publish(channels.messages, payload);
      await data.publish(channels.news, payload);
    }
    await everybodyHears('after bad news');
    expect(ears.heard.slice(heard)).toHaveLength(1);
    expect(elsewhere.heard.slice(heardElsewhere)).toHaveLength(1);
    // What they remember of it is asked for now.
    await data.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await everybodyHears('after a silence');
    expect(ears.heard.slice(heard)).toHaveLength(2);
    expect(elsewhere.heard.slice(heardElsewhere)).toHaveLength(2);
  });
});

describe('hostile data of a demo server', () => {
  it('among those online is passed over', async () => {
    await data.sadd(keys.onlineUsers, '', 'x', '0', '999', '1:rooms', '[object Object]', '__proto__', 'x'.repeat(5000));
    const online = (await person.get('/users/online')).body;
    expect(Object.keys(online)).toEqual([person.id]);
    expect((await person.get('/api/users/online')).body.users).toHaveLength(1);
    await data.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  });

  it('in place of a session is no session, until the right one is back', async () => {
    const key = keys.session(sessionIds()[1] ?? '');
    await data.rename(key, 'kept');
    await data.hset(key, 'username', USERNAME);
    const answer = await person.get('/api/session');
    await data.rename('kept', key);
    expect(answer).toEqual({ status: 200, body: { user: null } });
    expect((await person.get('/api/session')).body.user.id).toBe(person.id);
  });

  it('in a history is passed over', async () => {
    const odd = '{"from":1,"date":{"valueOf":1,"toString":1},"message":"readable","roomId":{"toString":1}}';
    const members = ['', 'null', '7', '[]', '{}', '{"from":{},"message":1}', '{"from":1,"message":null}', '{"seq":1}'];
    for (const member of [...members, odd]) await data.zadd(keys.room('0'), 'inf', member);
    for (const path of ['/room/0/messages?offset=0&size=2', '/room/0/preload', '/api/rooms/0/messages', '/api/rooms']) {
      expect(await person.get(path)).toMatchObject({ status: 200 });
    }
    const page = (await person.get('/api/rooms/0/messages')).body;
    expect(pageSchema.parse(page).messages.at(-1)).toMatchObject({ message: 'readable' });
    await data.zremrangebyscore(keys.room('0'), 'inf', 'inf');
  });

  it('in a list of rooms is passed over', async () => {
    await data.sadd(keys.userRooms(person.id), '', 'x', '1:2', '2:1', '0:1', '__proto__', '*', '7', 'x'.repeat(5000));
    expect((await person.get('/api/rooms')).body.rooms).toMatchObject([{ id: '0' }]);
    expect(await person.get(`/rooms/${person.id}`)).toMatchObject({ status: 400, body: typed });
    const tab = await person.at(cluster.gateway(1).url).connect();
    tab.socket.disconnect();
    await until(async () => (await data.hlen(keys.onlineUser(person.id))) === 2, 'the tab gone');
  });
});
