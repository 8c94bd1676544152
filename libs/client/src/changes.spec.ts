import type { Message } from '@app/contracts';
import { createMemoryOutbox } from './outbox-store';
import { ModelServer } from './testing/model-server';
import { Simulation } from './testing/simulation';

const texts = (s: Simulation, roomId = '0') => s.client.view(roomId).entries.map(({ message }) => message);
const stored = (s: Simulation) => s.server.history('0').map(({ message }) => message);
const entryOf = (s: Simulation, at = 0) => s.client.view('0').entries.at(at);

/** General with one message of the user's own, which is stored and shown. */
async function withOwn(text = 'helo', options = {}): Promise<{ s: Simulation; own: Message }> {
  const server = new ModelServer();
  server.append('0', '1', text, 'client-id-1');
  const s = new Simulation(server, options);
  void s.client.open('0');
  await s.start();
  const [own] = server.history('0');
  if (!own) throw new Error('nothing is stored');
  return { s, own };
}

describe('edits and deletions', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  it('shows an edit at once, and as edited once it is stored', async () => {
    const { s, own } = await withOwn();
    s.client.edit('0', own.id, 'hello');
    expect(entryOf(s)).toMatchObject({ message: 'hello', change: { kind: 'edit', state: 'sending', text: 'hello' } });
    await s.settle();
    expect(stored(s)).toEqual(['hello']);
    expect(entryOf(s)).toMatchObject({ key: own.id, message: 'hello', edited: expect.any(Number), rev: 2 });
    expect(entryOf(s)?.change).toBeUndefined();
    expect(s.changes).toEqual([`${own.id} 2`]);
  });

  it('deletes at once, and keeps the place', async () => {
    const { s, own } = await withOwn();
    s.post('0', 'after');
    await s.settle();
    s.client.delete('0', own.id);
    expect(entryOf(s)).toMatchObject({
      message: '',
      deleted: { by: '1' },
      change: { kind: 'delete', state: 'sending' },
    });
    await s.settle();
    expect(s.server.history('0')).toMatchObject([{ message: '', deleted: { by: '1' } }, { message: 'after' }]);
    expect(texts(s)).toEqual(['', 'after']);
    expect(entryOf(s)?.change).toBeUndefined();
  });

  it('takes a deletion back as long as it was not sent, and sends it after that', async () => {
    const { s, own } = await withOwn();
    s.client.delete('0', own.id, 5000);
    expect(entryOf(s)).toMatchObject({ message: '', change: { kind: 'delete', state: 'waiting' } });
    s.client.send('0', 'is not held up');
    await s.run(4999);
    expect(await s.answer('message')).toBe(1);
    expect(s.find('message.delete')).toBeUndefined();
    expect(s.client.undo('0', own.id)).toBe(true);
    expect(entryOf(s)).toMatchObject({ message: 'helo' });
    expect(entryOf(s)?.change).toBeUndefined();
    await s.run(5000);
    expect(s.find('message.delete')).toBeUndefined();
    s.client.delete('0', own.id, 5000);
    await s.run(5000);
    expect(s.client.undo('0', own.id)).toBe(false);
    expect(await s.answer('message.delete')).toBe(1);
    expect(stored(s)[0]).toBe('');
  });

  it('shows in the list of rooms what it shows in the room', async () => {
    const { s, own } = await withOwn();
    const last = () => s.client.rooms.find(({ id }) => id === '0')?.lastMessage;
    s.client.delete('0', own.id, 5000);
    expect(last()).toMatchObject({ message: '', deleted: { by: '1' } });
    expect(s.client.keepList()?.rooms[0]?.lastMessage).toEqual(own);
    s.client.undo('0', own.id);
    expect(last()).toEqual(own);
    s.client.edit('0', own.id, 'hello');
    expect(last()).toMatchObject({ message: 'hello' });
    await s.settle();
    expect(last()).toEqual(s.server.history('0')[0]);
    s.client.edit('0', own.id, 'refused');
    s.server.delete('1', own.id);
    await s.settle();
    expect(last()).toMatchObject({ message: '', deleted: { by: '1' } });
  });

  it('sends what can be undone when the page may end, and after a reload', async () => {
    const outbox = createMemoryOutbox();
    const { s, own } = await withOwn('helo', { outbox });
    s.post('0', 'another', '1', 'client-id-2');
    await s.settle();
    s.client.delete('0', s.server.history('0')[1]?.id ?? '', 5000);
    s.client.hurry();
    await s.run();
    expect(await s.answer('message.delete')).toBe(1);
    s.client.delete('0', own.id, 5000);
    s.client.disconnect();
    const later = new Simulation(s.server, { outbox });
    void later.client.open('0');
    await later.start();
    await later.settle();
    expect([stored(later), texts(later)]).toEqual([
      ['', ''],
      ['', ''],
    ]);
    expect(outbox.load()).toEqual([]);
  });

  it('carries out no deletion that another tab has taken back', async () => {
    const outbox = createMemoryOutbox();
    const { s, own } = await withOwn('helo', { outbox });
    s.client.delete('0', own.id, 600_000);
    const another = new Simulation(s.server, { outbox });
    void another.client.open('0');
    await another.start();
    await another.settle();
    expect(s.client.undo('0', own.id)).toBe(true);
    await another.run(600_000);
    await another.settle();
    expect([stored(s), texts(another)]).toEqual([['helo'], ['helo']]);
  });

  it('takes nothing back that another device has deleted meanwhile', async () => {
    const { s, own } = await withOwn();
    s.client.delete('0', own.id, 5000);
    s.deleteElsewhere(own);
    while (s.hear(0));
    expect(entryOf(s)).toMatchObject({ message: '', deleted: { by: '1' } });
    expect([entryOf(s)?.change, s.client.unsent, s.client.undo('0', own.id)]).toEqual([undefined, 0, false]);
    await s.run(5000);
    expect(s.find('message.delete')).toBeUndefined();
  });

  it('takes an edit back that is refused, says why, and tries again or forgets it', async () => {
    const { s, own } = await withOwn();
    for (let i = 0; i < 2; i++)
      s.refusals.push({ path: 'message.edit', error: { code: 'forbidden', message: 'Too late' } });
    s.client.edit('0', own.id, 'hello');
    await s.settle();
    const change = { kind: 'edit', state: 'failed', text: 'hello', error: { code: 'forbidden' } };
    expect(entryOf(s)).toMatchObject({ message: 'helo', change });
    s.client.retry('0', entryOf(s)?.change?.clientId ?? '');
    expect(entryOf(s)).toMatchObject({ message: 'hello', change: { state: 'sending' } });
    await s.settle();
    expect(entryOf(s)).toMatchObject({ message: 'helo', change });
    expect(s.client.unsent).toBe(1);
    s.client.discard('0', entryOf(s)?.change?.clientId ?? '');
    expect(entryOf(s)?.change).toBeUndefined();
    expect([s.client.unsent, stored(s)]).toEqual([0, ['helo']]);
  });

  it('shows what another device made of it when both edit, and lets one have one’s own way', async () => {
    const { s, own } = await withOwn();
    s.editElsewhere(own, 'theirs');
    s.client.edit('0', own.id, 'mine');
    await s.run();
    await s.answer('message.edit');
    expect(entryOf(s)).toMatchObject({
      message: 'theirs',
      change: { state: 'failed', error: { code: 'conflict' }, text: 'mine' },
    });
    s.client.retry('0', entryOf(s)?.change?.clientId ?? '');
    await s.settle();
    expect(stored(s)).toEqual(['mine']);
    expect(texts(s)).toEqual(['mine']);
  });

  it('says once that edits were refused, with the last text, and nothing of what one has deleted since', async () => {
    const { s, own } = await withOwn();
    s.client.edit('0', own.id, 'first');
    await s.run();
    s.dropLink();
    s.client.edit('0', own.id, 'second');
    s.editElsewhere(own, 'theirs');
    await s.settle();
    expect(entryOf(s)).toMatchObject({ message: 'theirs', change: { error: { code: 'conflict' }, text: 'second' } });
    s.client.retry('0', entryOf(s)?.change?.clientId ?? '');
    await s.settle();
    expect([entryOf(s)?.change, s.client.unsent, stored(s)]).toEqual([undefined, 0, ['second']]);

    s.client.edit('0', own.id, 'third');
    await s.run();
    s.dropLink();
    s.client.delete('0', own.id);
    s.editElsewhere(s.server.history('0')[0] as Message, 'theirs again');
    await s.settle();
    expect(entryOf(s)).toMatchObject({ message: '', deleted: { by: '1' } });
    expect([entryOf(s)?.change, s.client.unsent]).toEqual([undefined, 0]);
  });

  it('lets a deletion on another device win over an edit', async () => {
    const { s, own } = await withOwn();
    s.deleteElsewhere(own);
    s.client.edit('0', own.id, 'mine');
    await s.settle();
    expect(entryOf(s)).toMatchObject({ message: '', deleted: { by: '1' }, change: { error: { code: 'not_found' } } });
  });

  it('edits one after the other, each as the one before has made it', async () => {
    const { s, own } = await withOwn();
    s.client.edit('0', own.id, 'first');
    await s.run();
    s.client.edit('0', own.id, 'second');
    s.client.edit('0', own.id, 'third');
    expect(texts(s)).toEqual(['third']);
    expect(await s.answer('message.edit')).toBe(2);
    expect(stored(s)).toEqual(['third']);
  });

  it('repeats an edit whose answer was lost, without harm', async () => {
    const { s, own } = await withOwn();
    s.client.edit('0', own.id, 'hello');
    await s.run();
    s.stepCall(0);
    s.dropLink();
    await s.settle();
    expect(s.server.history('0')).toMatchObject([{ message: 'hello', rev: 2 }]);
    expect(entryOf(s)?.change).toBeUndefined();
  });

  it('edits a message that is on its way once it is there, and one that is not sent yet in its place', async () => {
    const s = await Simulation.online();
    const first = s.client.send('0', 'helo');
    const second = s.client.send('0', 'wrld');
    await s.run();
    s.client.edit('0', second.key, 'world');
    s.client.edit('0', first.key, 'hello');
    expect(texts(s)).toEqual(['hello', 'world']);
    await s.settle();
    expect(s.server.history('0')).toMatchObject([
      { message: 'hello', edited: expect.any(Number) },
      { message: 'world' },
    ]);
    expect(s.server.history('0')[1]?.edited).toBeUndefined();
    expect(texts(s)).toEqual(['hello', 'world']);
    expect(s.client.view('0').entries.map(({ key }) => key)).toEqual([first.key, second.key]);
  });

  it('edits a message that is stored, but whose place is not known yet, as it is', async () => {
    const { s, own } = await withOwn();
    s.client.edit('0', own.id, 'hello');
    await s.settle();
    const { key } = s.client.send('0', 'wrold');
    expect(await s.answer('message')).toBe(1);
    const at = s.client.view('0').entries.find((entry) => entry.key === key);
    expect(at).toMatchObject({ state: 'sent', rev: 3 });
    s.client.edit('0', at?.id ?? '', 'world');
    await s.settle();
    expect(stored(s)).toEqual(['hello', 'world']);
    expect(texts(s)).toEqual(['hello', 'world']);
  });

  it('deletes a message that is on its way once it is there, and one that is not sent yet at once', async () => {
    const s = await Simulation.online();
    const first = s.client.send('0', 'first');
    const second = s.client.send('0', 'second');
    await s.run();
    s.client.delete('0', second.key, 5000);
    s.client.delete('0', first.key);
    expect(texts(s)).toEqual(['']);
    await s.settle();
    expect(s.server.history('0')).toMatchObject([{ message: '', deleted: { by: '1' } }]);
    expect(s.client.unsent).toBe(0);
  });

  it('gives a message that was refused the text that it was edited to', async () => {
    const s = await Simulation.online();
    s.refusals.push({ path: 'message', error: { code: 'invalid', message: 'No' } });
    const { key } = s.client.send('0', 'helo');
    await s.run();
    s.client.edit('0', key, 'hello');
    await s.settle();
    expect(s.client.view('0').entries).toMatchObject([{ state: 'failed', message: 'hello' }]);
    s.client.retry('0', key);
    await s.settle();
    expect(stored(s)).toEqual(['hello']);
  });

  it('sends after a reload what was edited before it, behind the message', async () => {
    const outbox = createMemoryOutbox();
    const before = new Simulation(undefined, { outbox });
    void before.client.open('0');
    await before.start();
    const { key } = before.client.send('0', 'helo');
    await before.run();
    before.client.edit('0', key, 'hello');
    before.client.disconnect();
    const after = new Simulation(before.server, { outbox });
    expect(after.client.view('0').entries).toMatchObject([{ message: 'hello', state: 'sending' }]);
    void after.client.open('0');
    await after.start();
    expect(stored(after)).toEqual(['hello']);
    expect(outbox.load()).toEqual([]);
  });
});
