import { channelsOf, keys, type Redis } from '@app/redis';
import { Cluster, type Ears, Person, startRedis, type TestRedis, until } from '@app/testing';
import { demoLogin, demoSocket, leaveAll } from './demo-client';
import { fillAsDemo } from './demo-database';

/** A server of the demo, as the others see it: what it writes and publishes. */
class DemoServer {
  constructor(private readonly serverId: string | number) {}

  publish(type: string, body: unknown): Promise<number> {
    return data.publish(channelsOf(data).messages, JSON.stringify({ serverId: this.serverId, type, data: body }));
  }

  async say(roomId: string, message: Record<string, unknown>): Promise<void> {
    await data.zadd(keys.room(roomId), String(message.date ?? message.Date), JSON.stringify(message));
    await this.publish('message', message);
  }

  async connect(id: string, username: string): Promise<void> {
    await data.sadd(keys.onlineUsers, id);
    await this.publish('user.connected', { id, username, online: true });
  }

  /** @param type older servers say `disconnect` */
  async disconnect(id: string, username: string, type = 'user.disconnected'): Promise<void> {
    await data.srem(keys.onlineUsers, id);
    await this.publish(type, { id, username, online: false });
  }
}

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
let published: { serverId: unknown; type: string; data: Record<string, unknown> }[] = [];
const server = new DemoServer('demo-server');

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  await fillAsDemo(data);
  cluster = await Cluster.start({
    redis,
    env: { PRESENCE_GRACE_MS: '100', PRESENCE_HEARTBEAT_MS: '100', PRESENCE_NEWS_MS: '1' },
  });
  const subscriber = await redis.connect('subscriber');
  await subscriber.subscribe(channelsOf(data).messages);
  subscriber.on('message', (_channel, payload) => published.push(JSON.parse(payload)));
});
const people: Person[] = [];
beforeEach(() => {
  published = [];
});
afterEach(async () => {
  leaveAll();
  for (const person of people.splice(0)) person.leave();
  await until(async () => (await data.scard(keys.onlineUsers)) === 0, 'everybody gone');
  // Redis answers before it has told all subscribers: who left is not to be heard in the next test.
  await server.publish('end', {});
  await until(() => published.some(({ type }) => type === 'end'), 'all news of this test');
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

const signIn = (username: string, gateway: number) => demoLogin(cluster.gateway(gateway).url, username);
const hear = async (username: string, gateway: number): Promise<Ears> => {
  const person = await signIn(username, gateway);
  people.push(person);
  return person.connect();
};
/** Waits until somebody's list has a room. */
const lists = (person: Person, roomId: string) =>
  until(
    async () => (await person.get('/api/rooms')).body.rooms.some(({ id }: { id: string }) => id === roomId),
    `${roomId} in the list`,
  );
const now = () => Math.floor(Date.now() / 1000);

describe('what a server of the demo says', () => {
  it.each([
    ['demo-server', 'with a text id', { from: '4', date: now(), message: 'with a text id', roomId: '0' }],
    [4132, 'with numbers', { from: 4, date: now() + 0.5, message: 'with numbers', roomId: 0 }],
    ['demo-server', 'in capitals', { From: '4', Date: now(), Message: 'in capitals', RoomId: '0' }],
  ])('is heard on both gateways, and stays readable (%j, %s)', async (serverId, text, message) => {
    const ours = [await hear('Pablo', 0), await hear('Joe', 1)];
    const demos = await demoSocket(await signIn('Mary', 1));
    await new DemoServer(serverId).say('0', message);
    for (const ears of [...ours, demos]) {
      expect(await ears.hears(text)).toMatchObject({ from: '4', roomId: '0', date: Object.values(message)[1] });
    }
    const page = await people[0]?.get('/api/rooms/0/messages?limit=10');
    expect(page?.body.messages).toContainEqual(await demos.hears(text));
  });

  it('of a private room is heard by its two alone', async () => {
    const [a, b, c] = [await hear('Pablo', 0), await hear('Joe', 1), await hear('Mary', 1)];
    await server.publish('show.room', { id: '1:2', names: [['Pablo'], ['Joe']] });
    await server.say('1:2', { from: '2', date: now(), message: 'psst', roomId: '1:2' });
    await server.say('0', { from: '2', date: now(), message: 'to all', roomId: '0' });
    await Promise.all([a, b, c].map((ears) => ears.hears('to all')));
    for (const ears of [a, b]) {
      expect(ears.texts()).toEqual(['psst', 'to all']);
      expect(ears.of('show.room')).toEqual([{ id: '1:2', names: ['Pablo', 'Joe'] }]);
    }
    expect([c.texts(), c.of('show.room')]).toEqual([['to all'], []]);
  });

  it('in a private room that it put into no list is found by those who were away', async () => {
    const [mary, alex] = [await signIn('Mary', 0), await signIn('Alex', 1)];
    await server.say('3:4', { from: '3', date: now(), message: 'are you there?', roomId: '3:4' });
    for (const person of [mary, alex]) await lists(person, '3:4');
  });

  it('unheard in a private room is found by both once one of them answers', async () => {
    const [joe, alex] = [await signIn('Joe', 0), await signIn('Alex', 1)];
    await data.zadd(
      keys.room('2:4'),
      now(),
      JSON.stringify({ from: '2', date: now(), message: 'psst', roomId: '2:4' }),
    );
    expect((await alex.post('/api/rooms/2:4/messages', { message: 'yes?' })).status).toBe(201);
    for (const person of [joe, alex]) await lists(person, '2:4');
  });

  it('of people that there are not, or of messages that there are not, is put into no list', async () => {
    await server.say('3:999', { from: '3', date: now(), message: 'nobody', roomId: '3:999' });
    await server.publish('message', { from: '1', date: now(), message: 'never stored', roomId: '1:4' });
    const [mary, alex] = [await signIn('Mary', 0), await signIn('Alex', 1)];
    await server.say('3:4', { from: '3', date: now(), message: 'after them', roomId: '3:4' });
    await lists(mary, '3:4');
    await until(async () => (await data.xlen(keys.events('rooms'))) === 0, 'no event to be left');
    expect(await data.sismember(keys.userRooms(mary.id), '3:999')).toBe(0);
    expect(await data.sismember(keys.userRooms(alex.id), '1:4')).toBe(0);
  });

  it.each(['user.disconnected', 'disconnect'])('of who comes and goes is heard by all (%s)', async (gone) => {
    const [a, b] = [await demoSocket(await signIn('Pablo', 0)), await demoSocket(await signIn('Joe', 1))];
    await server.connect('4', 'Alex');
    for (const ears of [a, b]) {
      expect(await ears.next('user.connected', ({ id }) => id === '4')).toEqual({
        id: '4',
        username: 'Alex',
        online: true,
      });
    }
    expect((await (await signIn('Mary', 0)).get('/users/online')).body).toMatchObject({ 4: { online: true } });
    await server.disconnect('4', 'Alex', gone);
    for (const ears of [a, b]) {
      expect(await ears.next('user.disconnected')).toEqual({ id: '4', username: 'Alex', online: false });
    }
  });

  it('of somebody who is connected here, that he is gone, is not believed', async () => {
    const [a, b] = [await demoSocket(await signIn('Pablo', 0)), await hear('Joe', 0)];
    await a.next('user.connected', ({ id }) => id === '2');
    await server.disconnect('2', 'Joe');
    await until(async () => (await data.sismember(keys.onlineUsers, '2')) === 1, 'Joe online again');
    await server.say('0', { from: 4, date: now(), message: 'after it', roomId: 0 });
    await Promise.all([a, b].map((ears) => ears.hears('after it')));
    expect([...a.of('user.disconnected'), ...b.of('user.disconnected')]).toEqual([]);
  });

  it('is ignored with FOREIGN_SERVERS off', async () => {
    const deaf = await cluster.spawn('gateway', { FOREIGN_SERVERS: 'false', GATEWAY_ID: 'gateway-3' });
    const pablo = await signIn('Pablo', 0);
    people.push(pablo);
    const [a, b] = [await demoSocket(pablo.at(deaf.url)), await pablo.connect()];
    await server.say('0', { from: 4, date: now(), message: 'foreign', roomId: '0' });
    await server.publish('show.room', { id: '1:2', names: ['Pablo', 'Joe'] });
    await server.connect('4', 'Alex');
    await b.hears('foreign');
    await b.say('0', 'ours');
    await a.hears('ours');
    expect(a.texts()).toEqual(['ours']);
    expect([...a.of('show.room'), ...a.of('user.connected')]).toEqual([]);
    await server.disconnect('4', 'Alex');
    await deaf.end();
  });
});

describe('what a server of the demo can relay of ours', () => {
  it('is its four types with its fields, in the order they happened', async () => {
    const [ann, joe] = [await signIn('Ann', 0), await signIn('Joe', 1)];
    people.push(ann);
    const ears = await ann.connect();
    await ears.say('0', 'Hello "all" <b>');
    await joe.post('/room', { user1: joe.id, user2: ann.id });
    await ears.say(`2:${ann.id}`, 'Hello Joe');
    await ann.get('/api/rooms');
    await ears.call('sync', { positions: [{ roomId: '0', seq: 0, id: '' }] });
    ears.socket.disconnect();
    await until(() => published.some(({ type }) => type === 'user.disconnected'), 'user.disconnected');
    const user = { id: ann.id, username: 'Ann' };
    const time = expect.any(Number);
    expect(published).toMatchObject([
      { type: 'user.connected', data: { ...user, online: true } },
      { type: 'message', data: { from: ann.id, date: time, message: 'Hello "all" <b>', roomId: '0' } },
      { type: 'show.room', data: { id: `2:${ann.id}`, names: ['Joe', 'Ann'] } },
      { type: 'message', data: { from: ann.id, date: time, message: 'Hello Joe', roomId: `2:${ann.id}` } },
      { type: 'user.disconnected', data: { ...user, online: false } },
    ]);
    for (const { serverId } of published) expect(serverId).toEqual(expect.any(String));
  });

  it('is nothing about signing out and what else servers of ours tell each other', async () => {
    const ann = await signIn('Ann', 0);
    await demoSocket(ann.at(cluster.gateway(1).url));
    await ann.post('/logout');
    await until(() => published.some(({ type }) => type === 'user.disconnected'), 'user.disconnected');
    expect(published.map(({ type }) => type)).toEqual(['user.connected', 'user.disconnected']);
  });

  it('is in Redis as it would write it', async () => {
    const ears = await hear('Pablo', 0);
    const { date } = await ears.say('0', 'as stored');
    const [member, score] = await data.zrevrange(keys.room('0'), 0, 0, 'WITHSCORES');
    expect(JSON.parse(member ?? '')).toMatchObject({ from: '1', date, message: 'as stored', roomId: '0' });
    expect(Number(score)).toBe(date);
  });
});
