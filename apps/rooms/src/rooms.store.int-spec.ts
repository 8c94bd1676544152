import { type NewsEnvelope, newsEnvelopeSchema } from '@app/contracts';
import { channelsOf, keys, type Redis } from '@app/redis';
import { heardAll, startRedis, type TestRedis, until } from '@app/testing';
import { MembersStore } from './members.store';
import { compareRooms, RoomsStore } from './rooms.store';
import { Telling } from './telling';

const ANN = { id: '1', username: 'Ann' };
const BOB = { id: '2', username: 'Bob' };

let server: TestRedis;
let redis: Redis;
let store: RoomsStore;

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect('commands');
  store = new RoomsStore(redis);
});
afterAll(() => server?.stop());
beforeEach(() => redis.flushall());

describe('a list of rooms', () => {
  it('has General, before and after it was written', async () => {
    expect(await store.membership('1')).toEqual({ userId: '1', version: 0, roomIds: ['0'], malformed: false });
    await store.addToLists('0', ['1']);
    expect(await store.membership('1')).toMatchObject({ roomIds: ['0'] });
    expect(await redis.smembers('user:1:rooms')).toEqual(['0']);
  });

  it('gets a direct room for both users, and a higher version when it changed', async () => {
    await store.addToLists('1:2', ['1', '2']);
    for (const id of ['1', '2']) {
      expect(await store.membership(id)).toEqual({ userId: id, version: 1, roomIds: ['0', '1:2'], malformed: false });
      expect(await redis.smembers(`user:${id}:rooms`)).toEqual(['1:2']);
    }
    await store.addToLists('1:2', ['1', '2']);
    expect((await store.membership('1')).version).toBe(1);
    await store.addToLists('1:3', ['1', '3']);
    expect([(await store.membership('1')).version, (await store.membership('2')).version]).toEqual([2, 1]);
  });

  it('has a named room while the members hash has the user', async () => {
    await redis.sadd(keys.userRooms('1'), '7', '8');
    await redis.hset(keys.roomMembers('7'), '1', 'member');
    expect((await store.membership('1')).roomIds).toEqual(['0', '7']);
    await redis.hdel(keys.roomMembers('7'), '1');
    expect((await store.membership('1')).roomIds).toEqual(['0']);
  });

  it("leaves out what is no room, and others' direct rooms, and says when something is malformed", async () => {
    await redis.sadd(keys.userRooms('1'), '0', '1:2', '2:3');
    expect(await store.membership('1')).toMatchObject({ roomIds: ['0', '1:2'], malformed: false });
    for (const odd of ['', 'x', '2:1', '1:2:3', '1:', '__proto__', '*']) {
      await redis.sadd(keys.userRooms('1'), odd);
      expect(await store.membership('1')).toMatchObject({ roomIds: ['0', '1:2'], malformed: true });
      await redis.srem(keys.userRooms('1'), odd);
    }
  });
});

it('what was said by way of ours is known by the head of a history', async () => {
  await redis.hset(keys.roomHead('1:2'), 'seq', '1');
  await redis.hset(keys.roomHead('1:3'), 'rev', '1');
  await redis.zadd(keys.room('1:4'), 1, '{"from":"4","message":"of a demo server"}');
  expect(await store.withHead(['1:2', '1:3', '1:4', '1:5'])).toEqual(['1:2']);
  expect(await store.withHead([])).toEqual([]);
});

it('rooms are listed named ones first, by number', () => {
  const inOrder = ['0', '7', '12', '1:2', '1:10', '2:3', '10:11'];
  expect(inOrder.toReversed().sort(compareRooms)).toEqual(inOrder);
});

