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
    expect(s.client.nameOf('44')).toBeUndefined();
    await s.run(20);
    expect(s.find('GET /api/users')).toBeUndefined();
  });

  it('takes no harm from events that are not what they should be', async () => {
    const s = await Simulation.online();
    for (const event of ['message', 'show.room', 'presence', 'user.connected', 'user.disconnected', 'resync', 'else']) {
      for (const payload of [undefined, null, 7, 'x', [], {}, { id: 1 }]) {
        s.tell(event, payload);
        s.hear(0);
      }
    }
    await s.settle();
    expect(s.client.rooms).toHaveLength(2);
    expect(s.client.state.status).toBe('online');
  });
});
