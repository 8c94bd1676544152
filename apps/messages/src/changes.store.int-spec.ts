import { type Changed, type Message, newsEnvelopeSchema, type Position, pageSchema, revOf } from '@app/contracts';
import { channelsOf, keys, type Redis } from '@app/redis';
import { loadConfig } from '@app/service';
import { startRedis, type TestRedis, until } from '@app/testing';
import fc from 'fast-check';
import { ChangesStore } from './changes.store';
import { HistoryStore } from './history.store';
import { MessagesStore } from './messages.store';
import { Spending } from './spending';

let server: TestRedis;
let redis: Redis;
let service: Service;

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect('commands');
  service = serviceWith({});
});
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});
beforeEach(() => redis.flushall());

type Service = ReturnType<typeof serviceWith>;
function serviceWith(env: NodeJS.ProcessEnv) {
  const config = loadConfig({ MESSAGES_PER_WINDOW: '1000000', STORED_BYTES_PER_DAY: '0', ...env });
  const spending = new Spending(redis, config);
  const store = new MessagesStore(redis, config, spending);
  const history = new HistoryStore(redis, config);
  return { store, changes: new ChangesStore(redis, config, spending), history };
}

let count = 0;
async function send(roomId: string, message: string, userId = '1', clientId = `client-${++count}`): Promise<Message> {
  const appended = await service.store.append({ userId, roomId, message, clientId }, { id: roomId, names: [] });
  if (appended === 'names') throw new Error('not stored');
  return appended.message;
}
const edit = (message: Message, text: string, userId = message.from, ifRev = revOf(message)) =>
  service.changes.edit(userId, message.id, text, ifRev);
const edited = async (message: Message, text: string) => (await edit(message, text)).message;
const remove = (message: Message, userId = message.from) => service.changes.delete(userId, message.id);
const pageOf = async (roomId: string, limit = 1000) =>
  pageSchema.parse(JSON.parse((await service.history.page(roomId, {}, limit)).text));
const allOf = async (roomId: string) => (await pageOf(roomId)).messages;
const get = async (userId: string, id: string): Promise<Message> =>
  JSON.parse((await service.history.get(userId, id)).text);
const refusedAs = (code: string) => expect.objectContaining({ code });

/** What is told while something is done. */
async function toldDuring(act: () => Promise<unknown>, n: number): Promise<Changed[]> {
  const subscriber = await server.connect('subscriber');
  const told: Changed[] = [];
  subscriber.on('message', (_channel, payload) => {
    const news = newsEnvelopeSchema.parse(JSON.parse(payload));
    if (news.type === 'changed') told.push(news.data);
  });
  await subscriber.subscribe(channelsOf(redis).news);
  await act();
  await until(() => told.length >= n, `${n} changes told`);
  subscriber.disconnect();
  return told;
}