describe.each([
  ['at once', false],
  ['hash first where both lie in different slots', true],
])('a member of a named room, %s', (_, isCluster) => {
  let heard: NewsEnvelope[];
  let subscriber: Redis;
  let members: MembersStore;

  beforeEach(async () => {
    heard = [];
    const connection = isCluster ? Object.create(redis, { isCluster: { value: true } }) : redis;
    store = new RoomsStore(connection);
    members = new MembersStore(connection, new Telling(connection, { CHANGES_KEPT: 2000 }));
    subscriber = await server.connect('subscriber');
    subscriber.on('message', (_channel, payload: string) => heard.push(newsEnvelopeSchema.parse(JSON.parse(payload))));
    await subscriber.subscribe(channelsOf(redis).news);
    await heardAll(subscriber, redis, channelsOf(redis).news);
    heard = [];
  });
  afterEach(() => {
    subscriber.disconnect();
    store = new RoomsStore(redis);
  });

  const news = (member: boolean, version: number, userId = '1', roomId = '7') => ({
    v: 2,
    serverId: expect.stringMatching(/:store$/),
    type: 'membership.changed',
    to: { user: userId },
    data: { userId, roomId, member, version },
  });
  const told = async (...expected: { to: { user: string } }[]) => {
    await heardAll(subscriber, redis, channelsOf(redis).news);
    const users = new Set(expected.map(({ to }) => to.user));
    for (const user of users) {
      const lists = heard.filter(({ to }) => typeof to === 'object' && 'user' in to && to.user === user);
      expect(lists).toMatchObject(expected.filter(({ to }) => to.user === user));
    }
    expect(heard.filter(({ type }) => type === 'membership.changed')).toHaveLength(expected.length);
  };

  it('is in the hash and in the list, with a version that is told', async () => {
    expect(await members.set('7', ANN, 'm')).toBe(true);
    expect(await store.membership('1')).toEqual({ userId: '1', version: 1, roomIds: ['0', '7'], malformed: false });
    expect(await redis.hgetall(keys.roomMembers('7'))).toEqual({ 1: 'm' });
    expect(await members.set('7', ANN, 'a')).toBe(true);
    expect(await redis.hgetall(keys.roomMembers('7'))).toEqual({ 1: 'a' });
    expect(await members.set('7', ANN, null)).toBe(true);
    expect(await store.membership('1')).toMatchObject({ version: 3, roomIds: ['0'] });
    expect([await redis.exists(keys.roomMembers('7')), await redis.exists(keys.userRooms('1'))]).toEqual([0, 0]);
    await told(news(true, 1), news(true, 2), news(false, 3));
  });

  it('is made one once, and taken out once', async () => {
    await Promise.all([1, 2, 3].map(() => members.set('7', ANN, 'm')));
    await members.set('7', BOB, null);
    await Promise.all([1, 2, 3].map(() => members.set('7', ANN, null)));
    expect((await store.membership('1')).version).toBe(2);
    await told(news(true, 1), news(false, 2));
  });

  it('is whole after what a process left half done', async () => {
    await redis.hset(keys.roomMembers('7'), '1', 'm');
    expect(await members.set('7', ANN, 'm')).toBe(true);
    await redis.hdel(keys.roomMembers('7'), '1');
    expect(await members.set('7', ANN, null)).toBe(true);
    await told(news(true, 1), news(false, 2));
  });

  it('there is none of a room that has other rules', async () => {
    for (const roomId of ['0', '1:2']) await expect(members.set(roomId, ANN, 'm')).rejects.toThrow(roomId);
  });

  it('hears of a direct room, too', async () => {
    await store.addToLists('1:2', ['1', '2']);
    await store.addToLists('1:2', ['1', '2']);
    await told(news(true, 1, '1', '1:2'), news(true, 1, '2', '1:2'));
  });

  it('who was sent away for good is none', async () => {
    await members.set('7', ANN, 'm');
    await redis.hset(keys.roomMembers('7'), '1', 'x');
    expect((await store.membership('1')).roomIds).toEqual(['0']);
    await redis.hset(keys.roomHead('7'), 'seq', 3);
    await expect(store.markRead('1', '7', 3)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('names', () => {
  it('are those of the rooms; General has one of its own', async () => {
    await redis.set('room:7:name', 'Seven');
    expect([...(await store.names(['0', '7', '8']))]).toEqual([
      ['0', 'General'],
      ['7', 'Seven'],
      ['8', '8'],
    ]);
  });

  it('are written for General once, and kept', async () => {
    await store.nameGeneral();
    expect(await redis.get('room:0:name')).toBe('General');
    await redis.set('room:0:name', 'Lobby');
    await store.nameGeneral();
    expect((await store.names(['0'])).get('0')).toBe('Lobby');
  });
});

describe('a read mark', () => {
  const seqOf = (roomId: string, seq: number) => redis.hset(keys.roomHead(roomId), 'seq', seq);
  const marks = async (heads: Record<string, number>, user = '1') => {
    for (const [id, seq] of Object.entries(heads)) await seqOf(id, seq);
    return store.lines(user, Object.keys(heads), 1e6);
  };
  const readOf = (states: Awaited<ReturnType<typeof marks>>) =>
    Object.fromEntries([...states].map(([id, { read }]) => [id, read]));

  it('grows, never goes back, and never passes the newest message', async () => {
    await seqOf('1:2', 10);
    const asked = [4, 2, 4, 0, 7, 10, 11, 1e15];
    const marked: number[] = [];
    for (const seq of asked) marked.push(await store.markRead('1', '1:2', seq));
    expect(marked).toEqual([4, 4, 4, 4, 7, 10, 10, 10]);
    expect(await redis.hgetall(keys.roomRead('1:2'))).toEqual({ 1: '10' });
  });

  it('is whole however large', async () => {
    const seq = 123_456_789_012_345;
    await seqOf('0', seq);
    expect(await store.markRead('1', '0', seq)).toBe(seq);
    expect(await redis.hget(keys.roomRead('0'), '1')).toBe(String(seq));
  });

  it('ends up the furthest of many at once', async () => {
    await seqOf('0', 50);
    await Promise.all([7, 30, 1, 42, 12].map((seq) => store.markRead('1', '0', seq)));
    expect(await redis.hget(keys.roomRead('0'), '1')).toBe('42');
  });

  it('leaves nothing behind where nothing was said', async () => {
    expect(await store.markRead('1', '1:2', 5)).toBe(0);
    expect(await redis.keys('*')).toEqual([]);
  });

  it("of a named room is its members'", async () => {
    await seqOf('7', 3);
    await redis.hset(keys.roomMembers('7'), '1', 'member');
    expect(await store.markRead('1', '7', 3)).toBe(3);
    await expect(store.markRead('2', '7', 3)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await redis.hgetall(keys.roomRead('7'))).toEqual({ 1: '3' });
  });

  it('is told to its user when it grew, and only then', async () => {
    const subscriber = await server.connect('subscriber');
    const heard: unknown[] = [];
    await subscriber.subscribe(channelsOf(redis).news);
    await heardAll(subscriber, redis, channelsOf(redis).news);
    subscriber.on('message', (_channel, payload: string) => heard.push(newsEnvelopeSchema.parse(JSON.parse(payload))));
    await seqOf('1:2', 10);
    for (const seq of [3, 3, 2, 0, 12, 11]) await store.markRead('2', '1:2', seq);
    await until(() => heard.length >= 2, 'both to be told');
    await redis.publish(
      channelsOf(redis).news,
      JSON.stringify({ v: 2, serverId: 'end', type: 'heartbeat', to: 'all', data: { nonce: '' } }),
    );
    await until(() => heard.length >= 3, 'the end');
    const news = { serverId: expect.stringMatching(/:store$/), type: 'room.read', v: 2, to: { user: '2' } };
    expect(heard).toEqual([
      { ...news, data: { roomId: '1:2', seq: 3 } },
      { ...news, data: { roomId: '1:2', seq: 10 } },
      expect.objectContaining({ serverId: 'end' }),
    ]);
    subscriber.disconnect();
  });

  it('is nothing in a private room, and all that was there before in General', async () => {
    expect(readOf(await marks({ 0: 5, '1:2': 3 }))).toEqual({ 0: 5, '1:2': 0 });
    expect(readOf(await marks({ 0: 9, '1:2': 4 }))).toEqual({ 0: 5, '1:2': 0 });
    expect(readOf(await marks({ 0: 9 }, '2'))).toEqual({ 0: 9 });
  });

  it('is what it was, in every kind of room', async () => {
    await redis.hset(keys.roomMembers('7'), '1', 'm');
    for (const [id, seq] of Object.entries({ 0: 5, 7: 0, '1:3': 3 })) await redis.hset(keys.roomRead(id), '1', seq);
    const all = { 0: 5, 7: 0, '1:2': 0, '1:3': 3 };
    expect(readOf(await marks({ 0: 9, 7: 9, '1:2': 9, '1:3': 9 }))).toEqual(all);
  });

  it('begins at one place, though the room is listed twice at once', async () => {
    const [one, other] = await Promise.all([marks({ 0: 5 }), marks({ 0: 6 })]);
    expect(one).toEqual(other);
    expect(await redis.hget(keys.roomRead('0'), '1')).toBe(String(one.get('0')?.read));
  });

  it('leaves out of what is unread what was deleted', async () => {
    await redis.zadd(keys.roomGone('1:2'), 2, '2', 4, '4', 5, '5', 10, '10');
    await redis.hset(keys.roomRead('1:2'), '1', 4);
    const of = async (user: string) => (await marks({ 0: 9, '1:2': 12 }, user)).get('1:2');
    const line = { lastMessage: null, seq: 12 };
    expect(await of('1')).toEqual({ ...line, read: 4, gone: 2 });
    expect(await of('2')).toEqual({ ...line, read: 0, gone: 4 });
    await redis.hset(keys.roomRead('1:2'), '1', 10);
    await redis.hset(keys.roomHead('1:2'), 'rev', 16);
    expect(await of('1')).toEqual({ ...line, read: 10, rev: 16 });
  });
});

describe('a line of a list', () => {
  const stored = (seq: number, text: string) =>
    `{"seq":${seq},"from":"2","date":${1_700_000_000 + seq}.000000,"message":"${text}","roomId":"1:2"}`;

  it('has what was said last, of a long text the beginning', async () => {
    await redis.zadd(keys.room('1:2'), 1_700_000_001, stored(1, 'first'), 1_700_000_002, stored(2, 'last'));
    await redis.hset(keys.roomHead('1:2'), { seq: 2, date: '1700000002.000000' });
    const last = async () => (await store.lines('1', ['1:2'], 1e6)).get('1:2')?.lastMessage;
    expect(await last()).toMatchObject({ id: '1:2-2-1700000002000000', seq: 2, from: '2', message: 'last' });
    await redis.zadd(keys.room('1:2'), 1_700_000_003, stored(3, 'x'.repeat(9000)));
    expect(await last()).toMatchObject({ seq: 3, message: `${'x'.repeat(300)}…` });
    await redis.zadd(keys.room('1:2'), 1_700_000_004, '{"from":"2","message":"of a demo server"}');
    expect(await last()).toMatchObject({ id: expect.stringMatching(/^x/), message: 'of a demo server' });
  });

  it('is whole however little may be read at a time', async () => {
    for (const id of ['1:2', '1:3', '1:4']) {
      await redis.hset(keys.roomHead(id), 'seq', 1);
      await redis.zadd(keys.room(id), 1_700_000_001, stored(1, id));
    }
    const lines = await store.lines('1', ['1:2', '1:3', '1:4', '1:5'], 1);
    expect([...lines].map(([id, { seq, lastMessage }]) => [id, seq, lastMessage?.message])).toEqual([
      ['1:2', 1, '1:2'],
      ['1:3', 1, '1:3'],
      ['1:4', 1, '1:4'],
      ['1:5', 0, undefined],
    ]);
  });

  it("is there in one's own rooms alone", async () => {
    await redis.hset(keys.roomMembers('7'), { 1: 'm', 2: 'x' });
    const of = async (user: string) => [...(await store.lines(user, ['0', '7', '1:2'], 1e6)).keys()];
    expect([await of('1'), await of('2'), await of('3')]).toEqual([['0', '7', '1:2'], ['0', '1:2'], ['0']]);
    expect(await redis.hgetall(keys.roomRead('7'))).toEqual({ 1: '0' });
  });
});

it('a list names the rooms that may be its own, with the name of the database', async () => {
  await redis.sadd(keys.userRooms('1'), '7', '1:2', '2:3', 'x');
  await redis.set(keys.epoch, 'e');
  expect(await store.listed('1')).toEqual({ roomIds: ['0', '7', '1:2'], malformed: true, epoch: 'e' });
});
