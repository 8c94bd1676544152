import { type Message, revOf, type SyncAnswer } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { unfinishedWork } from '@app/streams';
import {
  Cluster,
  type Ears,
  Person,
  RedisLinks,
  type ServiceProcess,
  startRedis,
  type TestRedis,
  until,
} from '@app/testing';
import { allKeys, snapshot } from './all-that-redis-keeps';
import { at, changeTo, edit, edited, pageOf, remove } from './changing';

const OURS = { auth: { protocol: 1 } };

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
let proxy: RedisLinks;
/** A gateway that can be made deaf. */
let deaf: ServiceProcess;
let pablo: Person;
let joe: Person;
let mary: Person;

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  const env = { LOG_LEVEL: 'trace', WORK_RETRY_MS: '1', WORK_MAX_DELIVERIES: '2', EDIT_WINDOW_MS: '86400000' };
  cluster = await Cluster.start({ redis, env });
  proxy = await RedisLinks.start(redis);
  deaf = await cluster.spawn('gateway', {
    ...proxy.env,
    RELAY_HEARTBEAT_MS: '200',
    RELAY_SILENCE_MS: '1000',
  });
  pablo = await Person.signIn(cluster.gateway(0).url, 'Pablo');
  joe = await Person.signIn(cluster.gateway(1).url, 'Joe');
  mary = await Person.signIn(cluster.gateway(1).url, 'Mary');
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

it('a greeting tells for how long a message may be edited, and what time it is', async () => {
  const ears = await pablo.connect(OURS);
  expect(ears.of('hello')).toMatchObject([{ editWindowMs: 86_400_000, now: expect.any(Number) }]);
});