describe('an edit', () => {
  it('gives the message another text, and nothing else but its clock', async () => {
    const before = await send('0', 'Hello');
    const [, score] = await redis.zrange(keys.room('0'), '0', '-1', 'WITHSCORES');
    const [told] = await toldDuring(() => edit(before, 'Hello, world'), 1);
    const message = { ...before, rev: 2, message: 'Hello, world', edited: expect.any(Number) };
    expect(told).toEqual({ roomId: '0', rev: 2, entity: `m1:${before.id.split('-')[2]}`, message });
    expect(await allOf('0')).toEqual([told?.message]);
    expect(told?.message.edited).toBeGreaterThan(before.date);
    expect(await redis.zrange(keys.room('0'), '0', '-1', 'WITHSCORES')).toEqual([expect.any(String), score]);
    const [member] = await redis.zrange(keys.room('0'), '0', '-1');
    expect(member).toMatch(/^\{"seq":1,"rev":2,"from":"1","date":\d+\.\d{6},"message":"Hello, world","roomId":"0",/);
  });

  it('takes any text and leaves any', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ minLength: 1 }), async (a, b) => {
        const message = await send('0', a);
        const { message: after } = await edit(message, b);
        expect(after.message).toBe(b);
        expect(await get('1', message.id)).toEqual(after);
      }),
      { numRuns: 200 },
    );
  });

  it('counts the room on, and later messages with it', async () => {
    const [first, second] = [await send('0', 'a'), await send('0', 'b')];
    expect([first.rev, second.rev]).toEqual([undefined, undefined]);
    expect(await edited(first, 'a2')).toMatchObject({ seq: 1, rev: 3 });
    expect(await send('0', 'c')).toMatchObject({ seq: 3, rev: 4 });
    expect(await edited(second, 'b2')).toMatchObject({ seq: 2, rev: 5 });
    expect(await send('0', 'd')).toMatchObject({ seq: 4, rev: 6 });
    expect((await pageOf('0')).head).toMatchObject({ seq: 4, rev: 6 });
    expect(await redis.zrange(keys.roomChanges('0'), '0', '-1', 'WITHSCORES')).toEqual([
      ...[expect.stringMatching(/^m1:\d{16}$/), '3'],
      ...[expect.stringMatching(/^m2:\d{16}$/), '5'],
    ]);
  });

  it('of what has that text already is the answer that was lost', async () => {
    const before = await send('0', 'a');
    const after = await edited(before, 'b');
    const told = await toldDuring(async () => {
      expect(await edit(before, 'b')).toEqual({ message: after });
      await edit(after, 'c');
    }, 1);
    expect(told.map(({ rev }) => rev)).toEqual([3]);
  });

  it('of what was edited meanwhile is a conflict, with the message as it is', async () => {
    const before = await send('0', 'a');
    const after = await edited(before, 'b');
    expect(await edit(before, 'c')).toEqual({ message: after, conflict: true });
    expect(await edit(before, 'c', '1', 77)).toEqual({ message: after, conflict: true });
    expect(await edit(after, 'c')).toMatchObject({ message: { rev: 3, message: 'c' } });
  });

  it('of which many come at once is one of them', async () => {
    const before = await send('0', 'a');
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => edit(before, `text ${i}`)));
    const [won, ...others] = answers.filter(({ conflict }) => !conflict);
    expect(others).toEqual([]);
    for (const { message } of answers) expect(message).toEqual(won?.message);
    expect(await allOf('0')).toEqual([won?.message]);
    expect((await pageOf('0')).head.rev).toBe(2);
  });

  it('keeps what a later version has put into the message', async () => {
    const { id, ...message } = await send('0', 'a "quoted", \\ text');
    const [member = '', score = ''] = await redis.zrange(keys.room('0'), '0', '-1', 'WITHSCORES');
    const more = `${member.slice(0, -1)},"replyTo":{"id":"0-7-1","text":",\\"edited\\":5"},"edited":1600000000.000000}`;
    await redis.multi().zrem(keys.room('0'), member).zadd(keys.room('0'), score, more).exec();
    await service.changes.edit('1', id, 'b', 1);
    const [now = ''] = await redis.zrange(keys.room('0'), '0', '-1');
    expect(JSON.parse(now)).toEqual({
      ...message,
      ...{ rev: 2, message: 'b', replyTo: { id: '0-7-1', text: ',"edited":5' }, edited: expect.any(Number) },
    });
    expect(JSON.parse(now).edited).toBeGreaterThan(1_600_000_001);
    await service.changes.delete('1', id);
    expect((await redis.zrange(keys.room('0'), '0', '-1')).join()).not.toContain('replyTo');
  });

  it('is refused when it comes too late', async () => {
    const message = await send('0', 'a');
    service = serviceWith({ EDIT_WINDOW_MS: '1' });
    await until(() => Date.now() / 1000 > message.date + 0.01, 'the end of the window');
    await expect(edit(message, 'b')).rejects.toMatchObject({ code: 'forbidden', message: /too old/ });
    expect(await edit(message, 'a')).toEqual({ message });
    expect(await remove(message)).toMatchObject({ deleted: { by: '1' } });
    service = serviceWith({ EDIT_WINDOW_MS: '60000' });
    expect(await edit(await send('0', 'c'), 'd')).toMatchObject({ message: { message: 'd' } });
    service = serviceWith({});
  });

  it('is dated after all that the room has, whatever the clock says', async () => {
    const message = await send('0', 'a');
    await redis.hset(keys.roomHead('0'), 'date', '4000000000.999999');
    expect(await edited(message, 'b')).toMatchObject({ edited: 4_000_000_001, date: message.date });
    expect(await send('0', 'c')).toMatchObject({ date: 4_000_000_001, rev: 3 });
  });
});

