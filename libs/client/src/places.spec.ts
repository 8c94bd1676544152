import { ModelServer } from './testing/model-server';
import { Simulation } from './testing/simulation';

const COUNT = 60;
/** What pages are asked for by, once there is a connection. */
const WAYS: [string, string, string[] | undefined][] = [
  ['HTTP', 'GET /api/rooms/0/messages', undefined],
  ['the socket', 'room.page', ['room.page']],
];
let calls: string[] | undefined;

/** General with messages 1 to 60, open at the newest page of ten. */
async function openRoom(): Promise<Simulation> {
  const s = new Simulation(new ModelServer({ pageSize: 10, syncSize: 1000, maxBehind: 1000 }));
  s.knows = calls;
  for (let i = 1; i <= COUNT; i++) s.post('0', `${i}`);
  void s.client.open('0');
  await s.start();
  return s;
}

const view = (s: Simulation) => s.client.view('0');
const seqs = (s: Simulation) => view(s).entries.map(({ seq }) => seq);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

async function goTo(s: Simulation, place: string): Promise<string | undefined> {
  const there = s.client.goTo('0', place);
  await s.settle();
  return there;
}

describe.each(WAYS)('a place in a room’s history, by %s', (_, PAGE, known) => {
  beforeEach(() => {
    calls = known;
  });
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  it('is shown with what is around it, apart from the present', async () => {
    const s = await openRoom();
    const before = view(s).stretch;
    const id = s.server.history('0')[29]?.id ?? '';
    expect(await goTo(s, '0-30')).toBe(id);
    expect(seqs(s)).toEqual(range(25, 34));
    expect(view(s)).toMatchObject({ hasOlder: true, hasNewer: true, loaded: true, around: id });
    expect(view(s).stretch).not.toBe(before);
    expect(await goTo(s, id)).toBe(id);
  });

  it('grows to both sides, and is one with the present when they meet', async () => {
    const s = await openRoom();
    await goTo(s, '0-30');
    const { stretch } = view(s);
    for (const end of ['loadOlder', 'loadNewer'] as const) {
      void s.client[end]('0');
      await s.settle();
    }
    expect(seqs(s)).toEqual(range(15, 44));
    while (view(s).hasNewer) {
      void s.client.loadNewer('0');
      await s.settle();
    }
    expect(seqs(s)).toEqual(range(15, COUNT));
    expect(view(s).stretch).toBe(stretch);
    s.post('0', 'live');
    await s.settle();
    expect(seqs(s)).toEqual(range(15, COUNT + 1));
  });

  it('has nothing live or pending in it; both are told of, and stand in the present', async () => {
    const s = await openRoom();
    await goTo(s, '0-30');
    s.post('0', 'live');
    await s.settle();
    expect(seqs(s)).toEqual(range(25, 34));
    expect(s.announced).toHaveLength(1);
    expect(s.client.rooms.find(({ id }) => id === '0')?.seq).toBe(COUNT + 1);
    s.client.showPresent('0');
    expect(seqs(s)).toEqual(range(51, COUNT + 1));
    expect(view(s)).toMatchObject({ hasNewer: false });
  });

  it('is left by sending', async () => {
    const s = await openRoom();
    await goTo(s, '0-30');
    s.client.send('0', 'mine');
    expect(view(s).entries.at(-1)).toMatchObject({ message: 'mine', state: 'sending' });
    expect(seqs(s).slice(0, -1)).toEqual(range(51, COUNT));
  });

  it('asks for no page where it is here already', async () => {
    const s = await openRoom();
    const { stretch } = view(s);
    const there = s.client.goTo('0', '0-55');
    expect(s.find(PAGE)).toBeUndefined();
    expect(await there).toBe(s.server.history('0')[54]?.id);
    expect(view(s).stretch).toBe(stretch);
  });

  it('may be named by a message that is gone, and is the next one then', async () => {
    const s = await openRoom();
    expect(await goTo(s, `0-30-1`)).toBe(s.server.history('0')[29]?.id);
    expect(await goTo(s, `0-${COUNT + 9}`)).toBe(s.server.history('0').at(-1)?.id);
  });

  it('is forgotten when one wants to be elsewhere before it is here', async () => {
    const s = await openRoom();
    const first = s.client.goTo('0', '0-10');
    const second = s.client.goTo('0', '0-30');
    await s.settle();
    expect([await first, await second]).toEqual([undefined, s.server.history('0')[29]?.id]);
    const third = s.client.goTo('0', '0-10');
    s.client.showPresent('0');
    await s.settle();
    expect(await third).toBeUndefined();
    expect(seqs(s)).toEqual(range(51, COUNT));
  });

  it('can be where a room is opened, with one page around it and the newest', async () => {
    const s = new Simulation(new ModelServer({ pageSize: 10, syncSize: 1000, maxBehind: 1000 }));
    s.knows = calls;
    for (let i = 1; i <= COUNT; i++) s.post('0', `${i}`);
    await s.start();
    void s.client.goTo('0', '0-30');
    expect(s.calls.filter(({ path }) => path === PAGE)).toHaveLength(2);
    await s.settle();
    expect(seqs(s)).toEqual(range(25, 34));
    s.client.showPresent('0');
    expect(seqs(s)).toEqual(range(51, COUNT));
  });

  it('says why it cannot be shown, and leaves the present as it was', async () => {
    const s = await openRoom();
    s.refusals.push({ path: PAGE, error: { code: 'invalid', message: 'around' } });
    await expect(Promise.all([s.client.goTo('0', '0-30'), s.settle()])).rejects.toMatchObject({ code: 'invalid' });
    expect(seqs(s)).toEqual(range(51, COUNT));
  });

  it('of another database is forgotten with it', async () => {
    const s = await openRoom();
    await goTo(s, '0-30');
    s.server.wipe();
    s.post('0', 'new');
    s.tell('resync', { spreadMs: 0 });
    await s.settle();
    expect(view(s).entries.map(({ message }) => message)).toEqual(['new']);
  });

  it('can be read up to, without what comes after', async () => {
    const s = await openRoom();
    await goTo(s, '0-30');
    const read = () => s.client.rooms.find(({ id }) => id === '0')?.read;
    s.client.markRead('0', 33);
    expect(read()).toBe(33);
    s.client.markRead('0', 12);
    expect(read()).toBe(33);
    s.client.markRead('0');
    expect(read()).toBe(COUNT);
    await s.settle();
    expect(s.server.summaries('1')[0]?.read).toBe(COUNT);
  });
});
