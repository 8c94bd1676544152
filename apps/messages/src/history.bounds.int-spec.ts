import { type Message, type Position, WORK } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import type { HistoryStore } from './history.store';
import { Stores } from './spec-support/stores';

const BOUND = 16_384;

let stores: Stores;
let redis: Redis;
let history: HistoryStore;

beforeAll(async () => {
  stores = await Stores.start({ ANSWER_BYTES: String(BOUND) });
  ({ redis, history } = stores);
});
afterAll(() => stores?.stop());
beforeEach(() => redis.flushall());

const send = (...args: Parameters<Stores['send']>) => stores.send(...args);
const pageOf = (...asked: Parameters<Stores['page']>) => stores.page(...asked);
const sync = (...asked: Parameters<Stores['sync']>) => stores.sync(...asked);
const slice = (...asked: Parameters<Stores['slice']>) => stores.slice(...asked);
const texts = (messages: readonly Message[]) => messages.map(({ message }) => message);

describe('bounded in bytes', () => {
  const emoji = '😀'.repeat(1000);
  const fill = async (roomId: string, n: number) => {
    for (let i = 0; i < n; i++) await send(roomId, `${i} ${emoji}`);
  };
  const numbers = (messages: readonly Message[]) => messages.map(({ message }) => Number.parseInt(message, 10));
  const all = Array.from({ length: 20 }, (_, i) => i);

  it('a page ends early, in either direction, and its cursors lead on', async () => {
    await fill('0', 20);
    const found: number[] = [];
    for (let page = await pageOf('0', {}, 200); ; page = await pageOf('0', { before: page.before }, 200)) {
      expect(Buffer.byteLength(JSON.stringify(page.messages))).toBeLessThanOrEqual(BOUND);
      found.unshift(...numbers(page.messages));
      if (page.before === null) break;
    }
    expect(found).toEqual(all);
    const middle = await pageOf('0', { around: '0-10' }, 200);
    expect(numbers(middle.messages)).toEqual([8, 9, 10]);
    expect(numbers((await pageOf('0', { after: middle.after ?? '' }, 200)).messages)).toEqual([11, 12, 13]);
  });

  it('a slice too', async () => {
    await fill('0', 20);
    expect(numbers(await slice('0', 0, 1000))).toEqual([19, 18, 17]);
    expect(numbers(await slice('0', 18, 1000))).toEqual([1, 0]);
  });

  it('what was missed, over all rooms, little by little', async () => {
    const rooms = ['0', '3', '1:2'];
    for (const room of rooms) {
      await redis.hset(keys.roomMembers(room), '1', 'member');
      await send(room, '0');
      for (const i of all.slice(1)) await send(room, `${i} ${emoji}`);
    }
    const found = new Map<string, number[]>(rooms.map((room) => [room, []]));
    let positions = rooms.map((roomId): Position => ({ roomId, seq: 0, id: '', rev: 0 }));
    for (let calls = 0; positions.length > 0; calls++) {
      expect(calls).toBeLessThan(40);
      const answers = await sync(positions, 200);
      expect(Buffer.byteLength(JSON.stringify(answers))).toBeLessThanOrEqual(BOUND + 1000);
      positions = [];
      for (const answer of answers) {
        if (answer.status !== 'ok') throw new Error(answer.status);
        found.get(answer.roomId)?.push(...numbers(answer.messages));
        if (answer.more) positions.push(answer.upTo);
      }
    }
    for (const room of rooms) expect(found.get(room)).toEqual(all);
  });

  it('one message that is larger than all of it still comes', async () => {
    await send('0', '0 small');
    await send('0', `1 ${'😀'.repeat(10_000)}`);
    await send('0', '2 small');
    expect(numbers((await pageOf('0', {}, 10)).messages)).toEqual([2]);
    expect(numbers((await pageOf('0', { around: '0-2' }, 10)).messages)).toEqual([1]);
    const [first] = await sync([{ roomId: '0', seq: 0, id: '', rev: 0 }], 10);
    if (first?.status !== 'ok') throw new Error('reset');
    expect(first).toMatchObject({ messages: [{ seq: 1 }], more: true });
    const [second] = await sync([first.upTo], 10);
    expect(second).toMatchObject({ messages: [{ seq: 2 }], more: true });
  });

  it('what is larger than any message is none', async () => {
    await redis.zadd(keys.room('0'), 1, JSON.stringify({ from: 1, message: 'x'.repeat(900_000), date: 1 }));
    await send('0', 'ours');
    expect(texts((await pageOf('0', {}, 10)).messages)).toEqual(['ours']);
    expect(texts(await slice('0', 0, 10))).toEqual(['ours']);
  });

  it('what stands in lists of rooms is the beginning of a text', async () => {
    const rooms = Array.from({ length: 30 }, (_, i) => String(i + 1));
    for (const room of rooms) {
      await redis.hset(keys.roomMembers(room), '1', 'member');
      await send(room, `${room} ${emoji}`);
    }
    const { text } = await history.heads(rooms);
    expect(Buffer.byteLength(text)).toBeLessThan(30 * 1000);
    const { heads } = WORK['messages.heads'].reply.parse(JSON.parse(text));
    expect(heads.map(({ roomId }) => roomId)).toEqual(rooms);
    for (const { roomId, message } of heads)
      expect(message?.message).toMatch(new RegExp(`^${roomId} 😀{140,150}.?…$`, 'u'));
  });
});
