import { NameIndex } from '@app/names';
import { keys, type Redis } from '@app/redis';
import { startRedis, type TestRedis } from '@app/testing';
import pino from 'pino';
import { AuthStore } from './auth.store';

let server: TestRedis;
let redis: Redis;
let store: AuthStore;

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect('commands');
  store = new AuthStore(redis, pino({ level: 'silent' }));
});
afterAll(() => server?.stop());
beforeEach(() => redis.flushall());

const conflict = { code: 'conflict' };
let count = 0;
const create = (username: string, key = `registration-${++count}`) => store.create(username, 'hash', key);

describe('a registration', () => {
  it("is stored under the demo's keys", async () => {
    expect(await create('Ann')).toEqual({ id: '1', username: 'Ann' });
    expect(await redis.get(keys.totalUsers)).toBe('1');
    expect(await redis.get('username:Ann')).toBe('user:1');
    expect(await redis.hgetall('user:1')).toMatchObject({ username: 'Ann', password: 'hash' });
    expect((await redis.keys('*')).sort()).toEqual(['total_users', 'user:1', 'username:Ann', keys.names].sort());
  });

  it('of a taken name is a conflict and leaves nothing', async () => {
    await create('Ann');
    await expect(create('Ann')).rejects.toMatchObject(conflict);
    await expect(store.requireFree('Ann', 'another')).rejects.toMatchObject(conflict);
    await expect(store.requireFree('Bob', 'another')).resolves.toBeUndefined();
    expect(await redis.exists('user:2')).toBe(0);
    expect(await redis.get('username:Ann')).toBe('user:1');
  });

  it('that is repeated gives the user of the first time', async () => {
    const first = await create('Ann', 'the same');
    expect(await create('Ann', 'the same')).toEqual(first);
    await expect(store.requireFree('Ann', 'the same')).resolves.toBeUndefined();
    expect(await redis.get(keys.totalUsers)).toBe('1');
  });

  it('is won by one of many that ask at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => create('Ann')));
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(conflict);
    const [winner] = won.map(({ value }) => value);
    expect(await redis.get('username:Ann')).toBe(`user:${winner?.id}`);
    expect(await redis.keys('user:*')).toEqual([`user:${winner?.id}`]);
    expect((await store.list(0, 100)).users).toEqual([winner]);
  });

  it('gives one user when the same one is asked for several times at once', async () => {
    const users = await Promise.all(Array.from({ length: 20 }, () => create('Ann', 'the same')));
    expect(new Set(users.map(({ id }) => id)).size).toBe(1);
    expect((await store.list(0, 100)).users).toEqual([users[0]]);
  });

  it('gives different names different ids', async () => {
    const users = await Promise.all(Array.from({ length: 50 }, (_, i) => create(`User ${i}`)));
    expect(new Set(users.map(({ id }) => id)).size).toBe(50);
  });

  it('that stopped before the name was claimed made nobody', async () => {
    await redis.set(keys.totalUsers, '1');
    await redis.hset('user:1', 'username', 'Ann', 'password', 'hash', 'registration', 'a', 'pending', '1');
    expect(await store.users(['1'])).toEqual([]);
    expect(await store.find('Ann')).toBeUndefined();
    expect(await create('Ann', 'a')).toEqual({ id: '2', username: 'Ann' });
    expect(await store.users(['1', '2'])).toEqual([{ id: '2', username: 'Ann' }]);
  });

  it('that stopped after the name was claimed made a user', async () => {
    await redis.set(keys.totalUsers, '1');
    await redis.hset('user:1', 'username', 'Ann', 'password', 'hash', 'registration', 'a', 'pending', '1');
    await redis.set('username:Ann', 'user:1');
    expect(await store.users(['1'])).toEqual([{ id: '1', username: 'Ann' }]);
    expect(await redis.hexists('user:1', 'pending')).toBe(0);
    expect(await create('Ann', 'a')).toEqual({ id: '1', username: 'Ann' });
    await expect(create('Ann', 'b')).rejects.toMatchObject(conflict);
  });
});

