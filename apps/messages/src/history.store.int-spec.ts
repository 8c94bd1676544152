import { type Message, type Page, type Position, WORK } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import type { HistoryStore } from './history.store';
import { Stores } from './spec-support/stores';

let stores: Stores;
let redis: Redis;
let history: HistoryStore;

beforeAll(async () => {
  stores = await Stores.start({ SYNC_MAX_BEHIND: '1000' });
  ({ redis, history } = stores);
});
afterAll(() => stores?.stop());
beforeEach(() => redis.flushall());

const send = (...args: Parameters<Stores['send']>) => stores.send(...args);
const sendMany = (roomId: string, n: number) =>
  Promise.all(Array.from({ length: n }, (_, i) => send(roomId, `line ${i}`)));
const pageOf = (...asked: Parameters<Stores['page']>) => stores.page(...asked);
const sync = (...asked: Parameters<Stores['sync']>) => stores.sync(...asked);
const slice = (...asked: Parameters<Stores['slice']>) => stores.slice(...asked);
const texts = (messages: readonly Message[]) => messages.map(({ message }) => message);
const positionOf = ({ roomId, seq, id }: Message): Position => ({ roomId, seq: seq ?? 0, id, rev: 0 });

/** Walks a history by its cursors. */
async function walk(direction: 'before' | 'after', limit: number, start: Page): Promise<string[]> {
  const found: string[][] = [texts(start.messages)];
  for (let page = start; page[direction] !== null; ) {
    page = await pageOf('0', { [direction]: page[direction] }, limit);
    if (direction === 'before') found.unshift(texts(page.messages));
    else found.push(texts(page.messages));
  }
  return found.flat();
}

describe('pages', () => {
  /** As the demo fills a database: many in one second, no ids, ids as numbers or strings, fractions, other spellings. */
  const fillForeign = async () => {
    const lines: string[] = [];
    for (let i = 0; i < 57; i++) {
      const text = `foreign ${String(i).padStart(2, '0')}`;
      const second = 1_600_000_000 + (i < 40 ? 0 : i);
      const fields =
        i % 2 ? { from: i, date: second, message: text, roomId: '0' } : { From: `${i}`, Date: second, Message: text };
      await redis.zadd(keys.room('0'), second, JSON.stringify(fields));
      lines.push(text);
    }
    return lines;
  };

  it.each([1, 2, 7, 10, 100])('lose nothing at borders between equal scores (%i a page)', async (limit) => {
    const lines = await fillForeign();
    const own = texts(await sendMany('0', 9));
    const newest = await pageOf('0', {}, limit);
    const all = await walk('before', limit, newest);
    expect(all.toSorted()).toEqual([...lines, ...own].toSorted());
    const { before } = await pageOf('0', {}, 66);
    expect(before).toBeNull();
    const oldest = await pageAtBeginning(limit);
    expect(await walk('after', limit, oldest)).toEqual(all);
  });

  const pageAtBeginning = async (limit: number): Promise<Page> => {
    let page = await pageOf('0', {}, limit);
    while (page.before !== null) page = await pageOf('0', { before: page.before }, limit);
    return page;
  };

  it('find their place again when a message of the same second came in between', async () => {
    await fillForeign();
    const page = await pageOf('0', {}, 20);
    const rest = texts((await pageOf('0', { before: page.before ?? '' }, 100)).messages);
    await redis.zadd(keys.room('0'), 1_600_000_000, JSON.stringify({ from: 1, message: 'AAA', date: 1_600_000_000 }));
    const restNow = texts((await pageOf('0', { before: page.before ?? '' }, 100)).messages);
    expect(restNow.filter((text) => text !== 'AAA')).toEqual(rest);
  });

  it('refuse a cursor that they did not give', async () => {
    for (const before of ['', 'x', 'MTIz', Buffer.from('1~zz~1').toString('base64url')]) {
      await expect(pageOf('0', { before }, 10)).rejects.toMatchObject({ code: 'invalid' });
    }
  });

  it('skip what is no message', async () => {
    await redis.zadd(keys.room('0'), 1, 'not json', 2, 'null', 3, '[1]', 4, '{"from":{},"message":1}', 5, '"text"');
    await send('0', 'a message');
    expect(texts((await pageOf('0', {}, 10)).messages)).toEqual(['a message']);
  });

  it('cost the same at the end of a long history as in a short one', async () => {
    const commandsFor = async (read: () => Promise<unknown>) => {
      await redis.config('RESETSTAT');
      await read();
      const stats = await redis.info('commandstats');
      // A connection pings by itself.
      return [...stats.matchAll(/cmdstat_(?!ping\b)[^:]+:calls=(\d+)/g)].reduce(
        (sum, [, calls]) => sum + Number(calls),
        0,
      );
    };
    await sendMany('0', 30);
    const short = await pageOf('0', {}, 10);
    await pageOf('0', { before: short.before ?? '' }, 10);
    const shortCost = await commandsFor(() => pageOf('0', { before: short.before ?? '' }, 10));
    await sendMany('0', 3000);
    const deepCost = await commandsFor(() => pageOf('0', { before: short.before ?? '' }, 10));
    expect(deepCost).toBe(shortCost);
  });

  it("give the demo's client its slices, newest first", async () => {
    const lines = texts(await sendMany('0', 40)).reverse();
    for (const [from, size] of [
      [0, 4],
      [4, 4],
      [0, 16],
      [0, 17],
      [5, 32],
      [7, 1000],
      [39, 1],
      [40, 1],
    ] as const) {
      expect([from, size, texts(await slice('0', from, size))]).toEqual([from, size, lines.slice(from, from + size)]);
    }
    expect(await slice('0', 1e9, 4)).toEqual([]);
    expect(await slice('1:99', 0, 4)).toEqual([]);
  });
});

