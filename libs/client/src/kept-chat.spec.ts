import type { Message } from '@app/contracts';
import { newestToKeep } from './kept-chat';
import { createMemoryOutbox } from './outbox-store';
import { ModelServer } from './testing/model-server';
import { Simulation } from './testing/simulation';

const PAGES = { pageSize: 10, syncSize: 1000, maxBehind: 1000 };
const texts = (s: Simulation, roomId = '0') => s.client.view(roomId).entries.map(({ message }) => message);
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`);

/** A client whose page has been loaded anew while the server cannot be reached, 15 messages of General being there. */
async function reloaded(server = new ModelServer(PAGES), said = 15): Promise<Simulation> {
  const s = new Simulation(server);
  for (const text of numbers(1, said)) s.post('0', text);
  void s.client.open('0');
  await s.start();
  s.keep();
  s.reload();
  return s;
}

describe('a ChatClient that begins with what was kept', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  it('has the rooms, their last messages and names, and tells of none of them as news', async () => {
    const s = await reloaded();
    s.failLink();
    expect(texts(s)).toEqual(numbers(6, 15));
    expect(s.client.view('0')).toMatchObject({ loaded: true, hasOlder: true, hasNewer: false });
    expect(s.client.rooms.find(({ id }) => id === '0')).toMatchObject({ seq: 15, unread: 15 });
    expect([s.client.listed, s.client.isFromDevice]).toEqual([true, true]);
    expect(s.client.nameOf('2')).toBe('Joe');
    await s.run(5000);
    expect(s.announced).toEqual([]);
    expect(s.client.view('1:2').loaded).toBe(false);
  });

  it('catches up by a sync, without a page, and tells of what came since alone', async () => {
    const s = await reloaded();
    for (const text of numbers(16, 18)) s.post('0', text);
    await s.settle();
    expect(texts(s)).toEqual(numbers(6, 18));
    expect(s.announced).toHaveLength(3);
    expect(s.client.isFromDevice).toBe(false);
    expect(s.client.rooms.find(({ id }) => id === '0')).toMatchObject({ seq: 18, unread: 18 });
  });

  it('loads what is before from where the kept messages begin', async () => {
    const s = await reloaded();
    await s.settle();
    for (let i = 0; i < 3 && s.client.view('0').hasOlder; i++) {
      void s.client.loadOlder('0');
      await s.settle();
    }
    expect(texts(s)).toEqual(numbers(1, 15));
    expect(s.announced).toEqual([]);
  });

  it('knows when it has all there is, and a room without a message', async () => {
    const few = await reloaded(new ModelServer(PAGES), 3);
    expect([texts(few), few.client.view('0').hasOlder]).toEqual([numbers(1, 3), false]);
    const none = await reloaded(new ModelServer(PAGES), 0);
    expect(none.client.view('0')).toMatchObject({ entries: [], hasOlder: false, loaded: true });
  });

  it('sends what one writes into it once, behind what others said meanwhile', async () => {
    const s = await reloaded();
    s.client.send('0', 'mine');
    expect(texts(s)).toEqual([...numbers(6, 15), 'mine']);
    s.post('0', '16');
    await s.settle();
    expect(texts(s)).toEqual([...numbers(6, 16), 'mine']);
    expect(s.server.history('0').filter(({ message }) => message === 'mine')).toHaveLength(1);
  });

  it('shows a message of its own once, though it is kept twice: as unsent by this tab, as heard by another', async () => {
    const outbox = createMemoryOutbox();
    outbox.put({ roomId: '0', clientId: 'another-tab-1', message: 'mine', createdAt: 1 });
    const server = new ModelServer(PAGES);
    server.append('0', '1', 'mine', 'another-tab-1');
    const before = new Simulation(server);
    void before.client.open('0');
    await before.start();
    const [list, history] = [before.client.keepList(), before.client.keepHistory('0')];
    if (!list || !history) throw new Error('nothing to keep');
    const s = new Simulation(server, { outbox, kept: { list, histories: [history], names: [] } });
    expect(texts(s)).toEqual(['mine']);
    expect(outbox.load()).toEqual([]);
  });

  it('starts afresh when the server has another database, or another history', async () => {
    for (const change of ['wipe', 'lose'] as const) {
      const s = await reloaded();
      if (change === 'wipe') s.server.wipe();
      else s.server.lose('0', 2);
      for (const text of ['a', 'b', 'c']) s.server.append('0', '2', text);
      await s.settle();
      void s.client.open('0');
      await s.settle();
      expect(texts(s)).toEqual(
        s.server
          .history('0')
          .slice(-10)
          .map(({ message }) => message),
      );
    }
  });

  it('keeps nothing of another database, nor what came after it was marked stale', async () => {
    const s = new Simulation(new ModelServer(PAGES));
    expect([s.client.keepList(), s.client.keepHistory('0')]).toEqual([undefined, undefined]);
    s.post('0', '1');
    void s.client.open('0');
    await s.start();
    s.tell('resync', { spreadMs: 60_000 });
    while (s.hear(0));
    s.post('0', '2');
    while (s.hear(0));
    expect(texts(s)).toEqual(['1', '2']);
    expect(s.client.keepHistory('0')?.messages.map(({ message }) => message)).toEqual(['1']);
    const [list, history] = [s.client.keepList(), s.client.keepHistory('0')];
    if (!list || !history) throw new Error('nothing to keep');
    const other = { list: { ...list, epoch: 'another' }, histories: [history], names: [] };
    expect(new Simulation(s.server, { kept: other }).client.view('0').loaded).toBe(false);
  });
});

it('keeps 50 messages of a room, and less of long ones', () => {
  const message = (text: string): Message => ({ id: text, from: '1', date: 1, message: text, roomId: '0' });
  const many = Array.from({ length: 70 }, (_, i) => message(`${i}`));
  expect(newestToKeep(many).map(({ id }) => id)).toEqual(numbers(20, 69));
  const long = Array.from({ length: 5 }, (_, i) => message(`${i}`.padEnd(20_000, 'x')));
  expect(newestToKeep(long)).toEqual(long.slice(3));
  expect(newestToKeep([message('x'.repeat(60_000))])).toHaveLength(1);
  expect(newestToKeep([])).toEqual([]);
});
