import { DEMO_USERNAMES } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { Cluster, Person, startRedis, type TestRedis, until } from '@app/testing';
import { FIRST, fillAsDemo } from './demo-database';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
let pablo: Person;

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  await fillAsDemo(data);
  // As servers on other platforms leave it, which write nobody's list.
  const written = JSON.stringify({ from: '3', date: FIRST, message: 'for you', roomId: '3:4' });
  await data.zadd(keys.room('3:4'), FIRST, written);
  // As somebody makes a room by hand.
  await data.set(keys.roomName('7'), 'Hand made');
  await Promise.all(['2', '3'].map((id) => data.sadd(keys.userRooms(id), '7')));
  await data.zadd(keys.room('7'), FIRST, JSON.stringify({ from: '3', date: FIRST, message: 'by hand', roomId: '7' }));
  cluster = await Cluster.start({ redis, gateways: 1 });
  pablo = await Person.signIn(cluster.gateway(0).url, 'Pablo');
});
afterAll(async () => {
  pablo?.leave();
  await cluster?.stop();
  await redis?.stop();
});

const text = ({ message }: { message: string }) => message;
// Equal scores lie in the order of their text.
const GENERAL = ['and once more', 'the same second', 'a number', 'a fraction', 'other letters', 'no date'];

it('a room that somebody made by hand is one of ours, with its people and what was said', async () => {
  const { url } = cluster.gateway(0);
  const joe = await Person.signIn(url, 'Joe');
  await until(async () => (await data.hget(keys.roomInfo('7'), 'rev')) !== null, 'the room to be adopted');
  const { status, body } = await joe.get('/api/rooms/7');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    room: { id: '7', name: 'Hand made', visibility: 'private' },
    members: 2,
    role: 'owner',
  });
  expect((await joe.get('/api/rooms/7/messages')).body.messages.map(text)).toEqual(['by hand']);
  expect((await joe.get('/rooms/2')).body).toContainEqual({ id: '7', names: ['Hand made'] });
  const listed = (await joe.get('/api/rooms/7/members')).body.members;
  expect(listed.map(({ username, role }: Record<string, string>) => [username, role])).toEqual([
    ['Joe', 'owner'],
    ['Mary', 'member'],
  ]);
  const ears = await joe.connect();
  await ears.say('7', 'by ours');
  expect((await pablo.get('/api/rooms/7')).status).toBe(404);
  joe.leave();
});

describe('a database filled by the demo', () => {
  it('is left as it stands', async () => {
    expect(await data.get(keys.totalUsers)).toBe('4');
    expect(await data.zcard(keys.room('0'))).toBe(6);
    expect(await data.keys('*demo*')).toEqual([]);
  });

  it.each(DEMO_USERNAMES.map((name, i) => [name, String(i + 1)]))('lets %s sign in', async (username, id) => {
    const user = { id, username };
    const visitor = Person.visitor(cluster.gateway(0).url);
    const signedIn = await visitor.post('/api/session', { username, password: 'password123' });
    expect(signedIn).toEqual({ status: 200, body: { user } });
    const demos = await visitor.post('/login', { username, password: 'password123' });
    expect(demos).toEqual({ status: 200, body: user });
    expect(await visitor.post('/login', { username, password: 'password124' })).toMatchObject({ status: 404 });
  });

  it("is read through the demo's routes", async () => {
    const newest = GENERAL.toReversed();
    const messages = (await pablo.get('/room/0/messages?offset=0&size=15')).body;
    expect(messages.map(text)).toEqual(newest);
    expect((await pablo.get('/room/0/preload')).body.messages).toEqual(messages);
    expect((await pablo.get('/room/0/messages?offset=2&size=2')).body.map(text)).toEqual(newest.slice(2, 4));
    const dates = [FIRST + 3, FIRST + 2, FIRST + 1.25, FIRST, FIRST, FIRST];
    const from = ['1', '4', '3', '1', '2', '2'];
    for (const [i, message] of messages.entries()) {
      expect(message).toMatchObject({ from: from[i], date: dates[i], roomId: '0' });
    }
    expect((await pablo.get('/rooms/1')).body).toEqual([
      { id: '0', names: ['General'] },
      { id: '1:2', names: ['Pablo', 'Joe'] },
    ]);
    expect((await pablo.get('/users?ids[]=2&ids[]=4')).body).toMatchObject({
      2: { username: 'Joe' },
      4: { username: 'Alex' },
    });
  });

  it.each(['Mary', 'Alex'])('shows %s a private room that is in no list', async (username) => {
    const person = await Person.signIn(cluster.gateway(0).url, username);
    const rooms = async () => (await person.get('/api/rooms')).body.rooms;
    await until(async () => (await rooms()).some(({ id }: { id: string }) => id === '3:4'), 'the room to be listed');
    expect(await rooms()).toContainEqual(
      expect.objectContaining({
        id: '3:4',
        names: ['Mary', 'Alex'],
        lastMessage: expect.objectContaining({ message: 'for you' }),
      }),
    );
  });

  it('is read through the API, page by page', async () => {
    expect((await pablo.get('/api/rooms')).body.rooms).toMatchObject([
      { id: '0', names: ['General'], lastMessage: { message: 'no date' } },
      { id: '1:2', names: ['Pablo', 'Joe'], lastMessage: { roomId: '1:2', date: FIRST } },
    ]);
    const found: string[] = [];
    let before: string | null = '';
    while (before !== null) {
      const { body } = await pablo.get(`/api/rooms/0/messages?limit=2${before && `&before=${before}`}`);
      found.unshift(...body.messages.map(text));
      before = body.before;
    }
    expect(found).toEqual(GENERAL);
    const users = (await pablo.get('/api/users')).body.users;
    expect(users.slice(0, 4).map(({ username }: { username: string }) => username)).toEqual([...DEMO_USERNAMES]);
  });

  it('goes on where it stopped', async () => {
    const ears = await pablo.connect();
    const message = await ears.say('0', 'ours now');
    expect(message.seq).toBe(1);
    expect((await pablo.get('/room/0/messages?offset=0&size=2')).body.map(text)).toEqual(['ours now', 'no date']);
    await data.zremrangebyscore(keys.room('0'), message.date, message.date);
    const ann = await Person.register(cluster.gateway(0).url, 'Ann');
    expect(ann.id).toBe('5');
  });

  it('whose servers took names of any length is listed in answers of a bounded size', async () => {
    const first = Number(await data.get(keys.totalUsers)) + 1;
    const ids = Array.from({ length: 12 }, (_, i) => String(first + i));
    const long = (id: string) => `${id} ${'x'.repeat(60_000)}`;
    for (const id of ids) await data.hset(keys.user(id), { username: long(id), password: '' });
    await data.set(keys.totalUsers, ids.at(-1) ?? '');
    const seen: string[] = [];
    let next: string | null = String(first - 1);
    for (let pages = 0; next !== null && pages < 20; pages++) {
      const { body }: { body: { users: { id: string }[]; next: string | null } } = await pablo.get(
        `/api/users?limit=500&after=${next}`,
      );
      expect(JSON.stringify(body).length).toBeLessThan(262_144);
      seen.push(...body.users.map(({ id }) => id));
      next = body.next;
    }
    expect(seen).toEqual(ids);
    const { body } = await pablo.get(`/api/users?ids=${ids.join(',')}`);
    expect(JSON.stringify(body).length).toBeLessThan(262_144);
    expect(body).toMatchObject({ users: ids.slice(0, 4).map((id) => ({ id })), next: ids[3] });
  });
});
