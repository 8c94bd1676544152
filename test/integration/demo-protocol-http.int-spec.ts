import { EventEmitter, once } from 'node:events';
import { get } from 'node:http';
import { keys, type Redis } from '@app/redis';
import { Json, StreamsServer } from '@app/streams';
import { Cluster, Person, startRedis, type TestRedis, until } from '@app/testing';
import { demoLogin, demoSocket, leaveAll } from './demo-client';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  cluster = await Cluster.start({
    redis,
    env: { PRESENCE_GRACE_MS: '100', PRESENCE_HEARTBEAT_MS: '100', PRESENCE_NEWS_MS: '1' },
  });
});
afterEach(async () => {
  leaveAll();
  await until(async () => (await data.scard(keys.onlineUsers)) === 0, 'everybody gone');
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

const url = (gateway: number) => cluster.gateway(gateway).url;
const visitor = (gateway = 0) => Person.visitor(url(gateway));
/** Resolves when an answer begins to come. */
const arrives = (address: string, cookie: string) =>
  new Promise<void>((resolve, reject) => {
    get(address, { headers: { cookie } }, (response) => {
      response.resume();
      resolve();
    }).on('error', reject);
  });
const textOf = ({ message }: { message: string }) => message;
/** Newest first, straight from Redis. */
const storedTexts = async (roomId: string) =>
  (await data.zrevrange(keys.room(roomId), 0, -1)).map((member) => textOf(JSON.parse(member)));
const login = (username: string, gateway = 0) => demoLogin(url(gateway), username);

describe('without a session', () => {
  it('GET /links gives links', async () => {
    const { status, body } = await visitor().get('/links');
    expect(status).toBe(200);
    expect(body).toEqual({ github: expect.stringMatching(/^https:/) });
  });

  it('GET /randomname gives a first name as text', async () => {
    const response = await fetch(`${url(0)}/randomname`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await response.text()).toMatch(/^\p{Lu}\p{Ll}+$/u);
  });

  it('GET /me is null', async () => {
    expect(await visitor().get('/me')).toEqual({ status: 200, body: null });
  });

  it('GET /room/0/preload gives General, newest first', async () => {
    const { status, body } = await visitor().get('/room/0/preload');
    expect(status).toBe(200);
    expect(body).toEqual({ id: '0', name: 'General', messages: expect.any(Array) });
    expect(body.messages.map(textOf)).toEqual((await storedTexts('0')).slice(0, 20));
    for (const message of body.messages) {
      expect(message).toMatchObject({ from: expect.any(String), date: expect.any(Number), roomId: '0' });
    }
  });

  it('GET /users gives users by id', async () => {
    const { status, body } = await visitor().get('/users?ids[]=1&ids[]=2');
    expect(status).toBe(200);
    expect(body).toEqual({
      1: { id: '1', username: 'Pablo', online: false },
      2: { id: '2', username: 'Joe', online: false },
    });
    expect(await visitor().get('/users?ids%5B%5D=4&ids%5B%5D=4')).toMatchObject({ body: { 4: { username: 'Alex' } } });
    expect(await visitor().get('/users?ids[]=999&ids[]=x&ids[]=')).toEqual({ status: 200, body: {} });
    expect(await visitor().get('/users')).toMatchObject({ status: 404 });
    expect(await visitor().get('/users?ids=1')).toMatchObject({ status: 404 });
  });

  it.each([
    ['POST', '/logout'],
    ['POST', '/room'],
    ['GET', '/room/0/messages?offset=0&size=15'],
    ['GET', '/users/online'],
    ['GET', '/rooms/1'],
  ])('%s %s is 403', async (method, path) => {
    expect(await visitor().request(method, path)).toMatchObject({ status: 403 });
  });

  it('nobody is given a cookie', async () => {
    const person = visitor();
    for (const path of ['/links', '/me', '/room/0/preload', '/users?ids[]=1', '/rooms/1']) await person.get(path);
    expect(person.cookie).toBe('');
    expect(await data.keys('sess:*')).toEqual([]);
  });
});

describe('POST /login', () => {
  it('signs a known name in with its password', async () => {
    const person = visitor();
    const answer = await person.post('/login', { username: 'Pablo', password: 'password123' });
    expect(answer).toEqual({ status: 200, body: { id: '1', username: 'Pablo' } });
    expect(await person.at(url(1)).get('/me')).toEqual({ status: 200, body: { id: '1', username: 'Pablo' } });
  });

  it('refuses a wrong password with 404', async () => {
    const person = visitor();
    const answer = await person.post('/login', { username: 'Pablo', password: 'password124' });
    expect(answer).toEqual({ status: 404, body: { message: 'Invalid username or password' } });
    expect(await person.get('/me')).toEqual({ status: 200, body: null });
  });

  it('registers an unknown name, once', async () => {
    const person = visitor();
    const answer = await person.post('/login', { username: 'Newcomer', password: 'x' });
    expect(answer).toEqual({ status: 201, body: { id: expect.stringMatching(/^\d+$/), username: 'Newcomer' } });
    expect(await person.get('/me')).toEqual({ status: 200, body: answer.body });
    const again = await visitor(1).post('/login', { username: 'Newcomer', password: 'x' });
    expect(again).toEqual({ status: 200, body: answer.body });
    expect(await visitor(1).post('/login', { username: 'Newcomer', password: 'y' })).toMatchObject({ status: 404 });
    expect(await data.get(keys.username('Newcomer'))).toBe(`user:${answer.body.id}`);
    await until(async () => (await data.sismember(keys.userRooms(answer.body.id), '0')) === 1, 'General in the list');
  });
});

describe('signed in', () => {
  let pablo: Person;
  let joe: Person;
  beforeAll(async () => {
    pablo = await login('Pablo', 0);
    joe = await login('Joe', 1);
  });

  it('POST /logout ends the session', async () => {
    const person = await login('Mary');
    expect((await person.post('/logout')).status).toBe(200);
    expect(await person.get('/me')).toEqual({ status: 200, body: null });
    expect((await person.post('/logout')).status).toBe(403);
  });

  it('POST /room opens the private room of two', async () => {
    const room = { id: '1:2', names: ['Pablo', 'Joe'] };
    expect(await pablo.post('/room', { user1: '1', user2: '2' })).toEqual({ status: 201, body: room });
    expect(await joe.post('/room', { user1: 2, user2: 1 })).toEqual({ status: 201, body: room });
  });

  it.each([
    [{}, 400],
    [{ user1: '1' }, 400],
    [{ user1: '1', user2: '1' }, 400],
    [{ user1: 1, user2: '1' }, 400],
    [{ user1: '1', user2: 'Joe' }, 400],
    [{ user1: '1', user2: '02' }, 400],
    [{ user1: '1', user2: null }, 400],
    [{ user1: ['1'], user2: '2' }, 400],
    [[1, 2], 400],
    [{ user1: '2', user2: '3' }, 403],
    [{ user1: '1', user2: '999' }, 404],
  ])('POST /room with %j is %d', async (body, status) => {
    expect(await pablo.post('/room', body)).toMatchObject({ status });
    expect(await data.exists(keys.userRooms('999'))).toBe(0);
  });

  it('GET /room/:id/messages gives pages, newest first', async () => {
    const texts = async (path: string) => (await pablo.get(path)).body.map(textOf);
    const all = await storedTexts('0');
    expect(await texts('/room/0/messages?offset=0&size=15')).toEqual(all.slice(0, 15));
    expect(await texts('/room/0/messages?offset=1&size=2')).toEqual(all.slice(1, 3));
    expect(await texts('/room/0/messages')).toEqual(all.slice(0, 50));
    expect(await texts(`/room/0/messages?offset=${all.length}&size=5`)).toEqual([]);
    expect(await texts('/room/1:2/messages?offset=0&size=15')).toEqual(await storedTexts('1:2'));
    expect(await texts('/room/1:999/messages?offset=0&size=15')).toEqual([]);
  });

  it('GET /room/:id/messages is answered in the order asked, however long the earlier one takes', async () => {
    for (const replica of cluster.workers.splice(0)) {
      if (replica.name === 'messages') await replica.end();
      else cluster.workers.push(replica);
    }
    const slow = new StreamsServer({ service: 'messages', endpoint: redis.endpoint });
    const told = new EventEmitter();
    const held = once(told, 'first');
    const handled: number[] = [];
    slow.addHandler('messages.slice', async ({ size }: { size: number }) => {
      if (size === 1) await held;
      handled.push(size);
      return new Json('{"messages":[]}');
    });
    slow.listen(() => undefined);
    try {
      const answered: number[] = [];
      const ask = (size: number, person: Person) =>
        arrives(`${url(0)}/room/0/messages?size=${size}`, person.cookie).then(() => answered.push(size));
      const answers = [ask(1, pablo)];
      await until(async () => (await data.xlen(keys.work('messages'))) > 0, 'the first one handed over');
      for (const size of [2, 3]) {
        answers.push(ask(size, pablo));
        await until(() => handled.includes(size), 'a later one done');
      }
      // Whoever else asks waits for nobody.
      await ask(4, await login('Pablo'));
      expect(answered).toEqual([4]);
      told.emit('first');
      await Promise.all(answers);
      expect(answered).toEqual([4, 1, 2, 3]);
    } finally {
      told.emit('first');
      await slow.close();
      cluster.workers.push(await cluster.spawn('messages'));
    }
  });

  it.each([
    ['/room/2:3/messages', 403],
    ['/room/7/messages', 403],
    ['/room/2:1/messages', 400],
    ['/room/01:2/messages', 400],
    ['/room/general/messages', 400],
    ['/room/0/messages?offset=-1', 400],
    ['/room/0/messages?offset=x', 400],
    ['/room/0/messages?size=0', 400],
    ['/room/0/messages?offset=1e400', 400],
    ['/room/0/messages?offset=9007199254740991&size=1000000000', 200],
  ])('GET %s is %d', async (path, status) => {
    expect(await pablo.get(path)).toMatchObject({ status });
  });

  it('GET /users/online gives who is, by id, and who asks before his socket is there', async () => {
    await demoSocket(joe);
    await until(async () => (await data.scard(keys.onlineUsers)) === 1, 'Joe online');
    const itself = { 2: { id: '2', username: 'Joe', online: true } };
    expect(await joe.get('/users/online')).toEqual({ status: 200, body: itself });
    const online = { 1: { id: '1', username: 'Pablo', online: true }, ...itself };
    expect(await pablo.get('/users/online')).toEqual({ status: 200, body: online });
    expect(await visitor().get('/users?ids[]=1&ids[]=2')).toMatchObject({
      body: { 1: { online: false }, 2: { online: true } },
    });
  });

  it('GET /rooms/:userId gives the own rooms, private ones once they have a message', async () => {
    const person = await login('Listed', 0);
    const general = { id: '0', names: ['General'] };
    expect(await person.get(`/rooms/${person.id}`)).toEqual({ status: 200, body: [general] });
    const { body: room } = await person.post('/room', { user1: person.id, user2: '1' });
    expect(await person.get(`/rooms/${person.id}`)).toEqual({ status: 200, body: [general] });
    const ears = await demoSocket(person);
    ears.socket.emit('message', { from: person.id, date: 1, message: 'now it is there', roomId: room.id });
    await ears.hears('now it is there');
    expect(await person.get(`/rooms/${person.id}`)).toEqual({ status: 200, body: [general, room] });
    const rooms = (await pablo.get('/rooms/1')).body;
    expect(rooms).toContainEqual({ id: '1:2', names: ['Pablo', 'Joe'] });
    expect(rooms).toContainEqual(room);
  });

  it("GET /rooms/:userId is 403 for somebody else's, 400 with a malformed id in it", async () => {
    expect(await pablo.get('/rooms/2')).toMatchObject({ status: 403 });
    expect(await pablo.get('/rooms/x')).toMatchObject({ status: 403 });
    const person = await login('Malformed');
    await data.sadd(keys.userRooms(person.id), `${person.id}:1:2`);
    expect(await person.get(`/rooms/${person.id}`)).toMatchObject({ status: 400 });
  });
});