describe('a deletion', () => {
  it('leaves who and when, and the place', async () => {
    const before = await edited(await send('0', 'secret'), 'secret too');
    const [told] = await toldDuring(() => remove(before), 1);
    const { edited: _, ...kept } = before;
    const message = { ...kept, rev: 3, message: '', deleted: { by: '1', date: expect.any(Number) } };
    expect(told).toMatchObject({ rev: 3, message });
    expect(await allOf('0')).toEqual([told?.message]);
    expect(await redis.zrange(keys.roomGone('0'), '0', '-1', 'WITHSCORES')).toEqual(['1', '1']);
  });

  it('is answered the same again, wins over every edit, and no late repeat of the send undoes it', async () => {
    const before = await send('0', 'once', '1', 'the-client-id');
    const gone = await remove(before);
    expect(await remove(before)).toEqual(gone);
    await expect(edit(gone, 'back')).rejects.toMatchObject({ code: 'not_found' });
    await expect(edit(before, 'once')).rejects.toMatchObject({ code: 'not_found' });
    await expect(edit(gone, '')).rejects.toMatchObject({ code: 'not_found' });
    expect(await send('0', 'once', '1', 'the-client-id')).toEqual(gone);
    expect(await allOf('0')).toEqual([gone]);
    expect((await pageOf('0')).head.rev).toBe(2);
  });

  it('at the same time as edits is what stays', async () => {
    for (let round = 0; round < 20; round++) {
      const before = await send('0', 'a');
      const acts = [
        ...['b', 'c', 'd'].map((text) => () => edit(before, text).then(({ message }) => message)),
        ...[1, 2].map(() => () => remove(before)),
      ];
      for (let i = 0; i < round % acts.length; i++) acts.push(acts.shift() as (typeof acts)[number]);
      await Promise.allSettled(acts.map((act) => act()));
      expect(await get('1', before.id)).toMatchObject({ message: '', deleted: { by: '1' } });
    }
    expect(await redis.zcard(keys.roomGone('0'))).toBe(20);
  });

  it('gives the answer of a repeated send as the message is now', async () => {
    const before = await send('0', 'a', '1', 'the-client-id');
    const after = await edited(before, 'b');
    expect(await send('0', 'a', '1', 'the-client-id')).toEqual(after);
  });
});

