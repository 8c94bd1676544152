import { ModelServer } from './testing/model-server';
import { Simulation } from './testing/simulation';

const texts = (s: Simulation, roomId = '0') => s.client.view(roomId).entries.map(({ message }) => message);

describe('the rooms of a ChatClient', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  it('catches up after a lost connection, in order, before anything new is shown', async () => {
    const s = await Simulation.online();
    s.dropLink();
    for (const text of ['1', '2', '3', '4', '5']) s.post('0', text);
    await s.run(1600);
    s.stepLink();
    s.stepLink();
    s.post('0', '6');
    s.hear(0);
    expect(texts(s)).toEqual([]);
    await s.settle();
    expect(texts(s)).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(s.announced).toHaveLength(6);
  });

  it('asks for all rooms in one call', async () => {
    const s = await Simulation.online(new ModelServer({ pageSize: 5, syncSize: 1000, maxBehind: 1000 }));
    const rooms = Array.from({ length: 300 }, (_, i) => `1:${i + 2}`);
    for (const roomId of rooms) void s.client.open(roomId);
    await s.settle();
    s.dropLink();
    for (const roomId of rooms) s.post(roomId, 'missed');
    await s.run(1600);
    s.stepLink();
    s.stepLink();
    await s.run();
    expect(await s.answer('sync')).toBe(1);
    expect(rooms.flatMap((roomId) => texts(s, roomId))).toEqual(rooms.map(() => 'missed'));
  });

  it('asks again for a sync that failed', async () => {
    const s = await Simulation.online();
    s.dropLink();
    s.post('0', 'missed');
    s.refusals.push({ path: 'sync', error: { code: 'unavailable', message: 'Later' } });
    await s.settle();
    expect(texts(s)).toEqual(['missed']);
  });

  it('waits a moment before it asks for what is missing between', async () => {
    const s = await Simulation.online();
    s.post('0', 'a');
    s.post('0', 'b');
    s.hear(1);
    await s.run(100);
    s.hear(0);
    await s.run(1600);
    expect(s.find('sync')).toBeUndefined();
    expect(texts(s)).toEqual(['a', 'b']);
  });

  it('asks for what stays missing between', async () => {
    const s = await Simulation.online();
    s.server.append('0', '2', 'lost');
    s.post('0', 'heard');
    await s.settle();
    expect(texts(s)).toEqual(['lost', 'heard']);
  });

  it('syncs when told to, after a random part of the time given', async () => {
    const s = await Simulation.online();
    s.server.append('0', '2', 'lost');
    s.tell('resync', { spreadMs: 4000 });
    s.hear(0);
    await s.run(1999);
    expect(s.calls).toEqual([]);
    await s.settle();
    expect(texts(s)).toEqual(['lost']);
  });

  it('loads a page again until it succeeds', async () => {
    const s = new Simulation();
    s.post('0', 'here');
    s.refusals.push({ path: 'GET /api/rooms/0/messages', error: { code: 'internal', message: 'Oops' } });
    const opened = s.client.open('0');
    await s.start();
    await opened;
    expect(texts(s)).toEqual(['here']);
  });

  it('tells that a room is forbidden', async () => {
    const s = await Simulation.online();
    s.refusals.push({ path: 'GET /api/rooms/1:3/messages', error: { code: 'forbidden', message: 'No' } });
    const opened = expect(s.client.open('1:3')).rejects.toMatchObject({ code: 'forbidden' });
    await s.settle();
    await opened;
  });

  it('loads one older page at a time', async () => {
    const server = new ModelServer();
    for (let i = 1; i <= 12; i++) server.append('0', '2', String(i));
    const s = await Simulation.online(server);
    expect(s.client.view('0')).toMatchObject({ hasOlder: true, loaded: true });
    expect(texts(s)).toHaveLength(5);
    void s.client.loadOlder('0');
    void s.client.loadOlder('0');
    await s.settle();
    expect(texts(s)).toHaveLength(10);
    void s.client.loadOlder('0');
    await s.settle();
    expect(texts(s)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12']);
    expect(s.client.view('0').hasOlder).toBe(false);
  });

  it('starts every room afresh when the database is another one, and keeps what is unsent', async () => {
    const s = await Simulation.online();
    s.post('0', 'before');
    s.post('1:2', 'before');
    await s.settle();
    s.dropLink();
    s.client.send('0', 'unsent');
    s.server.wipe();
    s.post('0', 'after');
    await s.settle();
    expect(texts(s)).toEqual(['after', 'unsent']);
    expect(texts(s, '1:2')).toEqual([]);
  });
});
