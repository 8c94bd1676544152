import { Cluster, type ClusterServer, type Ears, Person, RedisCluster, until } from '@app/testing';
import { connectRedis, isRedisUnavailable, type Redis, requireNoEviction, serversOf, whenReady } from '.';
import { parseEndpoint } from './endpoint';
import { keys } from './keys';

// Needs processes that know each other's addresses, so no containers: `npm test` leaves it out, and says so, where there is
// no redis-server and none can be installed.
describe('a connection to a Redis Cluster', () => {
  let cluster: RedisCluster;
  let redis: Redis;
  const connections: Redis[] = [];
  beforeAll(async () => {
    cluster = await RedisCluster.start();
    redis = await cluster.connect();
  });
  afterAll(async () => {
    for (const connection of connections) connection.disconnect();
    await cluster.remove();
  });
  const connect = (role: 'blocking' | 'subscriber', key?: string) => {
    const connection = connectRedis(parseEndpoint(cluster.url), role, 'test', key);
    connections.push(connection);
    return connection;
  };
  const names = Array.from({ length: 30 }, (_, i) => `key:${i}`);
  const keysOf = (places: ClusterServer[], server: ClusterServer) => names.filter((_, i) => places[i] === server);
  const other = (than: ClusterServer) => cluster.servers.find((server) => server !== than) as ClusterServer;

  it('serves at once whatever lies on any node', async () => {
    const fresh = await cluster.connect();
    const many = Array.from({ length: 200 }, (_, i) => `key:${i}`);
    await Promise.all(many.map((key, i) => fresh.set(key, i)));
    expect(await Promise.all(many.map((key) => fresh.get(key)))).toEqual(many.map((_, i) => `${i}`));
    await Promise.all([fresh.call('set', 'key:1', 'one'), fresh.set('key:2', 'two'), fresh.publish('somewhere', 'it')]);
    expect([await fresh.get('key:1'), await fresh.get('key:2')]).toEqual(['one', 'two']);
    await expect(Promise.all([fresh.incr('key:1'), fresh.incr('key:7')])).rejects.toThrow('not an integer');
    await expect(
      Promise.all([...serversOf(fresh, 'master').values()].map((node) => node.ping())),
    ).resolves.toHaveLength(3);
  });

  it('spreads the partitions of a service over its masters', async () => {
    const places = await Promise.all(
      Array.from({ length: 16 }, (_, i) => cluster.masterOf(keys.partition('messages', i))),
    );
    const shares = cluster.servers.map((server) => places.filter((place) => place === server).length);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(4);
  });

  it('follows a slot that moves, commands and a blocked read alike', async () => {
    const from = await cluster.masterOf('moving');
    await redis.xgroup('CREATE', 'moving', 'group', '0', 'MKSTREAM');
    const blocking = connect('blocking', 'moving');
    const read = async () => {
      await whenReady(blocking);
      return (await blocking.xreadgroup(
        'GROUP',
        'group',
        'me',
        'COUNT',
        1,
        'BLOCK',
        5000,
        'STREAMS',
        'moving',
        '>',
      )) as unknown[];
    };
    const before = read();
    await redis.xadd('moving', '*', 'n', '1');
    expect(await before).toHaveLength(1);
    await cluster.moveSlotOf('moving', from, other(from));
    await redis.xadd('moving', '*', 'n', '2');
    await expect(read()).rejects.toThrow(/MOVED/);
    await until(() => blocking.status !== 'ready', 'the connection to be given up');
    expect(await read()).toHaveLength(1);
    expect(await redis.xlen('moving')).toBe(2);
  });

  it('refuses a Cluster of which one node would throw data away', async () => {
    await requireNoEviction(redis);
    const [, second] = cluster.servers;
    await second?.redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(requireNoEviction(redis)).rejects.toThrow('allkeys-lru');
    await second?.redis.config('SET', 'maxmemory-policy', 'noeviction');
  });

  it('hears news again when the node is gone that it heard them from, and commands to that fail at once', async () => {
    const subscriber = connect('subscriber');
    const heard: string[] = [];
    subscriber.on('message', (_channel, text) => heard.push(text));
    await subscriber.subscribe('news');
    subscriber.on('ready', () => subscriber.subscribe('news').catch(() => undefined));
    const lists = await Promise.all(cluster.servers.map((server) => server.redis.client('LIST')));
    const at = cluster.servers[lists.findIndex((list) => `${list}`.includes('name=test:subscriber'))] as ClusterServer;
    const lost = keysOf(await Promise.all(names.map((key) => cluster.masterOf(key))), at);
    expect(lost.length).toBeGreaterThan(0);
    await cluster.kill(at);
    const began = performance.now();
    const errors = await Promise.all(lost.map((key) => redis.get(key).catch((error: Error) => error)));
    expect(performance.now() - began).toBeLessThan(2000);
    expect(errors.filter((error) => !isRedisUnavailable(error))).toEqual([]);
    let said = 0;
    const hears = async () => {
      await other(at).redis.publish('news', `again ${++said}`);
      return heard.length > 0;
    };
    await until(hears, 'news from another node');
  });
});