describe('rights', () => {
  const write = async () => {
    await redis.hset(keys.roomMembers('5'), '1', 'member', '2', 'member');
    return { general: await send('0', 'a'), named: await send('5', 'b'), direct: await send('1:2', 'c') };
  };

  it('are the author alone to change, those of the room to read, and nobody else to know', async () => {
    const messages = await write();
    const before = await redis.dump(keys.room('0'));
    for (const message of Object.values(messages)) {
      expect(await get('2', message.id)).toEqual(message);
      await expect(edit(message, 'x', '2')).rejects.toEqual(refusedAs('forbidden'));
      await expect(remove(message, '2')).rejects.toEqual(refusedAs('forbidden'));
    }
    for (const message of [messages.named, messages.direct]) {
      const there = await Promise.allSettled([get('3', message.id), edit(message, 'x', '3'), remove(message, '3')]);
      const never = { ...message, id: message.id.replace(/-1-\d/, '-1-9') };
      const nowhere = await Promise.allSettled([get('3', never.id), edit(never, 'x', '3'), remove(never, '3')]);
      expect(there).toEqual(Array.from({ length: 3 }, () => ({ status: 'rejected', reason: refusedAs('not_found') })));
      expect(there).toEqual(nowhere);
    }
    expect(await redis.dump(keys.room('0'))).toEqual(before);
  });

  it('end with the membership', async () => {
    const { named } = await write();
    await redis.hdel(keys.roomMembers('5'), '1');
    for (const act of [() => get('1', named.id), () => edit(named, 'x'), () => remove(named)]) {
      await expect(act()).rejects.toEqual(refusedAs('not_found'));
    }
  });

  it("are nobody's where a server of the demo wrote it", async () => {
    const foreign = { from: 1, date: 1_600_000_000, message: 'foreign', roomId: '0' };
    const forged = '{"seq":1,"from":"1","date":1600000000,"message":"forged"}';
    await redis.zadd(keys.room('0'), 1_600_000_000, JSON.stringify(foreign), 1_600_000_000, forged);
    const [a] = await allOf('0');
    for (const id of [a?.id ?? '', 'x1600000000-0']) {
      const message = { ...(a as Message), id };
      await expect(edit(message, 'x', '1', 1)).rejects.toEqual(refusedAs('forbidden'));
      await expect(remove(message, '1')).rejects.toEqual(refusedAs('forbidden'));
      await expect(get('1', id)).rejects.toEqual(refusedAs('not_found'));
    }
    const id = '0-1-1600000000000000';
    for (const act of [() => service.changes.edit('1', id, 'x', 1), () => service.changes.delete('1', id)]) {
      await expect(act()).rejects.toEqual(refusedAs('not_found'));
    }
    await expect(get('1', id)).rejects.toEqual(refusedAs('not_found'));
    expect(await redis.zrange(keys.room('0'), '0', '-1')).toEqual([JSON.stringify(foreign), forged]);
  });

  it.each([
    ...[
      '',
      'x',
      '0',
      '0-1',
      '0-0-1600000000000000',
      '0-01-1600000000000000',
      '0-1-160000000000000a',
      '0-1-01600000000000000',
    ],
    ...[
      '0:1-1-1600000000000000',
      '2:1-1-1600000000000000',
      '*-1-1600000000000000',
      '0-1-1600000000000000-1',
      '0-1-+inf',
      '\n0-1-1',
    ],
  ])('are none on %j, which is no id', async (id) => {
    const message = await send('0', 'a');
    const wrong = { ...message, id };
    const isForeign = id.startsWith('x');
    for (const act of [() => edit(wrong, 'b'), () => remove(wrong)]) {
      await expect(act()).rejects.toEqual(refusedAs(isForeign ? 'forbidden' : 'not_found'));
    }
    await expect(get('1', id)).rejects.toEqual(refusedAs('not_found'));
    expect(await allOf('0')).toEqual([message]);
  });
});

describe('a write', () => {
  it('counts like a message, but not when it changes nothing', async () => {
    service = serviceWith({ MESSAGES_PER_WINDOW: '4', MESSAGES_WINDOW_MS: '600000' });
    const message = await send('0', 'a');
    const after = await edited(message, 'b');
    for (const _ of [1, 2, 3]) expect(await edit(message, 'b')).toEqual({ message: after });
    for (const _ of [1, 2, 3]) expect(await edit(message, 'c')).toMatchObject({ conflict: true });
    await expect(edit(after, 'x', '2')).rejects.toEqual(refusedAs('forbidden'));
    const last = await send('0', 'last');
    const gone = await remove(message);
    expect(await remove(message)).toEqual(gone);
    await expect(edit(last, 'x')).rejects.toEqual(refusedAs('rate_limited'));
    await expect(remove(last)).rejects.toEqual(refusedAs('rate_limited'));
    expect(await get('1', last.id)).toEqual(last);
    service = serviceWith({});
  });

  it('of another text counts its bytes; a deletion has none', async () => {
    service = serviceWith({ STORED_BYTES_PER_DAY: '10000' });
    const message = await send('0', 'x'.repeat(5000));
    await expect(edit(message, 'y'.repeat(5000))).rejects.toEqual(refusedAs('rate_limited'));
    const after = await edited(message, 'y'.repeat(3400));
    await expect(edit(after, 'y'.repeat(1000))).rejects.toEqual(refusedAs('rate_limited'));
    expect(await remove(after)).toMatchObject({ message: '' });
    service = serviceWith({});
  });
});

