import { type Message, type Page, pageSchema } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { loadConfig } from '@app/service';
import { startRedis, type TestRedis } from '@app/testing';
import fc from 'fast-check';
import { HistoryStore } from './history.store';

let server: TestRedis;
let redis: Redis;
let store: HistoryStore;

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect('commands');
  store = new HistoryStore(redis, loadConfig({ ANSWER_BYTES: '16384' }));
});
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});
beforeEach(() => redis.flushall());

const invalid = expect.objectContaining({ code: 'invalid' });
const pageOf = async (...asked: Parameters<HistoryStore['page']>): Promise<Page> =>
  pageSchema.parse(JSON.parse((await store.page(...asked)).text));
const around = (id: string, limit = 5) => pageOf('0', { around: id }, limit);
const ids = (messages: readonly Message[]) => messages.map(({ id }) => id);

/** A message of ours or a demo server's, some seconds after the one before. */
type Step = { own: boolean; seconds: number; text: string };
const steps = fc.array(
  fc.record<Step>({
    own: fc.boolean(),
    seconds: fc.constantFrom(0, 0, 1, 1000),
    text: fc.string({ maxLength: 20 }),
  }),
  { minLength: 1, maxLength: 60 },
);

/** Writes a history as our scripts and demo servers leave it behind. */
async function write(history: readonly Step[], gone: ReadonlySet<number> = new Set()): Promise<void> {
  await redis.flushall();
  let seconds = 1_600_000_000;
  let micros = 0;
  let seq = 0;
  const rows: (string | number)[] = [];
  let first: string | undefined;
  for (const [i, step] of history.entries()) {
    seconds += step.seconds;
    micros = step.seconds > 0 ? 0 : micros;
    const date = `${seconds}.${String(micros).padStart(6, '0')}`;
    if (step.own) {
      seq++;
      first ??= date;
      const fields = `"from":"1","date":${date},"message":${JSON.stringify(step.text)},"roomId":"0","clientId":"client-id-${i}"`;
      if (!gone.has(seq)) rows.push(date, `{"seq":${seq},${fields}}`);
      await redis.hset(keys.roomHead('0'), { seq, date, first });
      micros++;
    } else {
      // Of a whole second, as one of ours may be.
      rows.push(seconds, JSON.stringify({ from: i, date: seconds, message: step.text, roomId: '0' }));
    }
  }
  if (rows.length > 0) await redis.zadd(keys.room('0'), ...rows);
}

/** The whole history, page by page. */
async function everything(): Promise<Message[]> {
  const found: Message[] = [];
  for (let before: string | undefined; ; ) {
    const page = await pageOf('0', before === undefined ? {} : { before }, 100);
    found.unshift(...page.messages);
    if (page.before === null) return found;
    before = page.before;
  }
}

/** That a page is what stands around a place of the whole, as far as its bounds reach. */
function expectAround(page: Page, all: readonly Message[], middle: number, limit: number): void {
  const size = Math.min(limit, all.length);
  const first = Math.max(0, Math.min(middle - Math.floor(limit / 2), all.length - size));
  expect(ids(page.messages)).toEqual(ids(all.slice(first, first + size)));
  expect([page.before === null, page.after === null]).toEqual([first === 0, first + size === all.length]);
}

it('has the message in its middle, whatever else there is', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 12 }), fc.nat(), async (history, limit, choice) => {
      await write(history);
      const all = await everything();
      expect(all).toHaveLength(history.length);
      const middle = choice % all.length;
      const message = all[middle] as Message;
      const asked = message.seq === undefined ? [message.id] : [message.id, `0-${message.seq}`];
      for (const id of asked) {
        const page = await around(id, limit);
        expect(page.found).toBe(true);
        expectAround(page, all, middle, limit);
      }
    }),
    { numRuns: 150 },
  );
});

