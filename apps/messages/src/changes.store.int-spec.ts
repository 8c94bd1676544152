import { type Message } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { until } from '@app/testing';
import fc from 'fast-check';
import { refusedAs, Stores } from './spec-support/stores';

let base: Stores;
/** With the settings of a test. */
let stores: Stores;
let redis: Redis;

beforeAll(async () => {
  base = await Stores.start();
  ({ redis } = base);
});
afterAll(() => base?.stop());
beforeEach(async () => {
  stores = base;
  await redis.flushall();
});

const send = (...args: Parameters<Stores['send']>) => stores.send(...args);
const edit = (...args: Parameters<Stores['edit']>) => stores.edit(...args);
const edited = (...args: Parameters<Stores['edited']>) => stores.edited(...args);
const remove = (...args: Parameters<Stores['remove']>) => stores.remove(...args);
const pageOf = (...args: Parameters<Stores['pageOf']>) => stores.pageOf(...args);
const allOf = (roomId: string) => stores.allOf(roomId);
const get = (userId: string, id: string) => stores.get(userId, id);
const announcedDuring = (...args: Parameters<Stores['announcedDuring']>) => stores.announcedDuring(...args);

describe('an edit', () => {
  it('gives the message another text, and nothing else but its clock', async () => {
    const before = await send('0', 'Hello');
    const [, score] = await redis.zrange(keys.room('0'), '0', '-1', 'WITHSCORES');
    const [told] = await announcedDuring(() => edit(before, 'Hello, world'), 1);
    const message = { ...before, rev: 2, message: 'Hello, world', edited: expect.any(Number) };
    expect(told).toEqual({ roomId: '0', rev: 2, entity: `m1:${before.id.split('-')[2]}`, message });
    expect(await allOf('0')).toEqual([told?.message]);
    expect(told?.message?.edited).toBeGreaterThan(before.date);
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
    const told = await announcedDuring(async () => {
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
    await stores.changes.edit('1', id, 'b', 1);
    const [now = ''] = await redis.zrange(keys.room('0'), '0', '-1');
    expect(JSON.parse(now)).toEqual({
      ...message,
      ...{ rev: 2, message: 'b', replyTo: { id: '0-7-1', text: ',"edited":5' }, edited: expect.any(Number) },
    });
    expect(JSON.parse(now).edited).toBeGreaterThan(1_600_000_001);
    await stores.changes.delete('1', id);
    expect((await redis.zrange(keys.room('0'), '0', '-1')).join()).not.toContain('replyTo');
  });

  it('is refused when it comes too late', async () => {
    const message = await send('0', 'a');
    stores = base.with({ EDIT_WINDOW_MS: '1' });
    await until(() => Date.now() / 1000 > message.date + 0.01, 'the end of the window');
    await expect(edit(message, 'b')).rejects.toMatchObject({ code: 'forbidden', message: /too old/ });
    expect(await edit(message, 'a')).toEqual({ message });
    expect(await remove(message)).toMatchObject({ deleted: { by: '1' } });
    stores = base.with({ EDIT_WINDOW_MS: '60000' });
    expect(await edit(await send('0', 'c'), 'd')).toMatchObject({ message: { message: 'd' } });
    stores = base;
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
    const [told] = await announcedDuring(() => remove(before), 1);
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
    for (const act of [() => stores.changes.edit('1', id, 'x', 1), () => stores.changes.delete('1', id)]) {
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
    stores = base.with({ MESSAGES_PER_WINDOW: '4', MESSAGES_WINDOW_MS: '600000' });
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
    stores = base;
  });

  it('of another text counts its bytes; a deletion has none', async () => {
    stores = base.with({ STORED_BYTES_PER_DAY: '10000' });
    const message = await send('0', 'x'.repeat(5000));
    await expect(edit(message, 'y'.repeat(5000))).rejects.toEqual(refusedAs('rate_limited'));
    const after = await edited(message, 'y'.repeat(3400));
    await expect(edit(after, 'y'.repeat(1000))).rejects.toEqual(refusedAs('rate_limited'));
    expect(await remove(after)).toMatchObject({ message: '' });
    stores = base;
  });
});
