import { ChatClient } from './chat-client';
import { createMemoryOutbox } from './outbox-store';
import { Simulation } from './testing/simulation';

const DAY_MS = 24 * 60 * 60_000;

const states = (s: Simulation, roomId = '0') => s.client.view(roomId).entries.map(({ state }) => state);

describe('what a ChatClient sends', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  it('shows a message at once and has it acknowledged', async () => {
    const s = await Simulation.online();
    const entry = s.client.send('0', 'hello');
    expect(entry).toMatchObject({ state: 'sending', message: 'hello', from: '1', key: entry.clientId });
    expect(states(s)).toEqual(['sending']);
    await s.settle();
    expect(s.client.view('0').entries).toMatchObject([{ key: entry.key, state: 'sent', seq: 1 }]);
  });

  it("forgets what is not sent when it signs out, other tabs' too", async () => {
    const store = createMemoryOutbox();
    const client = new ChatClient(
      { id: '1', username: 'Pablo' },
      { outbox: store, fetch: async () => new Response(null, { status: 204 }) },
    );
    client.send('0', 'here');
    store.put({ roomId: '0', clientId: 'another-tab', message: 'there', createdAt: 1 });
    expect([client.unsent, store.load().length]).toEqual([1, 2]);
    await client.signOut();
    expect([client.unsent, store.load()]).toEqual([0, []]);
  });

  it('sends what was written offline, in order, one at a time', async () => {
    const s = new Simulation();
    for (const text of ['a', 'b', 'c']) s.client.send('0', text);
    s.client.connect();
    s.stepLink();
    s.stepLink();
    await s.run();
    expect(s.calls.filter(({ path }) => path === 'message')).toHaveLength(1);
    await s.settle();
    expect(s.server.history('0').map(({ message }) => message)).toEqual(['a', 'b', 'c']);
  });

  it('stores a message once though its acknowledgement was lost', async () => {
    const s = await Simulation.online();
    s.client.send('0', 'once');
    await s.run();
    s.stepCall(0);
    s.dropLink();
    await s.settle();
    expect(s.server.history('0')).toHaveLength(1);
    expect(states(s)).toEqual(['sent']);
  });

  it.each(['unavailable', 'overloaded', 'rate_limited'] as const)(
    'repeats after `%s`, not earlier than told',
    async (code) => {
      const s = await Simulation.online();
      s.refusals.push({ path: 'message', error: { code, message: 'Later', retryAfterMs: 5000 } });
      s.client.send('0', 'later');
      await s.run();
      await s.answer('message');
      await s.run(4999);
      expect(s.find('message')).toBeUndefined();
      await s.run(1);
      await s.answer('message');
      expect(states(s)).toEqual(['sent']);
    },
  );

  it('gives up what is refused, and sends those behind it', async () => {
    const s = await Simulation.online();
    s.refusals.push({ path: 'message', error: { code: 'invalid', message: 'Too long' } });
    const { clientId = '' } = s.client.send('0', 'bad');
    s.client.send('0', 'good');
    await s.settle();
    expect(s.client.view('0').entries).toMatchObject([
      { message: 'good', state: 'sent' },
      { message: 'bad', state: 'failed', error: { code: 'invalid' } },
    ]);
    s.client.retry('0', clientId);
    expect(states(s)).toEqual(['sent', 'sending']);
    await s.settle();
    expect(states(s)).toEqual(['sent', 'sent']);
  });

  it('discards a failed message, and nothing else', async () => {
    const s = await Simulation.online();
    s.refusals.push({ path: 'message', error: { code: 'forbidden', message: 'No' } });
    const { clientId = '' } = s.client.send('0', 'bad');
    s.client.discard('0', clientId);
    expect(states(s)).toEqual(['sending']);
    await s.settle();
    s.client.discard('0', clientId);
    expect(states(s)).toEqual([]);
  });

  it('does not hold up one room for another', async () => {
    const s = await Simulation.online();
    s.refusals.push({ path: 'message', error: { code: 'overloaded', message: 'Later', retryAfterMs: 9000 } });
    s.client.send('0', 'slow');
    await s.run();
    await s.answer('message');
    s.client.send('1:2', 'fast');
    await s.run();
    await s.answer('message');
    expect(states(s, '1:2')).toEqual(['sent']);
    expect(states(s)).toEqual(['sending']);
  });

  it('does not repeat by itself more than 24 h after the first attempt', async () => {
    const s = await Simulation.online();
    s.client.send('0', 'old');
    await s.run();
    s.dropLink();
    for (let passed = 0; passed < DAY_MS; passed += DAY_MS / 24) {
      s.failLink();
      await s.run(DAY_MS / 24);
    }
    await s.settle();
    expect(s.server.history('0')).toEqual([]);
    expect(s.client.view('0').entries).toMatchObject([{ state: 'failed', error: { code: 'unavailable' } }]);
  });

  it('does not repeat what was heard to be stored', async () => {
    const s = await Simulation.online();
    s.client.send('0', 'heard');
    s.client.send('0', 'next');
    await s.run();
    s.stepCall(0);
    s.failCall(0);
    await s.run();
    s.hear(0);
    await s.run();
    expect(states(s)).toEqual(['sent', 'sending']);
    expect(await s.answer('message')).toBe(1);
    await s.run(60_000);
    expect(s.find('message')).toBeUndefined();
    expect(s.server.history('0').map(({ message }) => message)).toEqual(['heard', 'next']);
  });

  it('sends after a reload what was not confirmed before it, in the order written', async () => {
    const outbox = createMemoryOutbox();
    const before = new Simulation(undefined, { outbox });
    for (const text of ['a', 'b', 'c']) before.client.send('0', text);
    before.client.connect();
    before.stepLink();
    before.stepLink();
    await before.run();
    const call = before.find('message');
    call?.work();
    before.client.disconnect();

    const after = new Simulation(before.server, { outbox });
    expect(states(after)).toEqual(['sending', 'sending', 'sending']);
    void after.client.open('0');
    await after.start();
    expect(after.client.view('0').entries.map(({ message }) => message)).toEqual(['a', 'b', 'c']);
    expect(before.server.history('0')).toHaveLength(3);
    expect(outbox.load()).toEqual([]);
  });

  it('still knows after a reload what was given up', async () => {
    const outbox = createMemoryOutbox();
    const before = new Simulation(undefined, { outbox });
    before.refusals.push({ path: 'message', error: { code: 'invalid', message: 'No' } });
    before.client.send('0', 'bad');
    await before.start();
    const after = new Simulation(before.server, { outbox });
    await after.start();
    expect(after.client.view('0').entries).toMatchObject([{ state: 'failed', error: { code: 'invalid' } }]);
  });
});
