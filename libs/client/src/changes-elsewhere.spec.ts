import { ModelServer } from './testing/model-server';
import { Simulation } from './testing/simulation';

const texts = (s: Simulation) => s.client.view('0').entries.map(({ message }) => message);

describe('what was changed elsewhere', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  it('applies changes that overtake each other or messages in their order', async () => {
    const s = await Simulation.online();
    s.post('0', 'a');
    const [a] = s.server.history('0');
    if (a) s.editElsewhere(a, 'b');
    const [b] = s.server.history('0');
    if (b) s.editElsewhere(b, 'c');
    s.post('0', 'd');
    for (const pick of [3, 2, 1, 0]) s.hear(pick);
    await s.run(1600);
    expect(s.find('sync')).toBeUndefined();
    expect(texts(s)).toEqual(['c', 'd']);
    expect(s.announced).toHaveLength(2);
  });

  it('asks for changes that stay missing, and hears of those it missed while it was away', async () => {
    const s = await Simulation.online();
    for (const text of ['a', 'b', 'c']) s.post('0', text);
    await s.settle();
    const [a, b] = s.server.history('0');
    if (!a || !b) throw new Error('nothing is stored');
    s.server.onChanged = () => undefined;
    s.editElsewhere(a, 'lost');
    s.post('0', 'd');
    await s.settle();
    expect(texts(s)).toEqual(['lost', 'b', 'c', 'd']);
    s.dropLink();
    s.deleteElsewhere(b);
    await s.settle();
    expect(texts(s)).toEqual(['lost', '', 'c', 'd']);
  });

  it('starts afresh when more changed than the server remembers', async () => {
    const s = await Simulation.online(new ModelServer({ maxChanges: 2 }));
    for (const text of ['a', 'b', 'c']) s.post('0', text);
    await s.settle();
    s.dropLink();
    for (const message of [...s.server.history('0')]) s.editElsewhere(message, `${message.message}!`);
    await s.settle();
    expect(texts(s)).toEqual(['a!', 'b!', 'c!']);
  });

  it('does not let an older page undo a change', async () => {
    const server = new ModelServer();
    for (let i = 1; i <= 8; i++) server.append('0', '2', String(i));
    const s = await Simulation.online(server);
    void s.client.loadOlder('0');
    await s.run();
    s.stepCall(0);
    const [first] = server.history('0');
    if (first) s.editElsewhere(first, 'one');
    while (s.hear(0));
    await s.settle();
    expect(texts(s)).toEqual(['one', '2', '3', '4', '5', '6', '7', '8']);
  });

  it('keeps the list of rooms current: the last message, and how many are unread', async () => {
    const s = await Simulation.online();
    for (const text of ['a', 'b', 'c']) s.post('0', text);
    await s.settle();
    const general = () => s.client.rooms.find(({ id }) => id === '0');
    s.client.markRead('0', 1);
    await s.settle();
    expect(general()).toMatchObject({ unread: 2, lastMessage: { message: 'c' } });
    const [a, b, c] = s.server.history('0');
    if (!a || !b || !c) throw new Error('nothing is stored');
    s.editElsewhere(c, 'see');
    s.deleteElsewhere(b);
    s.deleteElsewhere(a);
    while (s.hear(0));
    expect(general()).toMatchObject({ unread: 1, lastMessage: { message: 'see' } });
    // The list that is fetched has counted them already, whatever is heard again.
    s.tell('rooms.stale', { spreadMs: 0 });
    await s.settle();
    expect(general()).toMatchObject({ unread: 1 });
    s.deleteElsewhere(c);
    await s.settle();
    expect(general()).toMatchObject({ unread: 0, lastMessage: { message: '', deleted: { by: '2' } } });
  });

  it('takes nothing for unread that was deleted, in a room that is not here, as one reads on', async () => {
    const server = new ModelServer();
    for (let i = 1; i <= 20; i++) server.append('1:2', '2', `${i}`);
    for (const { id } of server.history('1:2').slice(0, 15)) server.delete('2', id);
    const s = new Simulation(server);
    await s.start();
    const unread = () => s.client.rooms.find(({ id }) => id === '1:2')?.unread;
    expect(unread()).toBe(5);
    for (const seq of [2, 15]) {
      s.client.markRead('1:2', seq);
      await s.settle();
      expect(unread()).toBe(5);
    }
  });

  it('begins after a reload with the states that were kept, and catches up', async () => {
    const s = await Simulation.online();
    s.post('0', 'a');
    s.post('0', 'b');
    await s.settle();
    const [a] = s.server.history('0');
    if (a) s.editElsewhere(a, 'kept');
    await s.settle();
    s.keep();
    s.reload();
    const [b] = s.server.history('0').slice(1);
    if (b) s.editElsewhere(b, 'later');
    expect(texts(s)).toEqual(['kept', 'b']);
    await s.settle();
    expect(texts(s)).toEqual(['kept', 'later']);
  });
});