describe('a name', () => {
  it('is found however it is composed, and with blanks around it', async () => {
    await create('Zoë');
    for (const name of ['Zoë', 'Zoe\u0308', '  Zoë ']) {
      expect(await store.find(name)).toMatchObject({
        user: { id: '1', username: 'Zoë' },
        credentials: { hash: 'hash', version: 0 },
      });
    }
    for (const name of ['Zoe', '', '*', '__proto__', 'Zoë:1']) expect(await store.find(name)).toBeUndefined();
  });

  it('is another when it looks like one that is there: nobody gets it, and nothing of it stays', async () => {
    await create('Victoria');
    for (const name of ['victoria', 'VICTORIA', 'Vіctoria', 'Victor1a', 'VICTORlA', 'Ｖictoria', 'Victoria']) {
      await expect(create(name)).rejects.toMatchObject(conflict);
      await expect(store.requireFree(name, 'another')).rejects.toMatchObject(conflict);
    }
    expect(await redis.keys('user*')).toEqual(expect.arrayContaining(['user:1', 'username:Victoria']));
    expect(await redis.keys('user*')).toHaveLength(2);
    expect(await create('Viktoria')).toMatchObject({ username: 'Viktoria' });
  });

  it('is won by one of many that look alike and are asked for at once', async () => {
    const spellings = ['Victoria', 'victoria', 'VICTORIA', 'Vіctoria', 'Victor1a', 'vIctoria'];
    const outcomes = await Promise.allSettled([...spellings, ...spellings, ...spellings].map((name) => create(name)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(conflict);
    expect((await store.list(0, 100)).users).toHaveLength(1);
    expect(await redis.keys('username:*')).toHaveLength(1);
  });

  it('that was claimed when its process died is had by the repeat of that registration, and by no other', async () => {
    await redis.set(keys.totalUsers, '1');
    await redis.hset('user:1', 'username', 'Ann', 'password', 'hash', 'registration', 'a', 'pending', '1');
    await new NameIndex(redis).claim('1', 'Ann');
    await expect(create('ANN', 'b')).rejects.toMatchObject(conflict);
    expect(await create('Ann', 'a')).toEqual({ id: '1', username: 'Ann' });
    expect(await redis.hexists('user:1', 'pending')).toBe(0);
  });

  it('is free again when what claimed it is gone', async () => {
    await new NameIndex(redis).claim('77', 'Ann');
    expect(await create('ann')).toEqual({ id: '1', username: 'ann' });
    expect((await store.find('Ann'))?.user.id).toBe('1');
    await expect(create('Ann')).rejects.toMatchObject(conflict);
  });

  it('may be typed in any case by who signs in, as long as one user alone is meant', async () => {
    await create('Straße Ωmega');
    for (const name of ['straße ωmega', 'STRASSE ΩMEGA', 'Straße  Ωmega', 'ＳＴＲＡＳＳＥ Ωmega']) {
      expect((await store.find(name))?.user).toEqual({ id: '1', username: 'Straße Ωmega' });
    }
    for (const name of ['Strasse 0mega', 'Straße', 'Strаße Ωmega']) expect(await store.find(name)).toBeUndefined();
  });

  it('of somebody whom a demo server registers beside us is theirs, and nobody gets one like it', async () => {
    await create('Ann');
    const joe = String(await redis.incr(keys.totalUsers));
    await redis.hset(keys.user(joe), 'username', 'joe', 'password', 'theirs');
    await redis.set('username:joe', keys.user(joe));
    await expect(create('JOE')).rejects.toMatchObject(conflict);
    expect(await store.find('Joe')).toMatchObject({ user: { id: joe, username: 'joe' } });
    // What collides because they know no index goes on, each by its exact name.
    const ann = String(await redis.incr(keys.totalUsers));
    await redis.hset(keys.user(ann), 'username', 'ANN', 'password', 'theirs');
    await redis.set('username:ANN', keys.user(ann));
    await create('Somebody else');
    expect(await store.find('Ann')).toMatchObject({ user: { id: '1' }, credentials: { hash: 'hash' } });
    expect(await store.find('ANN')).toMatchObject({ user: { id: ann }, credentials: { hash: 'theirs' } });
    expect(await store.find('ann')).toBeUndefined();
  });

  it('of a demo server may point to a bare id and keep to no rule of ours', async () => {
    await redis.mset('username: Ann ', '4', 'username:Zoe\u0308', 'user:5', 'username:Bob', 'user:6');
    await redis.hset('user:4', 'username', ' Ann ', 'password', 'a');
    await redis.hset('user:5', 'password', 'b');
    expect(await store.find(' Ann ')).toMatchObject({
      user: { id: '4', username: ' Ann ' },
      credentials: { hash: 'a' },
    });
    expect(await store.find('Zoe\u0308')).toMatchObject({
      user: { id: '5', username: 'Zoe\u0308' },
      credentials: { hash: 'b' },
    });
    expect(await store.find('Bob')).toBeUndefined();
    await expect(create('Bob')).rejects.toMatchObject(conflict);
  });
});

describe('users', () => {
  it('are given in the order asked for, without unknown ones', async () => {
    for (const name of ['Ann', 'Bob', 'Cem']) await create(name);
    const users = await store.users(['3', '99', '1', '3']);
    expect(users.map(({ username }) => username)).toEqual(['Cem', 'Ann', 'Cem']);
    expect(await store.users([])).toEqual([]);
  });

  it('are listed by id over the gaps of lost registrations', async () => {
    for (const name of ['Ann', 'Bob', 'Cem', 'Dina', 'Eli']) await create(name);
    await redis.del('user:2', 'user:3');
    await redis.set(keys.totalUsers, '20');
    const names = async (after: number, limit: number) => {
      const { users, next } = await store.list(after, limit);
      return [users.map(({ username }) => username), next];
    };
    expect(await names(0, 2)).toEqual([['Ann', 'Dina'], '4']);
    expect(await names(4, 2)).toEqual([['Eli'], null]);
    expect(await names(0, 100)).toEqual([['Ann', 'Dina', 'Eli'], null]);
    expect(await names(20, 5)).toEqual([[], null]);
    await redis.flushall();
    expect(await names(0, 5)).toEqual([[], null]);
  });
});
