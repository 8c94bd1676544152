import type { Position, SyncAnswer } from '@app/contracts';
import { channelsOf, keys, type Redis } from '@app/redis';
import {
  Cluster,
  type Ears,
  Person,
  SEAL_SECRET_OF_TESTS,
  ServiceProcess,
  startRedis,
  type TestRedis,
  until,
} from '@app/testing';
import { MembersStore } from '../../apps/rooms/src/members.store';
import { Telling } from '../../apps/rooms/src/telling';

// A room is left as soon as nobody hears it, so that rooms come and go all the time.
const ENV = {
  RELAY: 'sharded',
  RELAY_HEARTBEAT_MS: '100',
  RELAY_UNSUBSCRIBE_MS: '50',
  PRESENCE_GRACE_MS: '100',
  TYPING_MS: '0',
};
const OURS = { auth: { protocol: 1 } };

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
let rooms: MembersStore;
let pablo: Person;
let joe: Person;

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  rooms = new MembersStore(data, new Telling(data, { CHANGES_KEPT: 2000 }));
  cluster = await Cluster.start({ redis, env: ENV });
  pablo = await Person.signIn(cluster.gateway(0).url, 'Pablo');
  joe = await Person.signIn(cluster.gateway(1).url, 'Joe');
  const a = await pablo.connect(OURS);
  await until(() => isOnRoomsAlone(a), 'everybody to announce on the channels of rooms alone');
  pablo.leave();
});
afterEach(() => {
  for (const person of [pablo, joe]) person.leave();
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

/** What is told on the plain channels while something is done. */
async function onPlainDuring(act: () => Promise<unknown>): Promise<string[]> {
  const plain = await redis.connect('subscriber');
  const { messages, news } = channelsOf(data);
  const types: string[] = [];
  plain.on('message', (_channel: string, text: string) => types.push(JSON.parse(text).type));
  await plain.subscribe(messages, news);
  await act();
  // What came before it has come by then.
  await plain.ping();
  plain.disconnect();
  return types;
}

const OF_ROOMS = ['message', 'changed', 'typing', 'room.read'];

/** Whether a message, a read mark and typing are announced on the channel of their room and nowhere else. */
async function isOnRoomsAlone(ears: Ears): Promise<boolean> {
  const types = await onPlainDuring(async () => {
    const { seq } = await ears.say('0', 'where is it heard?');
    await ears.call('room.read', { roomId: '0', seq });
    await ears.call('typing', { roomId: '0' });
  });
  return !types.some((type) => OF_ROOMS.includes(type));
}

/** How many hear a room's channel. */
async function hearing(roomId: string): Promise<number> {
  const [, count] = (await data.call('PUBSUB', 'SHARDNUMSUB', channelsOf(data).room(roomId))) as [string, number];
  return Number(count);
}

async function metric({ url }: { url: string }, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
}

/** Up to where a client that knows nothing of a room is told of it. */
async function syncedUpTo(ears: Ears, roomId: string): Promise<number> {
  let at: Partial<Position> & { seq: number } = { roomId, seq: 0, id: '' };
  for (;;) {
    const answer = await ears.call<SyncAnswer>('sync', { positions: [at] });
    const [room] = answer.ok ? answer.rooms : [];
    if (room?.status !== 'ok') throw new Error(`no sync: ${JSON.stringify(answer)}`);
    at = room.upTo;
    if (!room.more) return at.seq;
  }
}

const lines = (what: string, n: number) => Array.from({ length: n }, (_, i) => `${what} ${i}`);

it('brings a gateway what its sockets hear, and nothing of the rooms of another', async () => {
  await Promise.all([rooms.set('11', pablo, 'm'), rooms.set('12', joe, 'm')]);
  const [a, b] = [await pablo.connect(), await joe.connect()];
  expect(await Promise.all(['0', '11', '12', '13'].map(hearing))).toEqual([2, 1, 1, 0]);
  const before = await Promise.all(cluster.gateways.map((gateway) => metric(gateway, 'chat_relay_unheard_total')));
  for (const text of lines('apart', 10)) await Promise.all([a.say('11', text), b.say('12', text)]);
  await Promise.all([a.hears('apart 9'), b.hears('apart 9')]);
  expect([a.texts(), b.texts()]).toEqual([lines('apart', 10), lines('apart', 10)]);
  expect(new Set(a.of('message').map(({ roomId }) => roomId))).toEqual(new Set(['11']));
  expect(await Promise.all(cluster.gateways.map((gateway) => metric(gateway, 'chat_relay_unheard_total')))).toEqual(
    before,
  );
  a.socket.disconnect();
  await until(async () => (await hearing('11')) === 0, 'the room to be left');
  expect(await hearing('12')).toBe(1);
  expect(await metric(cluster.gateway(1), 'chat_relay_rooms')).toBeGreaterThan(0);
});

it('brings edits, deletions, typing and read marks the same way', async () => {
  const [a, b, other] = [await pablo.connect(OURS), await joe.connect(OURS), await pablo.at(joe.url).connect(OURS)];
  const types = await onPlainDuring(async () => {
    const { id, rev = 0, seq = 0 } = await a.say('0', 'first');
    await b.hears('first');
    expect(await a.call('message.edit', { id, message: 'second', ifRev: rev || seq })).toMatchObject({ ok: true });
    await b.next('changed', ({ message }) => message.message === 'second');
    expect(await a.call('message.delete', { id })).toMatchObject({ ok: true });
    await b.next('changed', ({ message }) => message.deleted !== undefined);
    expect(await a.call('typing', { roomId: '0' })).toEqual({ ok: true });
    await b.next('typing', ({ userId }) => userId === pablo.id);
    expect(await a.call('room.read', { roomId: '0', seq })).toMatchObject({ ok: true });
    await other.next('room.read', (mark) => mark.seq >= seq);
  });
  for (const type of OF_ROOMS) expect(types).not.toContain(type);
});

it('begins a private room at once for both, however fast the first messages come', async () => {
  const people = await Promise.all(lines('Newcomer', 4).map((name) => Person.register(cluster.gateway(0).url, name)));
  const b = await joe.connect();
  const ears = await Promise.all(people.map((person) => person.connect()));
  const texts = lines('quick', 20);
  await Promise.all(
    ears.map(async (a, n) => {
      const roomId = `${joe.id}:${people[n]?.id}`;
      await Promise.all(texts.map((text, i) => (i % 2 ? a : b).say(roomId, text)));
    }),
  );
  for (const [n, a] of ears.entries()) {
    const roomId = `${joe.id}:${people[n]?.id}`;
    await until(() => [a, b].every((one) => one.texts(roomId).length >= texts.length), 'all of it');
    for (const one of [a, b]) {
      const of = one.of('message').filter((message) => message.roomId === roomId);
      expect(of.map(({ seq }) => seq)).toEqual(texts.map((_, i) => i + 1));
      expect(one.of('show.room').filter(({ id }) => id === roomId)).toHaveLength(1);
    }
  }
  for (const person of people) person.leave();
});

it('leaves no hole and no double for who comes and goes while messages pour in', async () => {
  const a = await pablo.connect();
  const roomId = '14';
  for (const person of [pablo, joe]) await rooms.set(roomId, person, 'm');
  let talking = true;
  const talk = (async () => {
    for (let i = 0; talking; i += 1) await Promise.all([0, 1, 2].map((n) => a.say(roomId, `pouring ${i} ${n}`)));
  })();
  // Each finds the room left by the gateway, about to be left, or heard.
  for (let i = 0; i < 25; i += 1) {
    const b = await joe.connect(OURS);
    const upTo = await syncedUpTo(b, roomId);
    const first = (await b.next('message', ({ seq }) => seq > upTo)).seq;
    await until(() => b.of('message').length >= 5, 'some live ones');
    const seqs = b.of('message').map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, n) => seqs[0] + n));
    if (seqs[0] > upTo + 1) throw new Error(`a hole between ${upTo} and ${seqs[0]}`);
    expect(first).toBe(Math.max(upTo + 1, seqs[0]));
    b.socket.disconnect();
    if (i % 3 === 0) await until(async () => (await hearing(roomId)) === 1, 'the room to be left');
  }
  talking = false;
  await talk;
});

