import type { Message } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { Cluster, Person, startRedis, type TestRedis, until } from '@app/testing';
import { io } from 'socket.io-client-3';
import { edited, remove } from './changing';
import { type DemoEars, demoLogin, demoSocket, leaveAll } from './demo-client';

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
const login = (username: string, gateway = 0) => demoLogin(url(gateway), username);

describe("the demo's sockets", () => {
  const demoForm = { from: '1', date: 1_700_000_000, message: '', roomId: '0' };
  const say = (ears: DemoEars, message: string, roomId: string | number = '0') =>
    ears.socket.emit('message', { ...demoForm, message, roomId });

  it('are refused without a session', async () => {
    const socket = io(url(0), { forceNew: true, reconnection: false });
    const error = await new Promise<Error & { data?: unknown }>((resolve) => socket.on('connect_error', resolve));
    expect(error.message).toBe('unauthorized');
    expect(error.data).toEqual({ code: 'unauthorized', message: expect.any(String) });
    socket.disconnect();
  });

  it('connect by polling and go over to WebSocket', async () => {
    const pablo = await login('Pablo');
    const socket = io(pablo.url, { forceNew: true, extraHeaders: { cookie: pablo.cookie } });
    await until(() => socket.connected, 'connected');
    expect(socket.io.engine.id).toMatch(/^1\./);
    await until(() => socket.io.engine.transport.name === 'websocket', 'WebSocket');
    socket.disconnect();
  });

  it('hear messages of others and their own, with sender and time as the server has them', async () => {
    const [a, b] = [await demoSocket(await login('Pablo', 0)), await demoSocket(await login('Joe', 1))];
    say(b, 'I am not Pablo');
    for (const ears of [a, b]) {
      const message = await ears.hears('I am not Pablo');
      expect(message).toMatchObject({ from: '2', message: 'I am not Pablo', roomId: '0' });
      expect(Math.abs(message.date - Date.now() / 1000)).toBeLessThan(60);
    }
    say(a, 'to room number 0', 0);
    await Promise.all([a, b].map((ears) => ears.hears('to room number 0')));
    expect(a.texts()).toEqual(['I am not Pablo', 'to room number 0']);
    expect(b.texts()).toEqual(a.texts());
    const [stored] = await data.zrevrange(keys.room('0'), 0, 0, 'WITHSCORES');
    expect(JSON.parse(stored ?? '')).toMatchObject({ from: '1', message: 'to room number 0', roomId: '0' });
  });

  it('keep the order of a sender who does not wait', async () => {
    const [a, b] = [await demoSocket(await login('Pablo', 0)), await demoSocket(await login('Joe', 1))];
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    for (const line of lines) say(a, line);
    await Promise.all([a, b].map((ears) => ears.hears('line 29')));
    expect([a.texts(), b.texts()]).toEqual([lines, lines]);
  });

  it('are shown a private room with its first message, the others nothing', async () => {
    const [person, other] = [await login('First', 0), await login('Second', 1)];
    const [a, b, c] = [await demoSocket(person), await demoSocket(other), await demoSocket(await login('Mary', 1))];
    const { body: room } = await person.post('/room', { user1: person.id, user2: other.id });
    expect(room).toEqual({ id: `${person.id}:${other.id}`, names: ['First', 'Second'] });
    a.socket.emit('room.join', room.id);
    say(a, 'just us', room.id);
    await Promise.all([a, b].map((ears) => ears.hears('just us')));
    say(b, 'indeed', room.id);
    await Promise.all([a, b].map((ears) => ears.hears('indeed')));
    const told = b.heard.filter(({ event }) => event === 'show.room' || event === 'message');
    expect(told.map(({ event }) => event)).toEqual(['show.room', 'message', 'message']);
    expect(told[0]?.data).toEqual(room);
    say(a, 'to all');
    await c.hears('to all');
    expect(c.texts()).toEqual(['to all']);
    expect(c.of('show.room')).toEqual([]);
  });

  it('cannot speak or listen where they are no member', async () => {
    const [a, c] = [await demoSocket(await login('Pablo', 0)), await demoSocket(await login('Mary', 1))];
    c.socket.emit('room.join', '1:2');
    say(c, 'let me in', '1:2');
    say(a, 'private', '1:2');
    await a.hears('private');
    say(a, 'to all');
    await c.hears('to all');
    expect([a.texts('1:2'), c.texts()]).toEqual([['private'], ['to all']]);
  });

  it('hear who comes and goes on any gateway, but for themselves', async () => {
    const [pablo, joe] = [await login('Pablo', 0), await login('Joe', 1)];
    const a = await demoSocket(pablo);
    const b = await demoSocket(joe);
    expect(await a.next('user.connected')).toEqual({ id: '2', username: 'Joe', online: true });
    b.socket.disconnect();
    expect(await a.next('user.disconnected')).toEqual({ id: '2', username: 'Joe', online: false });
    const presence = a.heard.filter(({ event }) => event.startsWith('user.'));
    expect(presence.map(({ event, data: { id } }) => [event, id])).toEqual([
      ['user.connected', '2'],
      ['user.disconnected', '2'],
    ]);
    expect(b.of('user.connected')).toEqual([]);
  });

  it('are closed when the session is logged out', async () => {
    const person = await login('Alex', 0);
    const ears = await demoSocket(person.at(url(1)));
    await person.post('/logout');
    await until(() => !ears.socket.connected, 'closed');
  });
});

it('a demo client is told of no change, and loads what is there', async () => {
  const [pablo, mary] = [await Person.signIn(url(0), 'Pablo'), await Person.signIn(url(0), 'Mary')];
  const demo = await demoSocket(await login('Mary'));
  const a = await pablo.connect({ auth: { protocol: 1 } });
  const [one, two] = [await a.say('0', 'for the demo 1'), await a.say('0', 'for the demo 2')];
  await edited(a, one, 'for the demo, edited');
  await remove(a, two);
  const last = await a.say('0', 'for the demo 3');
  await demo.next('message', ({ message }: { message: string }) => message === last.message);
  expect(demo.of('changed')).toEqual([]);
  const answer = await mary.get('/room/0/messages?offset=0&size=3');
  expect(answer.body.map(({ message }: Message) => message)).toEqual(['for the demo 3', '', 'for the demo, edited']);
  const preload = await mary.get('/room/0/preload');
  expect(preload.body.messages.slice(0, 3).map(({ message }: Message) => message)).toEqual([
    ...['for the demo 3', '', 'for the demo, edited'],
  ]);
  for (const person of [pablo, mary]) person.leave();
});
