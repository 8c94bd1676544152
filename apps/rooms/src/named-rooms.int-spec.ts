import { type Changed, changedSchema, type RoomView, readView, SYSTEM, userActor } from '@app/contracts';
import { channelsOf, keys, type Redis } from '@app/redis';
import { startRedis, type TestRedis, until } from '@app/testing';
import { lookOf } from './room-names';
import { ANN, BOB, CID, newRoom, storesOf } from './spec-support/stores';

let server: TestRedis;
let redis: Redis;
let stores: ReturnType<typeof storesOf>;

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect('commands');
});
afterAll(() => server?.stop());
beforeEach(async () => {
  await redis.flushall();
  stores = storesOf(redis);
});

const ann = userActor(ANN.id);
const bob = userActor(BOB.id);
const cid = userActor(CID.id);
const refusedAs = (code: string) => expect.objectContaining({ code });
const namesOf = ({ rooms }: { rooms: RoomView[] }) => rooms.map(({ room }) => room.name);
const list = (q = '', limit = 50, after?: string) => stores.rooms.list(bob, q, limit, after);
const create = (name: string, more: Parameters<typeof newRoom>[1] = {}) =>
  stores.rooms.create(ANN, ...newRoom(name, more));

describe.each([
  ['in one slot', false],
  ['on a Cluster', true],
])('a room, %s', (_, isCluster) => {
  beforeEach(() => {
    stores = storesOf(redis, { isCluster });
  });

  it('has a number, a card, an owner, a place in the lists, and the demo’s name', async () => {
    const id = await create('Crew', { topic: 'Deck', purpose: 'To sail', posting: 'admins' });
    expect(id).toBe('1');
    const { room, members, role } = await stores.rooms.view(ann, id);
    expect({ members, role }).toEqual({ members: 1, role: 'owner' });
    expect(room).toEqual({
      ...{ id, name: 'Crew', topic: 'Deck', purpose: 'To sail', visibility: 'public', posting: 'admins' },
      ...{ createdBy: '1', createdAt: expect.any(Number), archivedAt: null, rev: 1 },
    });
    expect(await redis.get('room:1:name')).toBe('Crew');
    expect(await redis.smembers('user:1:rooms')).toEqual(['1']);
    expect((await stores.lists.membership('1')).roomIds).toEqual(['0', '1']);
    expect(await redis.hget(keys.roomHead(id), 'rev')).toBe('2');
    expect(await redis.hlen(keys.roomTodo(id))).toBe(0);
    expect(namesOf(await list())).toEqual(['Crew']);
  });

  it('is the same when its creation is repeated, at once too', async () => {
    const creation = newRoom('Crew');
    const ids = await Promise.all([1, 2, 3, 4].map(() => stores.rooms.create(ANN, ...creation)));
    ids.push(await stores.rooms.create(ANN, ...creation));
    expect(new Set(ids).size).toBe(1);
    await expect(stores.rooms.create(BOB, ...creation)).rejects.toEqual(refusedAs('conflict'));
    expect((await stores.rooms.view(ann, ids[0] ?? '')).room.rev).toBe(1);
  });

  it('has a name that looks like no other’s, whoever knows of that room', async () => {
    await create('Crew', { visibility: 'private' });
    for (const name of ['Crew', 'CREW', 'Ｃｒｅｗ', 'crеw', 'General', 'generаl']) {
      await expect(create(name)).rejects.toEqual(refusedAs('conflict'));
    }
    await create('Crew 2');
  });

  it('is one of a thousand that are made at once under one name', async () => {
    const made = await Promise.allSettled(Array.from({ length: 1000 }, () => create('Crew')));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of made) if (one.status === 'rejected') expect(one.reason).toEqual(refusedAs('conflict'));
    expect(namesOf(await list())).toEqual(['Crew']);
    expect(await redis.smembers('user:1:rooms')).toHaveLength(1);
    expect(await redis.keys('{room:*}:info')).toHaveLength(1);
  });

  it('takes no id under which anything was kept or said', async () => {
    await redis.set('room:1:name', 'made by hand');
    await redis.zadd('room:2', 1, '{}');
    await redis.hset(keys.roomMembers('3'), '1', 'm');
    expect(await create('Crew')).toBe('4');
  });

  it('that nobody finished is finished by who repeats its creation; its name is free after a minute else', async () => {
    const [room, key] = newRoom('Crew');
    const dead = storesOf(Object.create(redis, { isCluster: { value: isCluster } }));
    // It ends once the name is claimed.
    Object.assign(dead.rooms, { found: () => Promise.reject(new Error('the end')) });
    await expect(dead.rooms.create(ANN, room, key)).rejects.toThrow('the end');
    expect(await stores.rooms.look(SYSTEM, ['1'])).toEqual([undefined]);
    await expect(stores.rooms.view(ann, '1')).rejects.toEqual(refusedAs('not_found'));
    await expect(create('Crew')).rejects.toEqual(refusedAs('conflict'));
    expect(await stores.rooms.create(ANN, room, key)).toBe('1');
    await expect(dead.rooms.create(BOB, ...newRoom('Deck'))).rejects.toThrow('the end');
    const claim = await redis.hget(keys.directoryClaims, lookOf('Deck'));
    await redis.hset(keys.directoryClaims, lookOf('Deck'), `${claim?.split(':')[0]}:${Date.now() - 61_000}`);
    expect(await stores.rooms.view(ann, await create('Deck'))).toMatchObject({ room: { name: 'Deck' } });
  });

  it('gets another name, which is known everywhere; the name before is free', async () => {
    const id = await create('Crew');
    await stores.rooms.change(ann, 'manage', id, { name: 'Deck' });
    expect(await redis.get(`room:${id}:name`)).toBe('Deck');
    expect(namesOf(await list())).toEqual(['Deck']);
    expect(namesOf(await list('cr'))).toEqual([]);
    await stores.rooms.change(ann, 'manage', await create('Crew'), { topic: 'again' });
    await expect(stores.rooms.change(ann, 'manage', id, { name: 'CREW' })).rejects.toEqual(refusedAs('conflict'));
    await stores.rooms.change(ann, 'manage', id, { name: 'DECK' });
    expect(namesOf(await list())).toEqual(['Crew', 'DECK']);
  });

  it('is not renamed by who may not, nor by who saw another card; their name stays free', async () => {
    const id = await create('Crew');
    await stores.members.change(bob, 'enter', id, BOB);
    await expect(stores.rooms.change(bob, 'manage', id, { name: 'Mine' })).rejects.toEqual(refusedAs('forbidden'));
    await expect(stores.rooms.change(ann, 'manage', id, { name: 'Ours' }, 7)).rejects.toEqual(refusedAs('conflict'));
    expect(await redis.hkeys(keys.directoryClaims)).toEqual([lookOf('Crew')]);
    await stores.rooms.change(ann, 'manage', id, { name: 'Ours' }, 1);
    // Repeated after a lost answer.
    await stores.rooms.change(ann, 'manage', id, { name: 'Ours' }, 1);
    expect((await stores.rooms.view(ann, id)).room).toMatchObject({ name: 'Ours', rev: 4 });
  });

  it('is brought everywhere by who looks after it, when who changed it died', async () => {
    const id = await create('Crew');
    const dead = storesOf(Object.create(redis, { isCluster: { value: isCluster } }));
    dead.rooms.settle = () => Promise.reject(new Error('the end'));
    await expect(dead.rooms.change(ann, 'manage', id, { name: 'Deck' })).rejects.toThrow('the end');
    expect(await redis.get(`room:${id}:name`)).toBe('Crew');
    // Nobody is told a name that is no more.
    expect(namesOf(await list())).toEqual([]);
    expect(await stores.rooms.settleAll(id)).toBe(1);
    expect(namesOf(await list())).toEqual(['Deck']);
    expect(await redis.get(`room:${id}:name`)).toBe('Deck');
    expect(await redis.hlen(keys.roomTodo(id))).toBe(0);
    expect(await create('Crew')).not.toBe(id);
  });

  it('whose card changes at once in many ways is everywhere what it is in the end', async () => {
    const id = await create('Crew');
    const names = Array.from({ length: 12 }, (_, i) => `Crew ${'abcdefghijkl'[i]}`);
    await Promise.all(names.map((name) => stores.rooms.change(ann, 'manage', id, { name })));
    const { name } = (await stores.rooms.view(ann, id)).room;
    expect(namesOf(await list())).toEqual([name]);
    expect(await redis.get(`room:${id}:name`)).toBe(name);
    expect(await redis.hgetall(keys.directoryClaims)).toEqual({ [lookOf(name)]: id });
  });
});

