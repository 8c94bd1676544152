import fc from 'fast-check';
import { ModelServer } from './testing/model-server';
import { Simulation } from './testing/simulation';
import type { Entry, RoomView } from './types';

/** The same plays each time, unless told to search: then other ones, as many as told. */
const SEARCH = process.env.PROPERTY_RUNS;
const RUNS = SEARCH ? { numRuns: Number(SEARCH) } : { numRuns: 60, seed: 3 };
const ROOMS = ['0', '1:2'];

type Action = [name: keyof typeof actions, pick: number];

/** Whatever can happen, by name; `pick` chooses the room, the call, the piece of news. */
const actions = {
  post: (s: Simulation, pick: number) => s.post(roomOf(pick), `p${pick}`),
  postForeign: (s: Simulation, pick: number) => s.postForeign(roomOf(pick), `f${pick}`),
  postFromAnotherTab: (s: Simulation, pick: number) => s.post(roomOf(pick), `t${pick}`, '1', `another-tab-${pick}`),
  send: (s: Simulation, pick: number) => s.onSent(s.client.send(roomOf(pick), `s${pick}`)),
  hear: (s: Simulation, pick: number) => void s.hear(pick),
  hearAgain: (s: Simulation, pick: number) => void s.hear(pick, true),
  stepCall: (s: Simulation, pick: number) => void s.stepCall(pick),
  failCall: (s: Simulation, pick: number) => s.failCall(pick),
  stepLink: (s: Simulation) => s.stepLink(),
  failLink: (s: Simulation) => s.failLink(),
  dropLink: (s: Simulation) => s.dropLink(),
  retryNow: (s: Simulation) => s.client.retryNow(),
  resync: (s: Simulation) => s.tell('resync', { spreadMs: 1000 }),
  wait: (s: Simulation, pick: number) => s.run(pick * 10),
  open: (s: Simulation, pick: number) => leave(s.client.open(roomOf(pick))),
  loadOlder: (s: Simulation, pick: number) => leave(s.client.loadOlder(roomOf(pick))),
  loadNewer: (s: Simulation, pick: number) => leave(s.client.loadNewer(roomOf(pick))),
  goTo: (s: Simulation, pick: number) => {
    const roomId = roomOf(pick);
    const history = s.server.history(roomId);
    const message = history[pick % Math.max(1, history.length)];
    const place = message && pick % 3 > 0 ? message.id : `${roomId}-${1 + (pick % 30)}`;
    leave(s.client.goTo(roomId, place));
  },
  showPresent: (s: Simulation, pick: number) => s.client.showPresent(roomOf(pick)),
  keep: (s: Simulation) => s.keep(),
  reload: (s: Simulation, pick: number) => {
    // What is kept is at most some seconds old, and may be older than what was said last.
    if (pick % 2) s.keep();
    s.reload();
    for (const roomId of ROOMS) if (pick % 3) leave(s.client.open(roomId));
  },
  markRead: (s: Simulation, pick: number) => s.client.markRead(roomOf(pick)),
  readElsewhere: (s: Simulation, pick: number) => void s.readElsewhere({ roomId: roomOf(pick), seq: pick % 20 }),
  crash: (s: Simulation, pick: number) => {
    s.loseAnswers();
    s.server.lose(roomOf(pick), 1 + (pick % 3));
    s.tell('resync', { spreadMs: 500 });
  },
  wipe: (s: Simulation) => {
    // Without a number, one of the old database that comes before or after a page of the new one cannot be told from a
    // new one.
    if (s.heardForeign && ROOMS.some((roomId) => !s.client.view(roomId).loaded)) return;
    s.loseForeignNews();
    s.loseAnswers();
    s.server.wipe();
    s.tell('resync', { spreadMs: 500 });
  },
};

/** What a page waits for when it is left is of no use any more. */
const leave = (work: Promise<unknown>): void => void work.catch(() => undefined);

const roomOf = (pick: number): string => ROOMS[pick % 2] ?? '0';

const often: Action[0][] = [
  'post',
  'postForeign',
  'send',
  'hear',
  'hear',
  'stepCall',
  'stepCall',
  'stepCall',
  'stepLink',
];
const rarely: Action[0][] = ['postFromAnotherTab', 'hearAgain', 'failCall', 'dropLink', 'failLink', 'retryNow', 'wait'];
const reading: Action[0][] = ['resync', 'open', 'loadOlder', 'markRead', 'readElsewhere'];
const wandering: Action[0][] = ['goTo', 'goTo', 'loadNewer', 'loadNewer', 'loadOlder', 'showPresent'];
const reloading: Action[0][] = ['keep', 'keep', 'reload'];
const disasters: Action[0][] = ['crash', 'wipe'];

const actionOf = (...names: Action[0][]) => fc.tuple(fc.constantFrom(...names), fc.nat(99));
const calm = fc.oneof(
  { arbitrary: actionOf(...often), weight: 6 },
  { arbitrary: actionOf(...rarely), weight: 2 },
  { arbitrary: actionOf(...reading), weight: 1 },
  { arbitrary: actionOf(...wandering), weight: 2 },
  { arbitrary: actionOf(...reloading), weight: 1 },
);
const wild = fc.oneof({ arbitrary: calm, weight: 12 }, { arbitrary: actionOf(...disasters), weight: 1 });

