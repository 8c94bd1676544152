import { type Changed, type Message, type RoomView, revOf, type SyncAnswer } from '@app/contracts';
import { channelsOf } from '@app/redis';
import {
  Cluster,
  type Ears,
  LinkProxy,
  Person,
  type ServiceProcess,
  startRedis,
  type TestRedis,
  until,
} from '@app/testing';

let redis: TestRedis;
let cluster: Cluster;
let proxy: LinkProxy;
/** A gateway whose connections to Redis can be made deaf. */
let deaf: ServiceProcess;
let pablo: Person;
let joe: Person;
let mary: Person;

/** Of those whose client knows our protocol. */
const OURS = { auth: { protocol: 1 } };

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({ redis, gateways: 1 });
  proxy = await LinkProxy.start(redis.endpoint.port);
  deaf = await cluster.spawn('gateway', {
    REDIS_ENDPOINT_URL: `127.0.0.1:${proxy.port}`,
    RELAY_HEARTBEAT_MS: '200',
    RELAY_SILENCE_MS: '1000',
  });
  pablo = await Person.signIn(cluster.gateway(0).url, 'Pablo');
  joe = await Person.signIn(deaf.url, 'Joe');
  mary = await Person.signIn(cluster.gateway(0).url, 'Mary');
});
afterEach(() => {
  for (const person of [pablo, joe, mary]) person.leave();
});
afterAll(async () => {
  await deaf?.end();
  await cluster?.stop();
  proxy?.stop();
  await redis?.stop();
});

const bodyOf = async <T>(asked: Promise<{ status: number; body: T }>): Promise<T> => {
  const { status, body } = await asked;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
};
const create = async (name: string, more: object = {}): Promise<string> => {
  const { room } = await bodyOf<RoomView>(pablo.post('/api/rooms/named', { name, visibility: 'public', ...more }));
  return room.id;
};
const at = (roomId: string, rest: string) => `/api/rooms/${roomId}/${rest}`;
const joinedBy = (person: Person, roomId: string) => bodyOf<RoomView>(person.post(at(roomId, 'join')));
/** One user's, at both gateways. */
const everywhere = (person: Person, gateways = [cluster.gateway(0), deaf]) =>
  Promise.all(gateways.map(({ url }) => person.at(url).connect(OURS)));

it('a room is made, found, joined and heard by everybody in it, on every gateway', async () => {
  const [a, ...both] = [await pablo.connect(OURS), ...(await everywhere(joe))];
  const roomId = await create('Crew', { topic: 'Deck' });
  await a.next('rooms.stale');
  const { rooms } = (await joe.get('/api/directory?q=cr')).body;
  expect(rooms).toEqual([expect.objectContaining({ members: 1, role: null })]);
  expect(rooms[0].room).toMatchObject({ id: roomId, name: 'Crew', topic: 'Deck' });
  await a.say(roomId, 'before');
  expect(await joinedBy(joe, roomId)).toMatchObject({ members: 2, role: 'member' });
  await a.next('changed', ({ member }: Changed) => member?.userId === joe.id && member.role === 'member');
  await a.say(roomId, 'hello');
  for (const ears of both) {
    await ears.next('rooms.stale', ({ spreadMs }) => spreadMs === 0);
    await ears.hears('hello');
    expect(ears.texts(roomId)).toEqual(['hello']);
  }
  const lists = await Promise.all([pablo, joe].map((person) => person.get('/api/rooms')));
  for (const { body } of lists) expect(body.rooms.map(({ names }: { names: string[] }) => names[0])).toContain('Crew');
  expect((await joe.get(`/rooms/${joe.id}`)).body).toContainEqual({ id: roomId, names: ['Crew'] });
});

it('what changes in a room is heard there one after the other, and synced by who was away', async () => {
  const roomId = await create('Changing');
  await joinedBy(joe, roomId);
  const [a, b] = [await pablo.connect(OURS), await joe.connect(OURS)];
  const first = await a.say(roomId, 'first');
  await b.hears('first');
  b.socket.disconnect();
  await bodyOf(pablo.request('PATCH', `/api/rooms/${roomId}`, { name: 'Changed', topic: 'again' }));
  await joinedBy(mary, roomId);
  await bodyOf(pablo.request('PATCH', at(roomId, `members/${mary.id}`), { role: 'admin' }));
  const last = await a.say(roomId, 'last');
  await a.hears('last');
  const heard = a.of('changed').filter((changed) => changed.roomId === roomId) as Changed[];
  expect(heard.map(({ entity, rev }) => [entity, rev])).toEqual(
    ['room', `u${mary.id}`, `u${mary.id}`].map((entity, i) => [entity, revOf(first) + 1 + i]),
  );
  expect(heard[0]?.room).toMatchObject({ name: 'Changed', topic: 'again' });
  expect(revOf(last)).toBe(revOf(first) + 4);
  const again = await joe.connect(OURS);
  const positions = [{ roomId, seq: first.seq, id: first.id, rev: revOf(first) }];
  const answer = await again.call<SyncAnswer>('sync', { positions });
  const synced = answer.ok ? answer.rooms[0] : undefined;
  expect(synced).toMatchObject({ status: 'ok', messages: [last], changed: [], upTo: { seq: 2, rev: revOf(last) } });
  const { rooms } = (await joe.get('/api/rooms')).body;
  expect(rooms.find(({ id }: { id: string }) => id === roomId).names).toEqual(['Changed']);
});