describe('who may not know a private room', () => {
  it('is told what they are told of none', async () => {
    const id = await create('Crew', { visibility: 'private' });
    const deeds = (roomId: string) => [
      stores.rooms.view(bob, roomId),
      stores.rooms.change(bob, 'manage', roomId, { name: 'Mine' }),
      stores.rooms.change(bob, 'archive', roomId, { archived: true }),
      stores.members.change(bob, 'enter', roomId, BOB),
      stores.members.change(bob, 'add', roomId, CID),
      stores.members.change(bob, 'remove', roomId, ANN),
      stores.members.change(bob, 'unban', roomId, BOB),
      stores.members.hand(bob, roomId, BOB, ANN),
      stores.members.members(bob, roomId, 10, {}),
      stores.members.banned(bob, roomId, 10),
    ];
    const told = async (roomId: string) =>
      (await Promise.allSettled(deeds(roomId))).map((one) => (one.status === 'rejected' ? one.reason.toBody() : {}));
    expect(await told(id)).toEqual(await told('99'));
    expect(new Set((await told(id)).map((body) => body.code))).toEqual(new Set(['not_found']));
    expect(await redis.hgetall(keys.roomMembers(id))).toEqual({ 1: 'o' });
    // Who leaves is out, whether there is one or not.
    expect(await stores.members.change(bob, 'leave', id, BOB)).toBeNull();
    expect(await stores.members.change(bob, 'leave', '99', BOB)).toBeNull();
  });
});