/** What must hold at any moment. */
function expectSound({ entries, hasNewer }: RoomView): void {
  const keys = entries.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  const stored = entries.filter(({ id, state }) => id !== undefined && state === 'sent');
  const pending = entries.filter(({ id }) => id === undefined);
  expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
  expect(entries.slice(entries.length - pending.length)).toEqual(pending);
  // Apart from the present there is history alone, and nothing newer in a wrong place.
  if (hasNewer) expect(pending).toEqual([]);
}

/** Dates in order and numbers without a hole, but for own ones whose place is not known yet. */
function expectInOrder(entries: readonly Entry[], own: ReadonlySet<string>): void {
  const placed = entries.filter(({ id, key }) => id !== undefined && !(own.has(key) && id !== key));
  for (const [i, entry] of placed.entries()) {
    const before = placed[i - 1];
    if (before) expect(entry.date).toBeGreaterThanOrEqual(before.date);
  }
  const numbers = [...new Set(entries.flatMap(({ seq }) => seq ?? []))].sort((a, b) => a - b);
  const last = placed.findLast(({ seq }) => seq !== undefined)?.seq ?? 0;
  for (const [i, seq] of numbers.entries()) if (i > 0 && seq <= last) expect(seq).toBe((numbers[i - 1] ?? 0) + 1);
}

async function play(simulation: Simulation, plan: readonly Action[]): Promise<void> {
  simulation.client.connect();
  for (const roomId of ROOMS) leave(simulation.client.open(roomId));
  for (const [name, pick] of plan) {
    await actions[name](simulation, pick);
    await simulation.run();
    for (const roomId of ROOMS) {
      const view = simulation.client.view(roomId);
      const { entries } = view;
      expectSound(view);
      expectInOrder(entries, new Set(entries.flatMap(({ clientId }) => clientId ?? [])));
    }
  }
  for (const roomId of ROOMS) leave(simulation.client.open(roomId));
  await simulation.settle();
}

async function loadEverything(simulation: Simulation, roomId: string): Promise<void> {
  while (simulation.client.view(roomId).hasNewer) {
    void simulation.client.loadNewer(roomId);
    await simulation.settle();
  }
  while (simulation.client.view(roomId).hasOlder) {
    void simulation.client.loadOlder(roomId);
    await simulation.settle();
  }
}

function texts(list: readonly { id?: string; message: string }[]) {
  return list.map(({ id, message }) => ({ id, message }));
}

jest.setTimeout(600_000);

describe('ChatClient against a model server', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  it('ends up with exactly the history of each room, whatever happened', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wild, { maxLength: 100, size: 'max' }), async (plan) => {
        const simulation = new Simulation();
        await play(simulation, plan);
        for (const roomId of ROOMS) {
          await loadEverything(simulation, roomId);
          expect(texts(simulation.client.view(roomId).entries)).toEqual(texts(simulation.server.history(roomId)));
        }
        for (const { id, seq, read } of simulation.server.summaries('1')) {
          const room = simulation.client.rooms.find((room) => room.id === id);
          // One's own from another tab is read, whether that tab has told the server or not.
          const own = simulation.server.history(id).findLast(({ from, seq }) => from === '1' && seq)?.seq ?? 0;
          expect(room?.seq).toBe(seq);
          expect([read, Math.max(read, own)]).toContain(room?.read);
        }
        expect(new Set(simulation.announced).size).toBe(simulation.announced.length);
        simulation.client.disconnect();
      }),
      RUNS,
    );
  });

  it('stores every own message once, in the order of sending, and tells of every message once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(calm, { maxLength: 100, size: 'max' }), async (plan) => {
        const simulation = new Simulation(new ModelServer({ pageSize: 5, syncSize: 1000, maxBehind: 1000 }));
        const sent: { key: string; roomId: string }[] = [];
        simulation.onSent = (entry) => sent.push(entry);
        const news: string[] = [];
        const kept = new Set<string>();
        simulation.server.onStored = (message) => {
          const { loaded, hasNewer } = simulation.client.view(message.roomId);
          // From when on the present is kept, whatever else is shown.
          if (loaded && !hasNewer) kept.add(message.roomId);
          if (kept.has(message.roomId)) news.push(message.id);
        };
        // What was told on a page before is not told again, nor is what came between them.
        simulation.onReload = () => {
          kept.clear();
          news.length = 0;
        };
        await play(simulation, plan);
        for (const roomId of ROOMS) {
          const wanted = sent.filter((entry) => entry.roomId === roomId).map(({ key }) => key);
          const stored = simulation.server.history(roomId).map(({ clientId }) => clientId);
          expect(stored.filter((id) => id !== undefined && wanted.includes(id))).toEqual(wanted);
          await loadEverything(simulation, roomId);
          const shown = simulation.client.view(roomId).entries.map(({ clientId, key }) => clientId ?? key);
          expect(shown.filter((key) => wanted.includes(key))).toEqual(wanted);
        }
        expect(simulation.announced).toEqual(expect.arrayContaining(news));
        expect(new Set(simulation.announced).size).toBe(simulation.announced.length);
        simulation.client.disconnect();
      }),
      RUNS,
    );
  });
});
