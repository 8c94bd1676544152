import { Simulation } from './testing/simulation';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** How often the client asks for each thing while much time passes. */
async function countCalls(s: Simulation, ms: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let passed = 0; passed < ms; passed += 1000) {
    for (const { path } of s.calls) counts[path] = (counts[path] ?? 0) + 1;
    while (s.stepCall(0)) await s.run();
    await s.run(1000);
  }
  return counts;
}

const ODD: unknown[] = [{}, { ok: true }, { ok: 'yes' }, 7, 'text', [], { ok: false }, { ok: false, error: 'x' }];

describe('an answer that is not understood', () => {
  it.each([
    ['GET /api/rooms', { rooms: 7 }],
    ['GET /api/rooms/0/messages', { messages: [{ text: 'of another form' }] }],
    ...ODD.map((answer): [string, unknown] => ['sync', answer]),
    ...ODD.map((answer): [string, unknown] => ['online', answer]),
  ])('of %s is final: %j', async (path, answer) => {
    const s = new Simulation();
    const told = jest.fn();
    s.client.on('outdated', told);
    for (let i = 0; i < 100; i++) s.odd.push({ path, answer });
    const opened = s.client.open('0').catch((error: unknown) => error);
    if (path.endsWith('messages')) {
      await s.start();
      expect(await opened).toMatchObject({ code: 'outdated' });
    } else {
      await s.start();
      s.dropLink();
      await s.settle();
    }
    expect(s.client.outdated).toBe(true);
    expect(told).toHaveBeenCalledTimes(1);
    expect(await countCalls(s, 600_000)).toEqual({});
    expect(s.client.state.status).toBe('online');
  });

  it.each(ODD)('leaves a message where it is, for a newer client to repeat: %j', async (answer) => {
    const s = await Simulation.online();
    s.odd.push({ path: 'message', answer });
    s.client.send('0', 'kept');
    await s.settle();
    expect(s.client.outdated).toBe(true);
    expect(s.client.waiting).toBe(1);
    expect(s.client.view('0').entries.at(-1)).toMatchObject({ message: 'kept', state: 'sending' });
    s.reload();
    await s.settle();
    void s.client.open('0');
    await s.settle();
    expect(s.client.waiting).toBe(0);
    expect(s.client.view('0').entries.map(({ message }) => message)).toEqual(['kept']);
  });

  it('of a sync takes nothing away that is shown, and lets the rest go on', async () => {
    const s = await Simulation.online();
    s.post('0', 'before');
    await s.settle();
    s.odd.push({ path: 'sync', answer: { ok: true, epoch: 'e', rooms: [{ status: 'ok', roomId: '0' }] } });
    s.dropLink();
    await s.settle();
    expect(s.client.outdated).toBe(true);
    expect(s.client.view('0').entries.map(({ message }) => message)).toEqual(['before']);
    s.client.send('1:2', 'goes on');
    await s.settle();
    expect(s.client.waiting).toBe(0);
  });

  it('is none where only something was added', async () => {
    const s = await Simulation.online();
    s.odd.push({ path: 'sync', answer: { ok: true, epoch: 'e', rooms: [{ status: 'moved', roomId: '0' }], more: 1 } });
    s.dropLink();
    await s.settle();
    expect(s.client.outdated).toBe(false);
  });
});

it('a server that speaks a later version needs a newer client, one of an earlier version none', async () => {
  for (const [protocol, outdated] of [
    [2, true],
    [1, false],
    [0, false],
  ] as const) {
    const s = new Simulation();
    s.protocol = protocol;
    await s.start();
    expect(s.client.outdated).toBe(outdated);
  }
});