describe('sync', () => {
  it('gives what was missed, in order, and where that leads', async () => {
    const messages = await sendMany('0', 10);
    const [answer] = await sync([positionOf(messages[3] as Message)], 100);
    expect(answer).toEqual({
      status: 'ok',
      roomId: '0',
      messages: messages.slice(4),
      changed: [],
      upTo: positionOf(messages[9] as Message),
      more: false,
    });
  });

  it('leads through everything in bounded pages, foreign messages included', async () => {
    const tenth = (await sendMany('0', 10)).at(-1);
    const between = String((tenth?.date ?? 0) + 1e-6);
    await redis.zadd(keys.room('0'), between, JSON.stringify({ from: 1, message: 'foreign' }));
    await sendMany('0', 10);
    const all = texts((await pageOf('0', {}, 100)).messages);
    const found: string[] = [];
    let position: Position = { roomId: '0', seq: 0, id: '', rev: 0 };
    for (let more = true; more; ) {
      const [answer] = await sync([position], 4);
      if (answer?.status !== 'ok') throw new Error('reset');
      expect(answer.messages.length).toBeLessThanOrEqual(4);
      found.push(...texts(answer.messages));
      ({ upTo: position, more } = answer);
    }
    expect(found).toEqual(all);
  });

  it('takes no place from what a demo server stored', async () => {
    const [first] = await sendMany('0', 1);
    const text = 'x'.repeat(100);
    for (const seq of ['7', '99999999999999999999']) {
      const forged = `{"seq":${seq},"from":"1","message":"${text}"}`;
      await redis.zadd(keys.room('0'), String((first?.date ?? 0) + Number(`1e-${seq.length + 3}`) + 1), forged);
    }
    await sendMany('0', 2);
    let position: Position = { roomId: '0', seq: 0, id: '', rev: 0 };
    for (let more = true; more; ) {
      const [answer] = await sync([position], 2);
      if (answer?.status !== 'ok') throw new Error('reset');
      expect(answer.upTo.seq).toBeLessThanOrEqual(3);
      ({ upTo: position, more } = answer);
    }
    expect(position.seq).toBe(3);
  });

  it('answers several rooms in one bounded answer; who has to wait asks again', async () => {
    const rooms = ['0', '3', '4'];
    for (const room of rooms) {
      await redis.hset(keys.roomMembers(room), '1', 'member');
      await sendMany(room, 5);
    }
    const answers = await sync(
      rooms.map((roomId) => ({ roomId, seq: 0, id: '', rev: 0 })),
      8,
    );
    expect(answers.map((answer) => answer.status === 'ok' && [answer.messages.length, answer.more])).toEqual([
      [5, false],
      [3, true],
      [0, true],
    ]);
  });

  it('resets who knows another history', async () => {
    const messages = await sendMany('0', 3);
    const known = positionOf(messages[2] as Message);
    const strangers: Position[] = [
      { ...known, seq: 4 },
      { ...known, rev: 4 },
      { ...known, id: '0-3-1600000000000000' },
      { ...known, id: 'nonsense' },
      { ...known, seq: 2 },
    ];
    for (const position of strangers) {
      expect(await sync([position], 10)).toEqual([{ status: 'reset', roomId: '0' }]);
    }
    expect(await sync([known], 10)).toMatchObject([{ status: 'ok', messages: [] }]);
  });

  it('resets who is too far behind', async () => {
    await redis.hset(keys.roomHead('0'), 'seq', '5000', 'date', '4000000000.000000');
    expect(await sync([{ roomId: '0', seq: 0, id: '', rev: 0 }], 10)).toEqual([{ status: 'reset', roomId: '0' }]);
  });

  it('does not go through old foreign messages for who has a room without ours', async () => {
    await redis.zadd(keys.room('0'), 1, JSON.stringify({ from: 1, message: 'old' }));
    const position = { roomId: '0', seq: 0, id: '', rev: 0 };
    expect(await sync([position], 10)).toMatchObject([{ status: 'ok', messages: [], upTo: position }]);
    await send('0', 'ours');
    expect(await sync([position], 10)).toMatchObject([{ status: 'ok', messages: [{ message: 'ours' }] }]);
  });
});

it('it is known in which rooms something was said, by whichever server', async () => {
  await send('0', 'Hello');
  await redis.zadd(keys.room('1:2'), 1, '{"from":"1","message":"of a demo server"}');
  await redis.hset(keys.roomHead('1:3'), 'rev', '1');
  expect(await history.begun(['1:2', '1:3', '0', '1:4'])).toEqual(['1:2', '0']);
  expect(await history.begun([])).toEqual([]);
});

describe('epoch and heads', () => {
  it('names the database, and another one after everything was lost', async () => {
    const [a, b] = await Promise.all([history.epoch(), history.epoch()]);
    expect(a).toBe(b);
    await redis.flushall();
    expect(await history.epoch()).not.toBe(a);
  });

  it('tells the newest message and the position of each room', async () => {
    const [message] = await sendMany('0', 1);
    await redis.zadd(keys.room('1:2'), 5, JSON.stringify({ from: 1, message: 'foreign' }));
    const { heads } = WORK['messages.heads'].reply.parse(JSON.parse((await history.heads(['0', '1:2', '1:3'])).text));
    expect(heads).toMatchObject([
      { roomId: '0', message: { message: 'line 0' }, position: positionOf(message as Message) },
      { roomId: '1:2', message: { message: 'foreign' }, position: { seq: 0, id: '' } },
      { roomId: '1:3', message: null, position: { seq: 0, id: '' } },
    ]);
  });
});