it('lets nobody hear a room that they left, and everybody who comes to one', async () => {
  const roomId = '15';
  await rooms.set(roomId, pablo, 'm');
  const [a, b] = [await pablo.connect(), await joe.connect(OURS)];
  const expected: string[] = [];
  for (let i = 0; i < 10; i += 1) {
    const told = b.of('rooms.stale').length;
    await rooms.set(roomId, joe, 'm');
    await until(() => b.of('rooms.stale').length > told, 'Joe to be told');
    await a.say(roomId, `in ${i}`);
    expected.push(`in ${i}`);
    await rooms.set(roomId, joe, null);
    await a.say(roomId, `out ${i}`);
    if (i % 2) await until(async () => (await hearing(roomId)) === 1, 'the room to be left');
  }
  await a.say('0', 'that was it');
  await b.hears('that was it');
  expect(b.texts(roomId)).toEqual(expected);
});

it('loses nothing when the connections by which gateways hear are killed', async () => {
  const [a, b] = [await pablo.connect(), await joe.connect()];
  for (const text of lines('killed', 8)) {
    await data.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await until(
      async () => (await a.call('message', { roomId: '0', message: text, clientId: `c-${text.replace(' ', '-')}` })).ok,
      'ack',
    );
  }
  await Promise.all([a, b].map((ears) => ears.hears('killed 7')));
  expect([a.texts('0'), b.texts('0')]).toEqual([lines('killed', 8), lines('killed', 8)]);
});