it('is around what is nearest when the message is gone', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 12 }), fc.nat(), async (history, limit, choice) => {
      await write(history);
      const before = (await everything()).filter(({ seq }) => seq !== undefined);
      fc.pre(before.length > 0);
      const gone = before[choice % before.length] as Message;
      await write(history, new Set([gone.seq ?? 0]));
      const all = await everything();
      const [byId, bySeq] = [await around(gone.id, limit), await around(`0-${gone.seq}`, limit)];
      expect([byId.found, bySeq.found]).toEqual([false, false]);
      if (all.length === 0) return expect(byId.messages).toEqual([]);
      const distance = ({ date }: Message) => Math.abs(date - gone.date);
      const nearest = Math.min(...all.map(distance));
      expect(Math.min(...byId.messages.map(distance))).toBeCloseTo(nearest, 5);
      const next = all.findIndex(({ seq }) => (seq ?? 0) > (gone.seq ?? 0));
      if (next >= 0) expectAround(bySeq, all, next, limit);
      return undefined;
    }),
    { numRuns: 100 },
  );
});

it('goes on in both directions by its cursors', async () => {
  await write(Array.from({ length: 40 }, (_, i) => ({ own: i % 3 > 0, seconds: i % 2, text: `${i}` })));
  const all = await everything();
  const page = await around(all[20]?.id ?? '', 7);
  const older = await pageOf('0', { before: page.before ?? '' }, 100);
  const newer = await pageOf('0', { after: page.after ?? '' }, 100);
  expect(ids([...older.messages, ...page.messages, ...newer.messages])).toEqual(ids(all));
  expect(older.found).toBeUndefined();
});

it('finds its place beside any number of foreign messages', async () => {
  const foreign = (count: number) => Array.from({ length: count }, () => ({ ...one, own: false }));
  const one = { own: true, seconds: 1, text: 'x' };
  await write([...foreign(700), one, one, ...foreign(900), one, ...foreign(300), one, one, one, ...foreign(50)]);
  const all = await everything();
  for (const seq of [1, 2, 3, 4, 5, 6]) {
    const page = await around(`0-${seq}`);
    expect([page.found, page.messages[2]?.seq]).toEqual([true, seq]);
  }
  const [some, last] = [all[800] as Message, all.at(-1) as Message];
  expect((await around(some.id)).messages[2]).toEqual(some);
  expect((await around(last.id)).messages.at(-1)).toEqual(last);
});

it('is the newest page for a place that is not reached yet, and empty in a room without messages', async () => {
  expect(await around('0-1')).toMatchObject({ messages: [], before: null, after: null, found: false });
  await write(Array.from({ length: 9 }, () => ({ own: true, seconds: 1, text: 'x' })));
  const newest = await pageOf('0', {}, 5);
  for (const id of ['0-10', '0-999999', '0-10-4000000000000000', 'x4000000000-abc', 'xInfinity-abc']) {
    expect(await around(id)).toEqual({ ...newest, found: false });
  }
  expect((await around('x-5.5-abc')).messages[0]?.seq).toBe(1);
  // Another history, in which that place was given to another message.
  expect(await around('0-3-1600000000000000')).toMatchObject({ found: false });
});

it('refuses what is no id of this room', async () => {
  await write([{ own: true, seconds: 1, text: 'x' }]);
  const odd = [
    '',
    '0',
    '0-',
    '0-0',
    '0-01',
    '0--1',
    '0-1-',
    '0-1-12',
    '0-1-x',
    '1-1',
    '1:2-1',
    '0-1-1600000000000000-1',
    'x',
  ];
  for (const id of [...odd, 'x1', 'x-', 'xNaN-abc', 'x1-ABC', 'x1600000000-', '0-1\n', ' 0-1', '0-1e3', '🦀']) {
    await expect(around(id)).rejects.toThrow(invalid);
  }
});

it('costs the same wherever it lies', async () => {
  const commandsFor = async (id: string): Promise<number> => {
    await redis.config('RESETSTAT');
    await around(id, 50);
    const stats = await redis.info('commandstats');
    return [...stats.matchAll(/cmdstat_(?!ping\b)[^:]+:calls=(\d+)/g)].reduce(
      (sum, [, calls]) => sum + Number(calls),
      0,
    );
  };
  await write(Array.from({ length: 3000 }, () => ({ own: true, seconds: 1, text: 'x' })));
  const dates = (await Promise.all([1000, 1500, 2000].map((seq) => around(`0-${seq}`, 1)))).map(
    ({ messages }) => messages[0]?.id ?? '',
  );
  const costs: number[] = [];
  for (const id of ['0-1000', '0-1500', '0-2000', ...dates]) costs.push(await commandsFor(id));
  expect(Math.max(...costs)).toBeLessThan(Math.min(...costs) + 5);
});