describe('who was away', () => {
  const start = (roomId = '0'): Position => ({ roomId, seq: 0, id: '', rev: 0 });
  const sync = async (position: Position, limit = 100) => {
    const [json = ''] = await service.history.sync([position], limit);
    return JSON.parse(json);
  };

  it('hears what changed of what was known, and what came, as it is now', async () => {
    const [a, b, c] = [await send('0', 'a'), await send('0', 'b'), await send('0', 'c')] as const;
    const { upTo } = await sync(start());
    const [b2, a2] = [await edited(b, 'b2'), await edited(a, 'a2')];
    const d = await edited(await send('0', 'd'), 'd2');
    const gone = await remove(b2);
    const answer = await sync(upTo);
    expect(answer).toMatchObject({ changed: [a2, gone], messages: [d], more: false });
    expect(answer.upTo).toEqual({ roomId: '0', seq: 4, id: d.id, rev: 8 });
    expect(await sync(answer.upTo)).toMatchObject({ changed: [], messages: [], upTo: answer.upTo });
    expect(await sync({ ...upTo, rev: 5 })).toMatchObject({ changed: [gone], messages: [d] });
    expect(await sync(start())).toMatchObject({ changed: [], messages: [a2, gone, c, d] });
  });

  it('is at another history when it knows more than there was', async () => {
    const message = await send('0', 'a');
    await edit(message, 'b');
    const { upTo } = await sync(start());
    expect(upTo.rev).toBe(2);
    expect(await sync({ ...upTo, rev: 3 })).toEqual({ status: 'reset', roomId: '0' });
  });

  it('starts afresh when it missed more changes than are kept', async () => {
    service = serviceWith({ CHANGES_KEPT: '3' });
    const messages = [];
    for (let i = 0; i < 6; i++) messages.push(await send('0', `m${i}`));
    const { upTo } = await sync(start());
    for (const [i, message] of messages.entries()) await edit(message, `n${i}`);
    expect(await redis.zcard(keys.roomChanges('0'))).toBe(3);
    expect(await redis.hget(keys.roomHead('0'), 'floor')).toBe('9');
    expect(await sync(upTo)).toEqual({ status: 'reset', roomId: '0' });
    expect(await sync({ ...upTo, rev: 8 })).toEqual({ status: 'reset', roomId: '0' });
    expect((await sync({ ...upTo, rev: 9 })).changed).toHaveLength(3);
    expect((await sync({ ...upTo, rev: 11 })).changed).toHaveLength(1);
    expect((await sync(start())).messages).toHaveLength(6);
    service = serviceWith({});
  });

  it('goes on in bounded answers, changes first', async () => {
    const messages = [];
    for (let i = 0; i < 10; i++) messages.push(await send('0', `m${i}`));
    const { upTo } = await sync(start());
    for (const message of messages) await edit(message, 'x'.repeat(4000));
    for (let i = 0; i < 5; i++) await send('0', `new ${i}`);
    service = serviceWith({ ANSWER_BYTES: '16384' });
    const seen: string[] = [];
    let position = upTo;
    for (let more = true; more; ) {
      const answer = await sync(position, 7);
      expect(answer.changed.length + answer.messages.length).toBeLessThanOrEqual(7);
      expect(JSON.stringify(answer).length).toBeLessThan(17_000);
      seen.push(...[...answer.changed, ...answer.messages].map(({ seq }: Message) => String(seq)));
      ({ upTo: position, more } = answer);
    }
    expect(seen).toEqual(Array.from({ length: 15 }, (_, i) => String(i + 1)));
    service = serviceWith({});
  });

  it('is told the changes also when foreign messages fill the rest of the answer', async () => {
    const message = await send('0', 'a');
    const { upTo } = await sync(start());
    const after = await edited(message, 'b');
    for (let i = 0; i < 9; i++) {
      await redis.zadd(keys.room('0'), message.date + 1 + i, JSON.stringify({ from: 1, message: `foreign ${i}` }));
    }
    const answer = await sync(upTo, 5);
    expect(answer).toMatchObject({ changed: [after], messages: [], more: true, upTo: { ...upTo, rev: 2 } });
  });

  it('hears all that a replica of the version before stored, which counts no changes', async () => {
    const message = await send('0', 'a');
    await edit(message, 'b');
    const { upTo } = await sync(start());
    for (const seq of [2, 3, 4]) {
      const date = `400000000${seq}.000001`;
      const old = `{"seq":${seq},"from":"1","date":${date},"message":"old","roomId":"0","clientId":"client-old-${seq}"}`;
      await redis.zadd(keys.room('0'), date, old);
      await redis.hset(keys.roomHead('0'), 'seq', seq, 'date', date);
    }
    const answer = await sync(upTo);
    expect(answer).toMatchObject({ messages: [{ seq: 2 }, { seq: 3 }, { seq: 4 }], upTo: { seq: 4, rev: 4 } });
    expect(revOf(await send('0', 'new'))).toBe(5);
    expect((await edit(await get('1', message.id), 'c')).message).toMatchObject({ rev: 6 });
    expect(await sync(answer.upTo)).toMatchObject({ changed: [{ message: 'c' }], messages: [{ message: 'new' }] });
  });
});