it('is switched to and back process by process, and nobody misses anything or hears it twice', async () => {
  const started: ServiceProcess[] = [];
  let [a, b] = [await pablo.connect(), await joe.connect()];
  let said = 0;
  /** What both have heard by now is all that was said, once. */
  const talk = async () => {
    for (const text of lines('switching', 10)) await (said++ % 2 ? a : b).say('0', `${text} of ${said}`);
    const newest = (await a.say('0', `the last of ${said}`)).seq ?? 0;
    for (const ears of [a, b]) {
      await ears.next('message', ({ seq }) => seq === newest);
      const seqs = ears.of('message').map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, i) => seqs[0] + i));
    }
  };
  const replace = async (old: ServiceProcess | undefined, RELAY: string) => {
    const next = await cluster.spawn(old?.name ?? '', { RELAY });
    started.push(next);
    await talk();
    return { next, end: () => old?.end() };
  };
  await talk();
  try {
    for (const relay of ['messages', 'sharded']) {
      for (const [i, old] of cluster.workers.entries()) {
        if (old.name === 'auth') continue;
        const { next, end } = await replace(old, relay);
        cluster.workers[i] = next;
        await end();
        await talk();
      }
      for (const n of [0, 1]) {
        const { next, end } = await replace(cluster.gateways[n], relay);
        cluster.gateways[n] = next;
        // Its people come to the new one, and hear all from there on.
        if (n === 0) {
          pablo = pablo.at(next.url);
          a = await pablo.connect();
        } else {
          joe = joe.at(next.url);
          b = await joe.connect();
        }
        await talk();
        await end();
        await talk();
      }
      const isAlone = async () => (await data.exists(keys.onlineShardedAlone)) === (relay === 'sharded' ? 1 : 0);
      await until(isAlone, `everybody to be of ${relay}`, 20_000);
      await talk();
    }
  } finally {
    for (const each of [a, b] as Ears[]) each.socket.disconnect();
  }
});

it('catches up as a plain gateway on what was announced while its lease was over', async () => {
  const env = { RELAY: 'messages', PRESENCE_HEARTBEAT_MS: '60000', PRESENCE_LEASE_MS: '240000' };
  const plain = await cluster.spawn('gateway', env);
  const a = await pablo.connect(OURS);
  const late = joe.at(plain.url);
  const b = await late.connect(OURS);
  const { serverId } = await b.next('hello');
  try {
    await a.say('0', 'while it counts');
    await b.hears('while it counts');
    // As after a stop that was longer than the lease; it hears itself all the while.
    await data.zrem(keys.onlineGateways, serverId);
    await until(() => isOnRoomsAlone(a), 'everybody to announce on the channels of rooms alone');
    await a.say('0', 'while nobody counts on it');
    const clients = String(await data.call('CLIENT', 'LIST')).split('\n');
    const own = clients.filter((line) => line.includes(' name=gateway:commands '));
    // It renews the lease when it is connected again.
    await Promise.all(own.map((line) => data.call('CLIENT', 'KILL', 'ID', /id=(\d+)/.exec(line)?.[1] ?? '')));
    await b.hears('while nobody counts on it');
    const seqs = b.of('message').map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => seqs[0] + i));
  } finally {
    late.leave();
    await plain.end();
  }
});

it('refuses to start on a Redis that has no sharded channels', async () => {
  const old = await startRedis({ args: ['--rename-command', 'SPUBLISH', 'NOT_YET'] });

  const process = ServiceProcess.launch('messages', {
    REDIS_ENDPOINT_URL: old.url,
    RELAY: 'sharded',
    SEAL_SECRET: SEAL_SECRET_OF_TESTS,
  });
  const { code } = await process.exited;
  expect(code).toBe(1);
  expect(process.lastWords).toContain('Redis must be of version 7 or later for RELAY=sharded');
  await old.stop();
});