describe('an edit and a deletion', () => {
  it('reach everybody in the room on every gateway, whole and in order', async () => {
    const ears = [
      await pablo.connect(OURS),
      await joe.connect(OURS),
      await mary.at(cluster.gateway(0).url).connect(OURS),
    ];
    const [a, b] = ears as [Ears, Ears];
    const first = await a.say('0', 'frist');
    const second = await edited(a, first, 'first');
    const other = await b.say('0', 'other');
    const gone = await remove(a, second);
    for (const each of ears) {
      expect(await each.next('changed', changeTo(second))).toMatchObject({
        roomId: '0',
        rev: revOf(second),
        message: second,
      });
      expect(await each.next('changed', changeTo(gone))).toMatchObject({ message: gone });
      const order = each.heard.filter(({ event }) => event === 'message' || event === 'changed');
      const revs = order.map(({ data }) => revOf(data.message?.id ? data.message : data));
      expect(revs).toEqual([first, second, other, gone].map(revOf));
      expect(revs).toEqual(revs.map((_, i) => (revs[0] ?? 0) + i));
    }
    const { messages, head } = await pageOf(joe, '0');
    expect(messages.slice(-2)).toEqual([gone, other]);
    expect(head.rev).toBe(revOf(gone));
  });

  it('of a private room reach its two and nobody else', async () => {
    const [a, b, c] = [await pablo.connect(OURS), await joe.connect(OURS), await mary.connect(OURS)];
    const message = await a.say('1:2', 'between us');
    const after = await edited(a, message, 'between us two');
    await b.next('changed', changeTo(after));
    const gone = await remove(a, after);
    await b.next('changed', changeTo(gone));
    const last = await a.say('0', 'for all');
    await c.hears(last.message);
    expect(c.of('changed')).toEqual([]);
  });

  it('over HTTP heed what the caller says to have seen, as an ETag too', async () => {
    const { message } = (await pablo.post('/api/rooms/0/messages', { message: 'tagged' })).body;
    const tagOf = async () => {
      const { headers } = await fetch(pablo.url + at(message), { headers: { cookie: pablo.cookie } });
      return headers.get('etag') ?? '';
    };
    const tag = await tagOf();
    expect(tag).toBe(`"${revOf(message)}"`);
    const patch = (text: string, ifMatch: string, more = {}) =>
      pablo.request('PATCH', at(message), { message: text, ...more }, { 'if-match': ifMatch });
    const current = (await patch('by tag', tag)).body.message;
    expect(await tagOf()).toBe(`"${revOf(current)}"`);
    expect(await patch('too late', tag)).toEqual({
      status: 412,
      body: { code: 'conflict', message: expect.any(String), current },
    });
    expect((await patch('by tag', tag)).status).toBe(200);
    const both = { ifRev: revOf(current) };
    expect((await patch('by both', `"${revOf(current)}"`, both)).status).toBe(200);
    for (const odd of [
      '*',
      revOf(current),
      `W/"${revOf(current)}"`,
      '"1", "2"',
      '"0"',
      '""',
      '"-1"',
      '"1e3"',
      '',
      '"1"',
    ])
      expect([odd, await patch('odd', String(odd), both)]).toMatchObject([
        odd,
        { status: 400, body: { code: 'invalid' } },
      ]);
    const remove = (ifMatch: string) => pablo.request('DELETE', at(message), undefined, { 'if-match': ifMatch });
    expect(await remove(tag)).toMatchObject({ status: 400, body: { code: 'invalid' } });
    expect((await remove('*')).status).toBe(200);
  });

  it('over HTTP are the same', async () => {
    const ears = await joe.connect(OURS);
    const { message } = (await pablo.post('/api/rooms/0/messages', { message: 'posted' })).body;
    expect(await joe.get(at(message))).toEqual({ status: 200, body: { message } });
    const patched = await pablo.request('PATCH', at(message), { message: 'patched', ifRev: revOf(message) });
    expect(patched).toMatchObject({
      status: 200,
      body: { message: { ...message, message: 'patched', rev: expect.any(Number) } },
    });
    const after = patched.body.message;
    expect(await ears.next('changed', changeTo(after))).toMatchObject({ message: after });
    expect(await pablo.request('PATCH', at(message), { message: 'again', ifRev: revOf(message) })).toEqual({
      status: 409,
      body: { code: 'conflict', message: expect.any(String), current: after },
    });
    expect(await pablo.request('PATCH', at(message), { message: 'patched', ifRev: 1 })).toEqual(patched);
    const deleted = await pablo.request('DELETE', at(message));
    expect(deleted).toMatchObject({ status: 200, body: { message: { message: '', deleted: { by: pablo.id } } } });
    expect(await pablo.request('DELETE', at(message))).toEqual(deleted);
    expect(await joe.get(at(message))).toEqual({ status: 200, body: deleted.body });
    expect(await pablo.request('PATCH', at(message), { message: 'back', ifRev: 1 })).toMatchObject({ status: 404 });
  });

  it('of two at once: one edit wins, the other is told what it is', async () => {
    const [a, there] = [await pablo.connect(OURS), await pablo.at(cluster.gateway(1).url).connect(OURS)];
    const message = await a.say('0', 'both edit me');
    const answers = await Promise.all([edit(a, message, 'one'), edit(there, message, 'two')]);
    const won = answers.find((answer) => answer.ok);
    const lost = answers.find((answer) => !answer.ok);
    expect(lost).toMatchObject({ error: { code: 'conflict', message: expect.any(String) }, message: won?.message });
  });

  it('are in the order of who sends without waiting', async () => {
    const [a, b] = [await pablo.connect(OURS), await joe.connect(OURS)];
    const message = await a.say('0', 'step 0');
    for (let i = 1; i <= 20; i++) {
      a.socket.emit('message.edit', { id: message.id, message: `step ${i}`, ifRev: revOf(message) + i - 1 });
    }
    await b.next('changed', ({ message: { message: text } }) => text === 'step 20');
    expect(b.of('changed').map(({ message: { message: text } }) => text)).toEqual(
      Array.from({ length: 20 }, (_, i) => `step ${i + 1}`),
    );
  });

  it('count what is unread without what is deleted, and show no deleted text in the list', async () => {
    const ann = await Person.register(cluster.gateway(0).url, 'Ann');
    const ears = await ann.connect(OURS);
    const room = `1:${ann.id}`;
    const a = await pablo.connect(OURS);
    const messages = [];
    for (const i of [1, 2, 3]) messages.push(await a.say(room, `unread ${i}`));
    const lineOf = async () => (await ann.get('/api/rooms')).body.rooms.find(({ id }: { id: string }) => id === room);
    await until(async () => (await lineOf()) !== undefined, 'the room in the list');
    const last = await remove(a, messages[2] as Message);
    expect(await lineOf()).toMatchObject({ seq: 3, read: 0, gone: 1, lastMessage: last });
    await ears.call('room.read', { roomId: room, seq: 1 });
    await remove(a, messages[0] as Message);
    expect(await lineOf()).toMatchObject({ seq: 3, read: 1, gone: 1 });
    await ears.call('room.read', { roomId: room, seq: 3 });
    expect(await lineOf()).not.toHaveProperty('gone');
    ann.leave();
  });
});

