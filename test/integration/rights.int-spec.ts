import { CALLS, type CallName, callNamed, type Message, WORK, type WorkPattern } from '@app/contracts';
import { StreamsClient } from '@app/streams';
import { Cluster, type Ears, Person, startRedis, type TestRedis, until } from '@app/testing';
import { MembersStore } from '../../apps/rooms/src/members.store';
import { Telling } from '../../apps/rooms/src/telling';
import { ASKERS, type Asker, CALL_RIGHTS, OUTCOMES, type Row, SERVICES_ALONE, WORK_RIGHTS } from './rights';

const NAMES = Object.keys(CALLS) as CallName[];
const PATTERNS = Object.keys(WORK) as WorkPattern[];
/** What a member of each is called in the members hash, of those who are not anonymous. */
const LETTERS = { registered: null, removed: null, banned: 'x', member: 'm', admin: 'a', owner: 'o' } as const;
type SignedIn = keyof typeof LETTERS;
const isSignedIn = (asker: Asker): asker is SignedIn => asker in LETTERS;

let redis: TestRedis;
let cluster: Cluster;
let streams: StreamsClient;
let members: MembersStore;
let people: Record<Asker, Person>;
let ears: Record<SignedIn, Ears>;
/** Whom things are done to; who is added; who wrote the message. */
let mate: Person;
let other: Person;
const rooms: Record<'private' | 'public', { id: string; message: Message }> = {} as never;
let count = 0;

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({ redis, gateways: 1 });
  const { url } = cluster.gateway(0);
  const named = async (name: string) => Person.register(url, `${name} of rights`);
  [mate, other] = [await named('mate'), await named('other')];
  people = { anonymous: Person.visitor(url) } as typeof people;
  for (const asker of ASKERS) if (asker !== 'anonymous') people[asker] = await named(asker);
  const { cookie } = people.ended;
  await people.ended.request('DELETE', '/api/session');
  people.ended.cookie = cookie;
  const data = await redis.connect();
  members = new MembersStore(data, new Telling(data, { CHANGES_KEPT: 2000 }));
  streams = new StreamsClient({ endpoint: redis.endpoint, name: 'test' });
  await streams.whenReady();
  ears = {} as typeof ears;
  for (const asker of ASKERS) if (isSignedIn(asker)) ears[asker] = await people[asker].connect();
  for (const visibility of ['private', 'public'] as const) {
    const { body } = await people.owner.post('/api/rooms/named', { name: `Rights, ${visibility}`, visibility });
    rooms[visibility] = { id: body.room.id, message: undefined as never };
    await members.set(body.room.id, mate, 'm');
    const said = await mate.post(`/api/rooms/${body.room.id}/messages`, { message: 'a word' });
    rooms[visibility].message = said.body.message;
  }
}, 60_000);
afterAll(async () => {
  for (const person of Object.values(people ?? {})) person.leave();
  await streams?.close();
  await cluster?.stop();
  await redis?.stop();
});

it('every call and every request between services has its row', () => {
  expect(Object.keys(CALL_RIGHTS).sort()).toEqual([...NAMES].sort());
  expect(Object.keys(WORK_RIGHTS).sort()).toEqual([...PATTERNS].sort());
  // What a call is passed on as has its rights.
  for (const name of NAMES) {
    const { work } = callNamed(name);
    if (work !== undefined) expect([work, WORK_RIGHTS[work as WorkPattern]]).toEqual([work, name]);
  }
});

/** The room and everybody in it as each row finds them. */
async function prepare(roomId: string, visibility: 'private' | 'public'): Promise<void> {
  const data = redis.connect();
  await (await data).hset(`{room:${roomId}}:info`, 'visibility', visibility);
  await (await data).hdel(`{room:${roomId}}:info`, 'archivedAt');
  // Whoever was removed was in it a moment ago.
  await members.set(roomId, people.removed, 'm');
  for (const asker of ASKERS) if (isSignedIn(asker)) await members.set(roomId, people[asker], LETTERS[asker]);
  await members.set(roomId, mate, 'm');
  await members.set(roomId, other, null);
}

