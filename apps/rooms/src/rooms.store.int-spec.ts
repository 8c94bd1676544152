import { keys, type Redis } from '@app/redis';
import { startRedis, type TestRedis } from '@app/testing';
import { RoomsStore } from './rooms.store';

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
    expect([await store.isMember('7', '1'), await store.isMember('8', '1'), await store.isMember('7', '2')]).toEqual([
      true,
      false,
      false,
    ]);
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