describe('nobody', () => {
  it('changes what is not theirs, or knows what they may not read', async () => {
    await data.hset(keys.roomMembers('77'), '1', 'member', '2', 'member');
    const [a, b, c] = [await pablo.connect(OURS), await joe.connect(OURS), await mary.connect(OURS)];
    const [general, named, direct] = [
      await a.say('0', 'mine'),
      await a.say('77', 'ours'),
      await a.say('1:2', 'private'),
    ];
    const codeOf = (answer: { ok: boolean; error?: { code: string } }) => answer.error?.code;
    for (const [ears, message, code] of [
      [b, general, 'forbidden'],
      [b, named, 'forbidden'],
      [b, direct, 'forbidden'],
      [c, general, 'forbidden'],
      [c, named, 'not_found'],
      [c, direct, 'not_found'],
    ] as const) {
      expect(codeOf((await edit(ears, message, 'x')) as never)).toBe(code);
      expect(codeOf(await ears.call('message.delete', { id: message.id }))).toBe(code);
    }
    const status = async (person: Person, message: Message) => [
      (await person.get(at(message))).status,
      (await person.request('PATCH', at(message), { message: 'x', ifRev: 1 })).status,
      (await person.request('DELETE', at(message))).status,
    ];
    const never = { ...named, id: '77-9-1700000000000000' };
    const foreign = { ...general, id: 'x1600000000-abc' };
    expect(await status(joe, named)).toEqual([200, 403, 403]);
    for (const message of [named, direct, never]) expect(await status(mary, message)).toEqual([404, 404, 404]);
    expect(await status(mary, foreign)).toEqual([404, 403, 403]);
    expect(await status(Person.visitor(pablo.url), general)).toEqual([401, 401, 401]);
    for (const message of [general, named, direct]) expect((await pablo.get(at(message))).body).toEqual({ message });
    for (const ears of [a, b, c]) expect(ears.of('changed')).toEqual([]);
  });

  it.each([
    ...[undefined, null, 7, 'x', [], {}, { id: 5 }, { id: '0-1-1', message: 'x' }, { id: '', message: 'x', ifRev: 1 }],
    ...[
      { id: '0-1-1', message: '', ifRev: 1 },
      { id: '0-1-1', message: 'x', ifRev: '1' },
    ],
    ...[
      { id: '0-1-1', message: 'x', ifRev: 1, from: '1' },
      { id: 'x'.repeat(200), message: 'x', ifRev: 1 },
    ],
    ...[
      { id: '0-1-1', message: ' \n ', ifRev: 1 },
      { id: '0-1-1', message: 'x'.repeat(5000), ifRev: 1 },
    ],
  ])('edits anything with %j', async (body) => {
    const ears = await pablo.connect(OURS);
    const refused = { ok: false, error: { code: 'invalid', message: expect.any(String) } };
    expect(await ears.call('message.edit', body)).toEqual(refused);
    if (typeof body !== 'object' || body === null || !('ifRev' in body)) {
      expect(await ears.call('message.delete', body)).toEqual(refused);
    }
  });
});