describe('people of a room', () => {
  let id: string;
  beforeEach(async () => {
    id = await create('Crew');
  });
  const roles = async () => redis.hgetall(keys.roomMembers(id));
  const listed = async (options = {}) =>
    (await stores.members.members(ann, id, 50, options)).people.map((one) => `${one.id}${one.letter}`);

  it('join, leave and come again; again changes nothing', async () => {
    for (let i = 0; i < 2; i++) expect(await stores.members.change(bob, 'enter', id, BOB)).toBe('member');
    expect(await roles()).toEqual({ 1: 'o', 2: 'm' });
    expect(await listed()).toEqual(['1o', '2m']);
    for (let i = 0; i < 2; i++) expect(await stores.members.change(bob, 'leave', id, BOB)).toBeNull();
    expect(await roles()).toEqual({ 1: 'o' });
    expect(await listed()).toEqual(['1o']);
    expect((await stores.lists.membership('2')).roomIds).toEqual(['0']);
    expect((await stores.rooms.view(bob, id)).role).toBeNull();
  });

  it('add others; who is banned is not added and does not come back until that is lifted', async () => {
    await stores.members.change(bob, 'enter', id, BOB);
    expect(await stores.members.change(bob, 'add', id, CID)).toBe('member');
    await stores.members.change(ann, 'ban', id, CID);
    expect(await listed()).toEqual(['1o', '2m']);
    expect((await stores.members.banned(ann, id, 50)).people).toEqual([{ id: '3', letter: 'x' }]);
    await expect(stores.members.banned(bob, id, 50)).rejects.toEqual(refusedAs('forbidden'));
    await expect(stores.members.change(cid, 'enter', id, CID)).rejects.toEqual(refusedAs('forbidden'));
    await expect(stores.members.change(ann, 'add', id, CID)).rejects.toEqual(refusedAs('conflict'));
    expect((await stores.rooms.view(ann, id)).members).toBe(2);
    await stores.members.change(ann, 'unban', id, CID);
    expect(await roles()).toEqual({ 1: 'o', 2: 'm' });
    expect(await stores.members.change(cid, 'enter', id, CID)).toBe('member');
  });

  it('are removed and banned by those alone who are more', async () => {
    for (const [actor, one] of [
      [bob, BOB],
      [cid, CID],
    ] as const)
      await stores.members.change(actor, 'enter', id, one);
    await expect(stores.members.change(bob, 'remove', id, CID)).rejects.toEqual(refusedAs('forbidden'));
    await stores.members.change(ann, 'appoint', id, BOB, 'admin');
    for (const act of ['remove', 'ban'] as const)
      await expect(stores.members.change(bob, act, id, ANN)).rejects.toEqual(refusedAs('forbidden'));
    await expect(stores.members.change(bob, 'appoint', id, CID, 'admin')).rejects.toEqual(refusedAs('forbidden'));
    await stores.members.change(ann, 'appoint', id, CID, 'admin');
    await expect(stores.members.change(bob, 'remove', id, CID)).rejects.toEqual(refusedAs('forbidden'));
    await stores.members.change(ann, 'appoint', id, CID, 'member');
    await stores.members.change(bob, 'remove', id, CID);
    expect(await roles()).toEqual({ 1: 'o', 2: 'a' });
    await expect(stores.members.change(ann, 'appoint', id, CID, 'admin')).rejects.toEqual(refusedAs('not_found'));
    await expect(stores.members.change(ann, 'appoint', id, ANN, 'member')).rejects.toEqual(refusedAs('forbidden'));
  });

  it('have one owner, who hands the room over and does not leave others without one', async () => {
    await stores.members.change(bob, 'enter', id, BOB);
    await expect(stores.members.change(ann, 'leave', id, ANN)).rejects.toEqual(refusedAs('conflict'));
    await expect(stores.members.hand(ann, id, ANN, CID)).rejects.toEqual(refusedAs('not_found'));
    await expect(stores.members.hand(bob, id, BOB, BOB)).rejects.toEqual(refusedAs('forbidden'));
    for (let i = 0; i < 2; i++) await stores.members.hand(ann, id, ANN, BOB);
    expect(await roles()).toEqual({ 1: 'a', 2: 'o' });
    expect([await listed({ role: 'owner' }), await listed({ role: 'admin' })]).toEqual([['2o'], ['1a']]);
    await stores.members.change(ann, 'leave', id, ANN);
    await stores.members.change(bob, 'leave', id, BOB);
    await stores.rooms.settleAll(id);
    expect((await stores.rooms.view(SYSTEM, id)).room.archivedAt).toEqual(expect.any(Number));
    expect(namesOf(await list())).toEqual([]);
    // An operator names another.
    await stores.members.set(id, CID, 'm');
    await stores.members.hand(SYSTEM, id, CID, CID);
    await stores.rooms.change(cid, 'archive', id, { archived: false });
    expect(await roles()).toEqual({ 3: 'o' });
    expect(namesOf(await list())).toEqual(['Crew']);
  });

  it('of an archived room stay and read; nothing else is done there until it is restored', async () => {
    await stores.members.change(bob, 'enter', id, BOB);
    await expect(stores.rooms.change(bob, 'archive', id, { archived: true })).rejects.toEqual(refusedAs('forbidden'));
    for (let i = 0; i < 2; i++) await stores.rooms.change(ann, 'archive', id, { archived: true });
    expect(namesOf(await list())).toEqual([]);
    await expect(stores.members.change(cid, 'enter', id, CID)).rejects.toEqual(refusedAs('forbidden'));
    await expect(stores.members.change(ann, 'add', id, CID)).rejects.toEqual(refusedAs('forbidden'));
    await expect(stores.rooms.change(ann, 'manage', id, { topic: 'x' })).rejects.toEqual(refusedAs('forbidden'));
    expect(await stores.members.change(bob, 'enter', id, BOB)).toBe('member');
    await stores.members.change(bob, 'leave', id, BOB);
    await stores.rooms.change(ann, 'archive', id, { archived: false });
    expect(namesOf(await list())).toEqual(['Crew']);
  });

  it('are told of each change, one rev after the other', async () => {
    const heard: Changed[] = [];
    const subscriber = await server.connect('subscriber');
    subscriber.on('message', (_channel, text: string) => {
      const { type, to, data } = JSON.parse(text);
      if (type !== 'changed') return;
      expect(to).toEqual({ room: id });
      heard.push(readView(changedSchema).parse(data));
    });
    await subscriber.subscribe(channelsOf(redis).news);
    await stores.members.change(bob, 'enter', id, BOB);
    await stores.members.change(ann, 'appoint', id, BOB, 'admin');
    await stores.rooms.change(bob, 'manage', id, { topic: 'A "quoted" \\ topic / ünï' });
    await stores.members.change(ann, 'ban', id, BOB);
    await stores.members.change(ann, 'unban', id, BOB);
    await stores.rooms.change(ann, 'archive', id, { archived: true });
    await until(() => heard.length === 5, 'five changes');
    subscriber.disconnect();
    expect(heard.map(({ rev }) => rev)).toEqual([3, 4, 5, 6, 7]);
    expect(heard.map(({ entity }) => entity)).toEqual(['u2', 'u2', 'room', 'u2', 'room']);
    expect(heard.map(({ member }) => member?.role)).toEqual(['member', 'admin', undefined, null, undefined]);
    expect(heard[2]?.room).toMatchObject({ topic: 'A "quoted" \\ topic / ünï', rev: 5 });
    expect(heard[4]?.room).toEqual((await stores.rooms.view(ann, id)).room);
    expect(await redis.zrange(keys.roomChanges(id), '0', '-1')).toEqual(['u1', 'u2', 'room']);
    expect(await stores.members.left(id, 2)).toEqual(['2']);
    expect(await stores.members.left(id, 6)).toEqual([]);
  });
});

