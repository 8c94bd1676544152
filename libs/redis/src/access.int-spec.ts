import { startRedis, type TestRedis } from '@app/testing';
import { channelsOf, keys, OPERATOR_RULES, REDIS_USERS, type Redis, type RedisUser } from '.';
import { connectRedis, whenReady } from './connection';

let server: TestRedis;
let data: Redis;
const as = new Map<RedisUser, Redis>();

beforeAll(async () => {
  server = await startRedis();
  data = await server.connect();
  for (const user of REDIS_USERS) {
    const redis = connectRedis({ ...server.endpoint, username: user, password: user }, 'commands', user);
    await whenReady(redis);
    as.set(user, redis);
  }
  await data.hset(keys.user('1'), { username: 'Pablo', password: 'a hash' });
  await data.xadd(keys.work('auth'), '*', 'requests', '[]');
});
afterAll(async () => {
  for (const redis of as.values()) redis.disconnect();
  await server?.stop();
});

/** What a user hears of a command: undefined when it may. */
async function refusal(user: RedisUser, ...[name = '', ...args]: string[]): Promise<string | undefined> {
  try {
    await as.get(user)?.call(name, ...args);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
const DENIED = /^NOPERM|^ERR (The user executing the script|ACL failure)/;

describe.each(REDIS_USERS)('the Redis user of %s', (user) => {
  it.each([
    'FLUSHALL',
    'FLUSHDB',
    'SWAPDB 0 1',
    'CONFIG GET *',
    'CONFIG SET maxmemory 1',
    'KEYS *',
    'RANDOMKEY',
    'DBSIZE',
    'ACL LIST',
    'ACL WHOAMI',
    'CLIENT LIST',
    'CLIENT KILL TYPE normal',
    'CLIENT PAUSE 1000',
    'SHUTDOWN NOSAVE',
    'MONITOR',
    'SAVE',
    'REPLICAOF NO ONE',
    'SCRIPT FLUSH',
    'FUNCTION FLUSH',
    'MODULE LIST',
    'SLOWLOG GET',
    'PSUBSCRIBE *',
    'PUBSUB CHANNELS',
    'SUBSCRIBE elsewhere',
    'PUBLISH elsewhere x',
    'SORT user:1',
    'MIGRATE 127.0.0.1 1 user:1 0 1',
  ])('cannot %s', async (command) => {
    expect(await refusal(user, ...command.split(' '))).toMatch(DENIED);
  });

  it('can do no more inside a script', async () => {
    for (const call of ["'FLUSHALL'", "'KEYS', '*'", "'RANDOMKEY'", "'PUBLISH', 'elsewhere', 'x'"]) {
      expect(await refusal(user, 'EVAL', `return redis.call(${call})`, '0')).toMatch(DENIED);
    }
  });

  it('reads no password hash, unless it is that of auth', async () => {
    const ways = [
      ['HGET', keys.user('1'), 'password'],
      ['HGETALL', keys.user('1')],
      ['HSCAN', keys.user('1'), '0'],
      ['DUMP', keys.user('1')],
      ['HRANDFIELD', keys.user('1'), '5', 'WITHVALUES'],
      ['EVAL', "return redis.call('HGET', KEYS[1], 'password')", '1', keys.user('1')],
      ['EVAL', "return redis.call('HGET', 'user:1', 'password')", '0'],
      ['EVAL', "return redis.call('COPY', 'user:1', 'sess:mine')", '0'],
      ['COPY', keys.user('1'), keys.session('mine')],
      ['RENAME', keys.user('1'), keys.session('mine')],
      ['HSET', keys.user('1'), 'password', 'of my own'],
      ['DEL', keys.user('1')],
    ];
    if (user === 'auth') return expect(await as.get(user)?.hget(keys.user('1'), 'password')).toBe('a hash');
    for (const way of ways)
      expect([way[0], await refusal(user, ...way)]).toEqual([way[0], expect.stringMatching(DENIED)]);
    expect(await data.hgetall(keys.user('1'))).toEqual({ username: 'Pablo', password: 'a hash' });
  });
});

/** A command that writes what lies under a key, and whose it is. */
const OWNERS: [key: string, command: string[], owners: RedisUser[]][] = [
  [keys.totalUsers, ['INCR'], ['auth']],
  [keys.username('ann'), ['SET', 'x'], ['auth']],
  [keys.user('123456789012345'), ['HSET', 'a', 'b'], ['auth']],
  [keys.names, ['HSET', 'a', 'b'], ['auth']],
  [keys.demoLock, ['SET', 'x'], ['auth']],
  [keys.userRooms('5'), ['SADD', '0'], ['rooms']],
  [keys.userRoomsVersion('5'), ['INCR'], ['rooms']],
  [keys.roomName('7'), ['SET', 'x'], ['rooms']],
  [keys.roomMembers('7'), ['HSET', 'a', 'b'], ['rooms']],
  [keys.roomRead('1:2'), ['HSET', 'a', '1'], ['rooms']],
  [keys.room('1:2'), ['ZADD', '1', 'x'], ['messages']],
  [keys.roomHead('1:2'), ['HSET', 'seq', '1'], ['rooms', 'messages']],
  [keys.roomChanges('1:2'), ['ZADD', '1', 'x'], ['rooms', 'messages']],
  [keys.roomInfo('7'), ['HSET', 'a', 'b'], ['rooms']],
  [keys.directoryClaims, ['HSET', 'a', 'b'], ['rooms']],
  [keys.roomGone('1:2'), ['ZADD', '1', 'x'], ['messages']],
  [keys.roomSent('1:2', '1', 'x'), ['SET', 'x'], ['messages']],
  [keys.epoch, ['SET', 'x'], ['messages']],
  [keys.partitions, ['SET', 'x'], ['auth', 'rooms', 'messages']],
  [keys.session('x'), ['SET', 'x'], ['gateway']],
  [keys.userSessions('5'), ['ZADD', '1', 'x'], ['gateway']],
  [`${keys.rateLimitPrefix}:x`, ['INCR'], ['gateway']],
  [keys.onlineUsers, ['SADD', '5'], ['gateway']],
  [keys.onlineUser('5'), ['HSET', 'a', 'b'], ['gateway']],
  [keys.onlineGateway('a'), ['SADD', 'x'], ['gateway']],
  ['anything else', ['SET', 'x'], []],
  ...(['auth', 'rooms', 'messages'] as const).flatMap((service): [string, string[], RedisUser[]][] => [
    [keys.work(service), ['XDEL', '1-1'], [service]],
    [keys.work(service), ['XREADGROUP'], [service]],
    [keys.readers(keys.work(service)), ['ZADD', '1', 'x'], [service]],
    [keys.events(service), ['XDEL', '1-1'], [service]],
    [keys.partition(service, 3), ['XDEL', '1-1'], [service]],
    [keys.partitionOwner(keys.partition(service, 3)), ['HSET', 'by', 'x'], [service]],
    [keys.partitionMembers(service), ['ZADD', '1', 'x'], [service]],
  ]),
];

it.each(OWNERS)('%s is written (%j) by %j alone', async (key, [name = '', ...args], owners) => {
  const command = name === 'XREADGROUP' ? [name, 'GROUP', 'g', 'c', 'STREAMS', key, '>'] : [name, key, ...args];
  const may: string[] = [];
  for (const user of REDIS_USERS) {
    if ((await data.call('ACL', 'DRYRUN', user, ...command)) === 'OK') may.push(user);
  }
  expect(may).toEqual(owners);
});

it.each(Object.entries(keys))(
  "the key %s is some service's: who adds one says so in access.ts",
  async (name, spelled) => {
    // Streams and what belongs to them bear the name of a service.
    const partition = keys.partition('auth', 6);
    const parts: Record<string, string> = {
      ...{ work: 'auth', events: 'auth', readers: keys.work('auth') },
      ...{ partition: 'auth', partitionMembers: 'auth', partitionOwner: partition, partitionTries: partition },
    };
    const part = parts[name] ?? '5';
    const key = typeof spelled === 'string' ? spelled : (spelled as (...parts: string[]) => string)(part, '6', 'x');
    const tries = REDIS_USERS.flatMap((user) =>
      ['EXISTS', 'GET', 'XLEN'].map((command) => data.call('ACL', 'DRYRUN', user, command, key)),
    );
    expect(await Promise.all(tries)).toContain('OK');
  },
);

it('who may ask adds to a stream and cannot read it', async () => {
  expect(await refusal('rooms', 'XADD', keys.work('auth'), '*', 'a', 'b')).toBeUndefined();
  expect(await refusal('rooms', 'XRANGE', keys.work('auth'), '-', '+')).toMatch(DENIED);
  expect(await refusal('messages', 'XADD', keys.work('rooms'), '*', 'a', 'b')).toMatch(DENIED);
  const partition = keys.partition('auth', 3);
  expect(await refusal('rooms', 'XADD', partition, '*', 'a', 'b')).toBeUndefined();
  expect(await refusal('rooms', 'XREAD', 'STREAMS', partition, '0')).toMatch(DENIED);
  expect(await refusal('rooms', 'MGET', keys.partitionOwner(partition))).toBeUndefined();
});

it('rooms alone sees what keys there are', async () => {
  for (const user of REDIS_USERS) {
    expect((await refusal(user, 'SCAN', '0')) === undefined).toBe(user === 'rooms');
  }
});

it('an operator has all data, and nothing of the server', async () => {
  await data.acl('SETUSER', 'operator', 'reset', 'on', '>operator', ...OPERATOR_RULES);
  const may = async (...command: string[]) => (await data.call('ACL', 'DRYRUN', 'operator', ...command)) === 'OK';
  expect(await may('HGETALL', keys.user('1'))).toBe(true);
  expect(await may('XRANGE', keys.dead, '-', '+')).toBe(true);
  for (const command of ['FLUSHALL', 'SHUTDOWN', 'MONITOR']) expect(await may(command)).toBe(false);
});

it('a channel of another database is out of reach', async () => {
  const { messages, news } = channelsOf(data);
  for (const channel of [messages, news]) {
    expect(await refusal('gateway', 'PUBLISH', channel, 'x')).toBeUndefined();
    expect(await refusal('gateway', 'PUBLISH', `${channel}:1`, 'x')).toMatch(DENIED);
  }
  expect(await refusal('auth', 'PUBLISH', news, 'x')).toMatch(DENIED);
});
