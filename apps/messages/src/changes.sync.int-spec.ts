import { type Message, type Position, revOf } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import fc from 'fast-check';
import { Stores } from './spec-support/stores';

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
const get = (userId: string, id: string) => stores.get(userId, id);

describe('who was away', () => {
  const start = (roomId = '0'): Position => ({ roomId, seq: 0, id: '', rev: 0 });
  const sync = async (position: Position, limit = 100) => {
    const [json = ''] = await stores.history.sync([position], limit);
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
    stores = base.with({ CHANGES_KEPT: '3' });
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
    stores = base;
  });

  it('goes on in bounded answers, changes first', async () => {
    const messages = [];
    for (let i = 0; i < 10; i++) messages.push(await send('0', `m${i}`));
    const { upTo } = await sync(start());
    for (const message of messages) await edit(message, 'x'.repeat(4000));
    for (let i = 0; i < 5; i++) await send('0', `new ${i}`);
    stores = base.with({ ANSWER_BYTES: '16384' });
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
    stores = base;
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
    const [json = ''] = await stores.history.sync([this.position], limit);
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
      stores = base.with({ CHANGES_KEPT });
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
  stores = base;
});