describe('who hears nothing for a while', () => {
  it('is told both kinds by a gateway that was deaf, in order', async () => {
    const [a, b] = [await pablo.connect(OURS), await joe.at(deaf.url).connect(OURS)];
    const demo = await mary.at(deaf.url).connect();
    const [first, second] = [await a.say('0', 'deaf 1'), await a.say('0', 'deaf 2')];
    await b.hears('deaf 2');
    const thaw = proxy.freeze(() => true, false);
    const first2 = await edited(a, first, 'deaf 1, edited');
    const third = await a.say('0', 'deaf 3');
    const gone = await remove(a, second);
    const fourth = await edited(a, await a.say('0', 'deaf 4'), 'deaf 4, edited');
    thaw();
    await b.next('message', ({ id }) => id === fourth.id);
    const last = await a.say('0', 'heard again');
    await b.hears('heard again');
    const heard = b.heard.filter(({ event }) => event === 'message' || event === 'changed').slice(2);
    expect(heard.map(({ event, data }) => (event === 'changed' ? data.message : data))).toEqual([
      ...[first2, third, gone, fourth, last],
    ]);
    await demo.hears('heard again');
    expect(demo.texts('0')).toEqual(['deaf 1', 'deaf 2', 'deaf 3', 'deaf 4, edited', 'heard again']);
    expect(demo.of('changed')).toEqual([]);
  });

  it('finds what changed in a sync', async () => {
    const a = await pablo.connect(OURS);
    const messages = [];
    for (const i of [1, 2, 3]) messages.push(await a.say('1:2', `away ${i}`));
    const { epoch, head } = await pageOf(joe, '1:2');
    const [one, two] = [
      await edited(a, messages[0] as Message, 'away 1, edited'),
      await remove(a, messages[1] as Message),
    ];
    const more = await a.say('1:2', 'came meanwhile');
    const b = await joe.connect(OURS);
    const answer = await b.call<SyncAnswer>('sync', { epoch, positions: [head] });
    expect(answer).toMatchObject({
      ok: true,
      rooms: [
        { status: 'ok', changed: [one, two], messages: [more], more: false, upTo: { seq: more.seq, rev: more.rev } },
      ],
    });
    const missing = { ...head, rev: head.rev + 1000 };
    expect(await b.call<SyncAnswer>('sync', { epoch, positions: [missing] })).toMatchObject({
      rooms: [{ status: 'reset' }],
    });
  });
});

describe('what was replaced or deleted', () => {
  const WORDS = ['Holunder', 'Schlehdorn', 'Weissdorn', 'Haselnuss', 'Quitte', 'Mispel'];
  const found = (text: string) => WORDS.filter((word) => text.includes(word));

  it('is in nothing that Redis keeps once the work is done, in no log and no dead letter', async () => {
    const ears = await pablo.connect(OURS);
    const one = await ears.say('0', 'A Holunder, sent');
    const two = await ears.say('0', 'A Schlehdorn, sent');
    await remove(ears, await edited(ears, await edited(ears, one, 'A Weissdorn, edited'), 'A Haselnuss, edited'));
    await edited(ears, two, 'A Mispel stays');
    // What nobody can handle ends in `work:dead`, without its text.
    const broken = await ears.say('1:3', 'A message of a broken room');
    await data.rename(keys.roomHead('1:3'), '{room:1:3}:aside');
    await data.set(keys.roomHead('1:3'), 'no hash');
    expect(await edit(ears, broken, 'A Quitte, lost')).toMatchObject({ ok: false, error: { code: 'internal' } });
    const lost = { roomId: '1:3', message: 'A Schlehdorn, lost', clientId: 'in-a-broken-room' };
    expect(await ears.call('message', lost)).toMatchObject({ ok: false, error: { code: 'internal' } });
    await data.rename('{room:1:3}:aside', keys.roomHead('1:3'));
    const dead = (await data.xrevrange(keys.dead, '+', '-', 'COUNT', 2)).map(([, fields]) => fields);
    for (const [i, pattern] of ['messages.append', 'messages.edit'].entries()) {
      expect(dead[i]).toEqual(expect.arrayContaining(['pattern', pattern]));
      expect(dead[i]).not.toContain('data');
    }
    await until(async () => (await unfinishedWork(data, 'messages')) === 0, 'the work to be done');

    expect(found(await allKeys(data))).toEqual(['Mispel']);
    expect(found((await snapshot(data)) ?? 'Mispel')).toEqual(['Mispel']);
    for (const { name, logs } of [...cluster.gateways, ...cluster.workers, deaf]) {
      expect([name, found(logs)]).toEqual([name, []]);
    }
    for (const person of [pablo, joe]) {
      expect(found(JSON.stringify(await pageOf(person, '0')))).toEqual(['Mispel']);
      expect(found(JSON.stringify((await person.get('/api/rooms')).body))).toEqual(['Mispel']);
    }
  });
});