/** What a client knows of a room, by the rules of the protocol. */
class Reader {
  position: Position;
  readonly known = new Map<string, Message>();

  constructor(readonly roomId: string) {
    this.position = { roomId, seq: 0, id: '', rev: 0 };
  }

  take(messages: readonly Message[]): void {
    for (const message of messages) {
      const before = this.known.get(message.id);
      if (!before || revOf(message) > revOf(before)) this.known.set(message.id, message);
    }
  }

  /** @returns whether there is more */
  async sync(limit: number): Promise<boolean> {
    const [json = ''] = await service.history.sync([this.position], limit);
    const answer = JSON.parse(json);
    if (answer.status === 'reset') {
      const { messages, head } = await pageOf(this.roomId);
      this.known.clear();
      this.take(messages);
      this.position = head;
      return false;
    }
    this.take([...answer.changed, ...answer.messages]);
    this.position = answer.upTo;
    return answer.more;
  }

  get messages(): Message[] {
    return [...this.known.values()].sort((a, b) => a.date - b.date);
  }
}

type Step =
  | { act: 'send'; user: string; text: string }
  | { act: 'edit'; which: number; text: string; user: string }
  | { act: 'delete'; which: number; user: string }
  | { act: 'sync'; reader: number; limit: number };

const user = fc.constantFrom('1', '2');
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('send' as const), user, text }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('edit' as const), which: fc.nat(30), text, user }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('delete' as const), which: fc.nat(30), user }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('sync' as const),
      reader: fc.nat(2),
      limit: fc.integer({ min: 1, max: 6 }),
    }),
  },
);

it('whatever was done, those who were told, those who ask little by little and a fresh page agree with the model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.constantFrom('4', '2000'), async (steps, CHANGES_KEPT) => {
      await redis.flushall();
      service = serviceWith({ CHANGES_KEPT });
      const model: Message[] = [];
      const readers = [0, 1, 2].map(() => new Reader('1:2'));
      let clock = 0;
      for (const each of steps) {
        if (each.act === 'sync') {
          await readers[each.reader]?.sync(each.limit);
          continue;
        }
        if (each.act === 'send') {
          const message = await send('1:2', each.text, each.user);
          clock += 1;
          expect(message).toMatchObject({ seq: model.length + 1, from: each.user, message: each.text });
          expect(revOf(message)).toBe(clock);
          model.push(message);
          continue;
        }
        const i = each.which % Math.max(1, model.length);
        const before = model[i];
        if (!before) continue;
        const isOwn = before.from === each.user;
        if (each.act === 'edit') {
          const outcome = await edit(before, each.text, each.user).catch(({ code }) => code);
          if (!isOwn) expect(outcome).toBe('forbidden');
          else if (before.deleted) expect(outcome).toBe('not_found');
          else {
            if (before.message !== each.text) clock += 1;
            expect(outcome.message).toMatchObject({ message: each.text, seq: i + 1, date: before.date });
            model[i] = outcome.message;
          }
        } else {
          const outcome = await remove(before, each.user).catch(({ code }) => code);
          if (!isOwn) expect(outcome).toBe('forbidden');
          else {
            if (!before.deleted) clock += 1;
            expect(outcome).toMatchObject({ message: '', seq: i + 1, deleted: { by: each.user } });
            model[i] = outcome;
          }
        }
        if (model[i] !== before) expect([clock, revOf(before)]).toContain(revOf(model[i] ?? {}));
      }
      const page = await pageOf('1:2');
      expect(page.messages).toEqual(model);
      expect(revOf(page.head)).toBe(clock);
      for (const reader of readers) {
        while (await reader.sync(2));
        expect(reader.messages).toEqual(model);
        expect(revOf(reader.position)).toBe(clock);
      }
    }),
    { numRuns: 150 },
  );
  service = serviceWith({});
});