describe('the whole system on a Redis Cluster', () => {
  let redis: RedisCluster;
  let system: Cluster;
  let ann: Person;
  let bob: Person;
  let room: string;
  beforeAll(async () => {
    redis = await RedisCluster.start();
    system = await Cluster.start({ redis, replicas: 2 });
    ann = await Person.register(system.gateway(0).url, 'Ann');
    bob = await Person.register(system.gateway(1).url, 'Bob');
    room = `${ann.id}:${bob.id}`;
  });
  afterAll(async () => {
    for (const person of [ann, bob]) person?.leave();
    await system?.stop();
    await redis?.remove();
  });

  /** Sends until it is acknowledged, as a client does: the same client id every time. */
  const sayUntilStored = async (ears: Ears, roomId: string, message: string) => {
    const clientId = `cluster-${message.replaceAll(' ', '-')}`;
    await until(
      async () => (await ears.call('message', { roomId, message, clientId })).ok,
      `ack of ${message}`,
      60_000,
    );
  };
  const stored = async (roomId: string) => {
    const { body } = await ann.get(`/api/rooms/${roomId}/messages?limit=200`);
    return body.messages?.map(({ message }: { message: string }) => message);
  };

  it('has its demo data, and people who talk over both gateways, in General and in private', async () => {
    await until(async () => (await stored('0'))?.length >= 5, 'the demo messages');
    const pablo = await Person.signIn(system.gateway(1).url, 'Pablo');
    expect((await pablo.get('/api/rooms')).body.rooms.length).toBeGreaterThan(3);
    const [a, b] = [await ann.connect(), await bob.connect()];
    await a.say('0', 'to all');
    await b.hears('to all');
    await b.say(room, 'to Ann alone');
    await a.hears('to Ann alone');
    expect(await stored(room)).toEqual(['to Ann alone']);
    const online = async () => (await pablo.get('/api/users/online')).body.users.map(({ id }: Person) => id);
    expect((await online()).sort()).toEqual([ann.id, bob.id].sort());
    ann.leave();
    await b.next('user.disconnected', ({ id }) => id === ann.id);
    bob.leave();
    await pablo.request('DELETE', '/api/session');
    expect((await pablo.get('/api/rooms')).status).toBe(401);
  });

  it('limits sign-ins', async () => {
    const tries = Array.from({ length: 11 }, () =>
      Person.signIn(system.gateway(0).url, 'Ann', 'wrong password').catch(String),
    );
    expect((await Promise.all(tries)).filter((error) => `${error}`.includes('rate_limited'))).toHaveLength(1);
  });

  it('gives what was missed to those whose gateway was killed', async () => {
    const [a, b] = [await ann.connect(), await bob.connect()];
    await a.say('0', 'last heard');
    const at = (await bob.get('/api/rooms/0/messages?limit=1')).body;
    await system.gateway(0).end('SIGKILL');
    await b.say('0', 'missed');
    await system.restartGateway(0);
    await a.next('hello', () => a.of('hello').length > 1);
    const synced = await a.call<{ rooms: unknown[] }>('sync', { epoch: at.epoch, positions: [at.head] });
    expect(synced).toMatchObject({ ok: true, rooms: [{ status: 'ok', messages: [{ message: 'missed' }] }] });
    for (const person of [ann, bob]) person.leave();
  });

  it('moves slots under people who talk, and none of them notices', async () => {
    const [a, b] = [await ann.connect(), await bob.connect()];
    const texts = Array.from({ length: 40 }, (_, i) => `moving ${i}`);
    const talk = (async () => {
      for (const text of texts) await a.say('0', text);
    })();
    const partitions = Array.from({ length: 16 }, (_, i) => keys.partition('messages', i));
    for (const key of ['room:0', 'work:messages', 'online_users', `sess:${ann.id}`, ...partitions]) {
      const from = await redis.masterOf(key);
      const to = redis.servers[(redis.servers.indexOf(from) + 1) % 3];
      if (to) await redis.moveSlotOf(key, from, to);
    }
    await talk;
    await b.hears('moving 39');
    expect(b.texts('0')).toEqual(texts);
    for (const person of [ann, bob]) person.leave();
  });

  it('loses nothing and goes on when a master dies and its replica takes over', async () => {
    const [a, b] = [await ann.connect(), await bob.connect()];
    const master = await redis.masterOf('{room:0}');
    const replica = await redis.add();
    await redis.replicate(replica, master);
    const before = Array.from({ length: 20 }, (_, i) => `before ${i}`);
    for (const message of before) await sayUntilStored(a, '0', message);
    await master.redis.wait(1, 5000);
    await redis.kill(master);
    const hasTakenOver = async () => /role:master/.test(await replica.redis.info('replication'));
    await Promise.all([until(hasTakenOver, 'the replica to take over', 60_000), sayUntilStored(a, '0', 'after')]);
    await sayUntilStored(b, room, 'in private too');
    await Promise.all([b.hears('after'), a.hears('in private too')]);
    const texts = (await stored('0')) as string[];
    expect(texts.filter((text) => text.startsWith('before'))).toEqual(before);
    expect(b.texts('0').filter((text) => /before|after/.test(text))).toEqual([...before, 'after']);
    const carl = await Person.register(system.gateway(1).url, 'Carl');
    expect((await carl.get('/api/session')).body.user.username).toBe('Carl');
  });
});
