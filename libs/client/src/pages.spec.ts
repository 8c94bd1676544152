import { ModelServer } from './testing/model-server';
import { Simulation } from './testing/simulation';

const HTTP = 'GET /api/rooms/0/messages';

/** Connected, with twelve messages in General, which nobody has opened. */
async function connected(calls: string[] = ['room.page']): Promise<Simulation> {
  const server = new ModelServer();
  for (let i = 1; i <= 12; i++) server.append('0', '2', `${i}`);
  const s = new Simulation(server);
  s.knows = calls;
  await s.start();
  return s;
}
const paths = (s: Simulation) => s.calls.map(({ path }) => path);
const seqs = (s: Simulation) => s.client.view('0').entries.map(({ seq }) => seq);

describe('pages of history', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  it('come over the socket of a gateway that knows the call, each asked for once', async () => {
    const s = await connected();
    void s.client.open('0');
    void s.client.open('0');
    await s.run();
    expect(paths(s)).toEqual(['room.page']);
    await s.settle();
    void s.client.loadOlder('0');
    void s.client.loadOlder('0');
    await s.run();
    expect(paths(s)).toEqual(['room.page']);
    await s.settle();
    expect(seqs(s)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('come by HTTP from a gateway that does not know it, and before there is a connection', async () => {
    const s = await connected([]);
    void s.client.open('0');
    await s.run();
    expect(paths(s)).toEqual([HTTP]);
    const early = new Simulation();
    early.knows = ['room.page'];
    void early.client.open('0');
    await early.run();
    expect(paths(early)).toEqual([HTTP]);
    await early.start();
    expect(early.client.view('0').loaded).toBe(true);
  });

  it('come by HTTP at once when the connection breaks meanwhile, or is gone', async () => {
    const s = await connected();
    void s.client.open('0');
    await s.run();
    s.dropLink();
    await s.run();
    expect(paths(s)).toEqual([HTTP]);
    expect(await s.answer(HTTP)).toBe(1);
    expect(seqs(s)).toEqual([8, 9, 10, 11, 12]);
    void s.client.loadOlder('0');
    await s.run();
    expect(paths(s)).toEqual([HTTP]);
    await s.settle();
    expect(seqs(s)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('are not asked for by HTTP as well where the socket has no answer yet: they are asked for again', async () => {
    const s = await connected();
    void s.client.open('0');
    await s.run();
    s.failCall(0);
    await s.run();
    expect(paths(s)).toEqual([]);
    await s.run(3000);
    expect(paths(s)).toEqual(['room.page']);
    await s.settle();
    expect(seqs(s)).toHaveLength(5);
  });

  it('are asked for again when the server says that it makes sense', async () => {
    const s = await connected();
    const error = { code: 'rate_limited', message: 'Too fast', retryAfterMs: 5000 } as const;
    s.refusals.push({ path: 'room.page', error });
    void s.client.open('0');
    await s.run();
    expect(await s.answer('room.page')).toBe(1);
    await s.run(4999);
    expect(paths(s)).toEqual([]);
    await s.run(1);
    expect(paths(s)).toEqual(['room.page']);
    await s.settle();
    expect(seqs(s)).toHaveLength(5);
  });

  it('that are refused are as by HTTP', async () => {
    const s = await connected();
    const opened = expect(s.client.open('2:3')).rejects.toMatchObject({ code: 'forbidden', message: 'Not a member' });
    await s.settle();
    await opened;
  });

  it('that come in another form are not asked for again', async () => {
    const s = await connected();
    s.odd.push({ path: 'room.page', answer: { ok: true, messages: [{ text: 'of another form' }] } });
    const opened = expect(s.client.open('0')).rejects.toMatchObject({ code: 'outdated' });
    await s.settle();
    await opened;
    expect(s.client.outdated).toBe(true);
  });

  it('are asked for no more once the client has ended', async () => {
    const s = await connected();
    const opened = expect(s.client.open('0')).rejects.toMatchObject({ code: 'unavailable' });
    await s.run();
    s.client.disconnect();
    await s.run(20_000);
    await opened;
    expect(paths(s)).toEqual([]);
  });
});