/** What a call is asked with. */
function requestOf(name: CallName | WorkPattern, visibility: 'private' | 'public'): Record<string, unknown> {
  const { id: roomId, message } = rooms[visibility];
  const all: Record<string, unknown> = {
    roomId,
    memberId: name.endsWith('add') ? other.id : mate.id,
    id: message.id,
    userId: mate.id,
    ids: mate.id,
    message: 'another word',
    clientId: `rights-${++count}`,
    ifRev: name.startsWith('message') ? message.rev : undefined,
    seq: 1,
    positions: [{ roomId, seq: 0, id: '' }],
    name: name.endsWith('create') ? `Made ${++count}` : undefined,
    topic: `topic ${++count}`,
    visibility: name.endsWith('create') ? 'private' : visibility === 'public' ? 'private' : 'public',
    role: 'admin',
  };
  return all;
}
const only = (fields: readonly string[], all: Record<string, unknown>) =>
  Object.fromEntries(fields.filter((field) => all[field] !== undefined).map((field) => [field, all[field]]));
const fieldsOf = (schema: unknown) => Object.keys((schema as { shape?: object }).shape ?? {});

/** What somebody is answered: `ok`, or a code. */
async function answerTo(asker: Asker, name: CallName, visibility: 'private' | 'public'): Promise<string> {
  const { http, request } = callNamed(name);
  const fields = only(fieldsOf(request), requestOf(name, visibility));
  if (!http) {
    if (!isSignedIn(asker)) return refusedSocket(people[asker]);
    const answer = await ears[asker].call(name, name === 'room.join' ? rooms[visibility].id : fields);
    return answer.ok ? 'ok' : answer.error.code;
  }
  const path = http.path.replace(/:(\w+)/g, (_, field: string) => {
    const value = fields[field] ?? 'x';
    delete fields[field];
    return encodeURIComponent(String(value));
  });
  const inQuery = http.method === 'GET' || http.method === 'DELETE';
  const query = name === 'members' || name === 'rooms' || !inQuery ? '' : '';
  const body = inQuery || Object.keys(fields).length === 0 ? undefined : fields;
  const { status, body: answer } = await people[asker].request(http.method, path + query, body);
  return status < 300 ? 'ok' : answer.code;
}

const refusedSocket = (person: Person) =>
  new Promise<string>((resolve) => {
    person.socket({ reconnection: false }).on('connect_error', ({ message }) => resolve(message));
  });

const rowOf = (row: Row, visibility: 'private' | 'public') => (typeof row === 'string' ? row : row[visibility]);

describe.each(['private', 'public'] as const)('in a %s room', (visibility) => {
  it.each(NAMES)('%s', async (name) => {
    const expected = [...rowOf(CALL_RIGHTS[name], visibility)].map((letter) => OUTCOMES[letter]);
    for (const [i, asker] of ASKERS.slice(0, expected.length).entries()) {
      await prepare(rooms[visibility].id, visibility);
      const asked = () => answerTo(asker, name, visibility);
      if (name === 'typing') {
        // The gateway decides, by what it has heard.
        await until(async () => (await asked()) === expected[i], `typing of ${asker} to be ${expected[i]}`);
      } else expect([asker, await asked()]).toEqual([asker, expected[i]]);
    }
  });

  it.each(PATTERNS.filter((pattern) => WORK_RIGHTS[pattern] !== SERVICES_ALONE))('%s', async (pattern) => {
    const row = rowOf(CALL_RIGHTS[WORK_RIGHTS[pattern] as CallName], visibility);
    // An admin of the installation is nothing more in a room yet.
    const askers = [...ASKERS.slice(2), 'instance admin'] as const;
    for (const asker of askers) {
      await prepare(rooms[visibility].id, visibility);
      const person = people[asker === 'instance admin' ? 'registered' : (asker as Asker)];
      const letter = row[ASKERS.indexOf(asker === 'instance admin' ? 'registered' : (asker as Asker))] ?? '';
      const request = {
        ...only(fieldsOf(WORK[pattern].request), { ...requestOf(pattern, visibility), key: `creation-${++count}` }),
        userId: person.id,
        ...(pattern === 'rooms.open' && { otherId: mate.id }),
        ...(['messages.page', 'messages.sync'].includes(pattern) && { limit: 10 }),
        ...(pattern === 'messages.slice' && { offset: 0, size: 10 }),
        ...(pattern.startsWith('rooms.') && !pattern.endsWith('appoint') && { role: undefined }),
      };
      const role = asker === 'instance admin' ? { instanceRole: 'admin' } : {};
      const actor = { userId: person.id, kind: 'user' as const, ...role };
      const answer = await streams
        .call(pattern, JSON.parse(JSON.stringify(request)) as never, { context: { requestId: 'test', actor } })
        .then(
          () => 'ok',
          ({ code }) => code,
        );
      expect([asker, answer]).toEqual([asker, OUTCOMES[letter]]);
    }
  });
});