it('a room of 100,000 is joined, changed and listed without touching each of them', async () => {
  const id = await create('Crowd');
  const pipeline = redis.pipeline();
  for (let from = 10; from < 100_010; from += 1000) {
    const ids = Array.from({ length: 1000 }, (_, i) => String(from + i));
    pipeline.hset(keys.roomMembers(id), ...ids.flatMap((user) => [user, 'm']));
    pipeline.zadd(keys.roomRoster(id), ...ids.flatMap((user) => [0, `*person ${user}\0${user}`]));
  }
  await pipeline.exec();
  await redis.config('RESETSTAT');
  await stores.members.change(bob, 'enter', id, BOB);
  await stores.rooms.change(ann, 'manage', id, { name: 'Multitude' });
  expect((await stores.rooms.view(bob, id)).members).toBe(100_002);
  const first = await stores.members.members(bob, id, 50, { q: 'Person 5' });
  const next = await stores.members.members(bob, id, 50, { q: 'Person 5', after: first.next ?? '' });
  expect(new Set([...first.people, ...next.people].map((one) => one.id)).size).toBe(100);
  expect(first.people.every((one) => one.id.startsWith('5'))).toBe(true);
  await stores.members.change(bob, 'leave', id, BOB);
  // In all of it no command took as long as one that goes through all of them.
  const scripts = await redis.info('commandstats');
  await redis.hgetall(keys.roomMembers(id));
  const through = /cmdstat_hgetall:calls=1,usec=(\d+)/.exec(await redis.info('commandstats'))?.[1];
  for (const [, usec] of scripts.matchAll(/usec_per_call=([\d.]+)/g))
    expect(Number(usec)).toBeLessThan(Number(through));
});