it('only those post, edit and join who may: in a room of announcements, and in an archived one', async () => {
  const roomId = await create('Announcements', { posting: 'admins' });
  await joinedBy(joe, roomId);
  const [a, b] = [await pablo.connect(OURS), await joe.connect(OURS)];
  const said = await a.say(roomId, 'hear, hear');
  const refused = { ok: false, error: { code: 'forbidden' } };
  const send = { roomId, message: 'me too', clientId: 'not-allowed-1' };
  expect(await b.call('message', send)).toMatchObject(refused);
  await bodyOf(pablo.request('PATCH', at(roomId, `members/${joe.id}`), { role: 'admin' }));
  const own = await b.say(roomId, 'now I may');
  await bodyOf(pablo.post(at(roomId, 'archive')));
  expect(await a.call('message', { ...send, clientId: 'not-allowed-2' })).toMatchObject(refused);
  expect(await b.call('message.edit', { id: own.id, message: 'no', ifRev: revOf(own) })).toMatchObject(refused);
  expect((await mary.post(at(roomId, 'join'))).status).toBe(403);
  expect((await joe.get(at(roomId, 'messages'))).body.messages).toHaveLength(2);
  expect(await b.call('message.delete', { id: own.id })).toMatchObject({ ok: true });
  await bodyOf(pablo.post(at(roomId, 'restore')));
  expect(await a.say(roomId, 'again')).toMatchObject({ seq: (said.seq ?? 0) + 2 });
});

it('people are listed by name, with what they are and whether they are there', async () => {
  const roomId = await create('Crowd');
  await Promise.all([joe, mary].map((person) => joinedBy(person, roomId)));
  const ears = await joe.connect(OURS);
  const list = async (query = '') => (await pablo.get(at(roomId, `members${query}`))).body.members;
  await until(async () => (await list('?q=jo'))[0]?.online, 'Joe to be online');
  expect(await list()).toEqual([
    { id: joe.id, username: 'Joe', role: 'member', online: true },
    { id: mary.id, username: 'Mary', role: 'member', online: false },
    { id: pablo.id, username: 'Pablo', role: 'owner', online: expect.any(Boolean) },
  ]);
  const { body } = await pablo.get(at(roomId, 'members?limit=2'));
  expect((await list(`?limit=2&after=${body.next}`)).map(({ username }: { username: string }) => username)).toEqual([
    'Pablo',
  ]);
  expect((await list('?role=owner')).map(({ username }: { username: string }) => username)).toEqual(['Pablo']);
  ears.socket.disconnect();
});

it('who is removed while messages pour in hears nothing after it, 200 times, on a gateway that is deaf half of the time', async () => {
  const roomIds: string[] = [];
  for (let i = 0; i < 200; i++) roomIds.push(await create(`Pouring ${i}`, { visibility: 'private' }));
  for (const person of [joe, mary]) {
    await Promise.all(roomIds.map((id) => bodyOf(pablo.request('PUT', at(id, `members/${person.id}`)))));
  }
  /** The clock of each room at which Joe was out of it. */
  const outs = new Map<string, number>();
  const subscriber = await redis.connect();
  subscriber.on('message', (_channel, text: string) => {
    const { type, data } = JSON.parse(text);
    if (type === 'changed' && data.entity === `u${joe.id}` && data.member.role === null)
      outs.set(data.roomId, data.rev);
  });
  await subscriber.subscribe(channelsOf(subscriber).news);
  const [a, m, ...both] = [await pablo.connect(OURS), await mary.connect(OURS), ...(await everywhere(joe))];
  const pour = (ears: Ears, roomId: string) =>
    Promise.all(Array.from({ length: 10 }, (_, n) => ears.say(roomId, `pouring ${n}`)));
  let thaw = () => {};
  for (const [i, roomId] of roomIds.entries()) {
    if (i % 40 === 0) thaw = proxy.freeze(() => true, true);
    if (i % 40 === 20) {
      thaw();
      await a.say('0', `caught up ${i}`);
      await both[1]?.hears(`caught up ${i}`);
    }
    await a.say(roomId, 'with Joe');
    const poured = [pour(a, roomId), pour(m, roomId)];
    await bodyOf(pablo.request('DELETE', at(roomId, `members/${joe.id}`)));
    await a.say(roomId, 'without Joe');
    await Promise.all(poured);
  }
  await a.say('0', 'the end');
  await Promise.all(both.map((ears) => ears.hears('the end')));
  await until(() => outs.size === 200, 'all that became of Joe');
  for (const ears of both) {
    const heard = ears.of('message').filter(({ roomId }) => outs.has(roomId)) as Message[];
    expect(heard.filter((message) => revOf(message) > (outs.get(message.roomId) ?? 0))).toEqual([]);
    expect(heard.length).toBeGreaterThan(90);
  }
  const [first = ''] = roomIds;
  expect((await joe.get(at(first, 'messages'))).status).toBe(403);
  expect((await joe.get(`/api/rooms/${first}`)).status).toBe(404);
  subscriber.disconnect();
}, 120_000);
