import { Simulation } from './testing/simulation';

describe('room list, presence and names of a ChatClient', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  it('keeps the room list current, latest activity first', async () => {
    const s = await Simulation.online();
    expect(s.client.rooms.map(({ id }) => id)).toEqual(['0', '1:2']);
    const before = s.client.rooms;
    s.post('1:2', 'psst');
    s.hear(0);
    expect(s.client.rooms).not.toBe(before);
    expect(s.client.rooms).toMatchObject([{ id: '1:2', lastMessage: { message: 'psst' } }, { id: '0' }]);
  });

  it('does not let a list that was read earlier undo what was heard since', async () => {
    const s = await Simulation.online();
    s.dropLink();
    await s.run(1600);
    s.stepLink();
    s.stepLink();
    await s.run();
    const call = s.find('GET /api/rooms');
    if (call) s.stepCall(s.calls.indexOf(call));
    s.post('1:2', 'psst');
    await s.settle();
    expect(s.client.rooms[0]).toMatchObject({ id: '1:2', lastMessage: { message: 'psst' } });
  });

  it('shows a room that appears, and fetches the list', async () => {
    const s = await Simulation.online();
    s.tell('show.room', { id: '1:3', names: ['Pablo', 'Mary'] });
    s.hear(0);
    expect(s.client.rooms).toContainEqual(
      expect.objectContaining({ id: '1:3', kind: 'direct', userIds: ['1', '3'], names: ['Pablo', 'Mary'] }),
    );
    expect(s.client.nameOf('3')).toBe('Mary');
    await s.run();
    expect(await s.answer('GET /api/rooms')).toBe(1);
  });

  it('knows who is online, also after a list that was read earlier', async () => {
    const s = await Simulation.online();
    expect([...s.client.online]).toEqual(['1']);
    s.dropLink();
    await s.run(1600);
    s.stepLink();
    s.stepLink();
    await s.run();
    const call = s.find('online');
    if (call) s.stepCall(s.calls.indexOf(call));
    s.tell('user.connected', { id: '2', username: 'Joe', online: true });
    s.hear(0);
    await s.settle();
    expect([...s.client.online]).toEqual(['1', '2']);
    s.tell('user.disconnected', { id: '2', username: 'Joe', online: false });
    s.hear(0);
    expect([...s.client.online]).toEqual(['1']);
  });

  it('takes many who came and went at once, and tells of it once', async () => {
    const s = await Simulation.online();
    const told = jest.fn();
    s.client.on('presence', told);
    s.tell('presence', [
      { id: '2', username: 'Joe', online: true },
      { id: '3', username: 'Mary', online: true },
      { id: '2', username: 'Joe', online: false },
      { nonsense: true },
    ]);
    s.hear(0, true);
    s.hear(0);
    expect([...s.client.online]).toEqual(['1', '3']);
    expect(told).toHaveBeenCalledTimes(1);
    expect(s.client.nameOf('2')).toBe('Joe');
  });

  it('fetches who is online, once, when it is told that a crowd came', async () => {
    const s = await Simulation.online();
    s.online.add('2');
    s.tell('presence.stale', { spreadMs: 100 });
    s.tell('presence.stale', { spreadMs: 100 });
    s.hear(0);
    s.hear(0);
    await s.run(100);
    expect(await s.answer('online')).toBe(1);
    expect([...s.client.online]).toEqual(['1', '2']);
  });

  it('looks up unknown names together, each once', async () => {
    const s = await Simulation.online();
    const told = jest.fn();
    s.client.on('names', told);
    expect(s.client.nameOf('1')).toBe('Pablo');
    for (const id of ['3', '3', '44', 'no id']) expect(s.client.nameOf(id)).toBeUndefined();
    await s.run(20);
    expect(await s.answer('GET /api/users')).toBe(1);
    expect(told).toHaveBeenCalledTimes(1);
    expect(s.client.nameOf('3')).toBe('Mary');
    expect(s.client.nameOf('44')).toBeNull();
    await s.run(20);
    expect(s.find('GET /api/users')).toBeUndefined();
  });

  it('takes no harm from events that are not what they should be', async () => {
    const s = await Simulation.online();
    for (const event of [
      'message',
      'show.room',
      'presence',
      'user.connected',
      'user.disconnected',
      'room.read',
      'rooms.stale',
      'presence.stale',
      'resync',
      'else',
    ]) {
      for (const payload of [undefined, null, 7, 'x', [], {}, { id: 1 }]) {
        s.tell(event, payload);
        s.hear(0);
      }
    }
    await s.settle();
    expect(s.client.rooms).toHaveLength(2);
    expect(s.client.state.status).toBe('online');
  });

  const general = (s: Simulation) => s.client.rooms.find(({ id }) => id === '0');

  it('counts what others wrote after the mark, until it is read, here or elsewhere', async () => {
    const s = await Simulation.online();
    for (const text of ['one', 'two']) s.post('0', text);
    while (s.hear(0));
    expect(general(s)).toMatchObject({ seq: 2, read: 0, unread: 2 });
    s.readElsewhere({ roomId: '0', seq: 1 });
    s.hear(0);
    expect(general(s)).toMatchObject({ seq: 2, read: 1, unread: 1 });
    s.client.markRead('0');
    expect(general(s)).toMatchObject({ read: 2, unread: 0 });
    expect(await s.answer('room.read')).toBe(1);
    expect(s.server.summaries('1')[0]).toMatchObject({ seq: 2, read: 2 });
  });

  it('takes a mark that comes before its message', async () => {
    const s = await Simulation.online();
    s.post('0', 'one');
    s.readElsewhere({ roomId: '0', seq: 1 });
    s.hear(1);
    expect(general(s)).toMatchObject({ seq: 0, unread: 0 });
    s.hear(0);
    expect(general(s)).toMatchObject({ seq: 1, unread: 0 });
  });

  it('counts no message of its own, nor what is before it, and tells the other devices', async () => {
    const s = await Simulation.online();
    s.post('0', 'one');
    s.client.send('0', 'mine');
    await s.settle();
    expect(general(s)).toMatchObject({ seq: 2, unread: 0 });
    expect(s.server.summaries('1')[0]).toMatchObject({ read: 2 });
    // From another device, which tells of it itself.
    s.post('0', 'two');
    s.post('0', 'mine elsewhere', '1', 'another-tab-1');
    while (s.hear(0));
    expect(general(s)).toMatchObject({ seq: 4, unread: 0 });
    expect(s.find('room.read')).toBeUndefined();
  });

  it('keeps what is read here and not yet known to the server, whatever list comes meanwhile', async () => {
    const s = await Simulation.online();
    for (const text of ['one', 'two']) s.post('0', text);
    while (s.hear(0));
    s.client.markRead('0');
    s.tell('rooms.stale', { spreadMs: 100 });
    s.hear(0);
    await s.run(100);
    expect(await s.answer('GET /api/rooms')).toBe(1);
    expect(s.server.summaries('1')[0]).toMatchObject({ read: 0 });
    expect(general(s)).toMatchObject({ read: 2, unread: 0 });
    await s.settle();
    expect(s.server.summaries('1')[0]).toMatchObject({ read: 2 });
  });

  it('learns after an outage what was read elsewhere meanwhile', async () => {
    const s = await Simulation.online();
    s.post('0', 'one');
    while (s.hear(0));
    s.dropLink();
    s.readElsewhere({ roomId: '0', seq: 1 });
    await s.settle();
    expect(general(s)).toMatchObject({ unread: 0 });
  });
});

describe('typing of a ChatClient', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  it('of others ends with their message, or by itself', async () => {
    const s = await Simulation.online();
    const changed = jest.fn();
    s.client.on('typing', changed);
    s.tell('typing', { roomId: '0', userId: '2' });
    s.tell('typing', { roomId: '0', userId: '3' });
    s.tell('typing', { roomId: '0' });
    while (s.hear(0));
    expect(s.client.typingIn('0')).toEqual(['2', '3']);
    s.post('0', 'here it is', '2');
    s.hear(0);
    expect(s.client.typingIn('0')).toEqual(['3']);
    await s.run(5000);
    expect(s.client.typingIn('0')).toEqual([]);
    expect(changed.mock.calls).toEqual([['0'], ['0'], ['0'], ['0']]);
  });

  it('of one’s own is told while connected, and never later', async () => {
    const s = await Simulation.online();
    s.client.typing('0');
    s.client.typing('0');
    expect(s.calls.filter(({ path }) => path === 'typing')).toHaveLength(1);
    s.failCall(0);
    s.dropLink();
    s.client.typing('1:2');
    await s.settle();
    expect(s.find('typing')).toBeUndefined();
  });
});
