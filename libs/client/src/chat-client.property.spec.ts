import type { Message } from '@app/contracts';
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
  edit: (s: Simulation, pick: number) => {
    const entry = own(s, pick);
    if (!entry || entry.deleted) return;
    s.client.edit(entry.roomId, entry.id ?? entry.key, `e${pick}`);
    s.onEdited(nameOf(entry), `e${pick}`);
  },
  delete: (s: Simulation, pick: number) => {
    const entry = own(s, pick);
    if (!entry || entry.deleted) return;
    s.client.delete(entry.roomId, entry.id ?? entry.key, pick % 3 ? 0 : pick * 20);
    const isDropped = !s.client.view(entry.roomId).entries.some(({ key }) => key === entry.key);
    s.onEdited(nameOf(entry), isDropped ? undefined : '');
  },
  undo: (s: Simulation, pick: number) => {
    const entry = own(s, pick, ({ change }) => change?.state === 'waiting');
    if (entry && s.client.undo(entry.roomId, entry.id ?? entry.key)) {
      const { message = '' } = s.client.view(entry.roomId).entries.find(({ key }) => key === entry.key) ?? {};
      s.onEdited(nameOf(entry), message);
    }
  },
  settleFailed: (s: Simulation, pick: number) => {
    const { roomId, change } = own(s, pick, ({ change }) => change?.state === 'failed') ?? {};
    if (!roomId || !change) return;
    if (pick % 3) s.client.discard(roomId, change.clientId);
    else s.client.retry(roomId, change.clientId);
  },
  editOfAnother: (s: Simulation, pick: number) => {
    const message = stored(s, pick, ({ from }) => from !== '1');
    if (message) s.editElsewhere(message, `x${pick}`);
  },
  deleteOfAnother: (s: Simulation, pick: number) => {
    const message = stored(s, pick, ({ from }) => from !== '1');
    if (message) s.deleteElsewhere(message);
  },
  editInAnotherTab: (s: Simulation, pick: number) => {
    const message = stored(s, pick, ({ from }) => from === '1');
    if (message) s.editElsewhere(message, `y${pick}`);
  },
  deleteInAnotherTab: (s: Simulation, pick: number) => {
    const message = stored(s, pick, ({ from }) => from === '1');
    if (message) s.deleteElsewhere(message);
  },
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
    s.server.lose(roomOf(pick), 1 + (pick % 3), false);
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

/** What a message is called before and after a reload. */
const nameOf = ({ clientId, key }: Entry): string => clientId ?? key;

/** One of one's own messages that are shown. */
function own(s: Simulation, pick: number, isMeant = (_: Entry) => true): Entry | undefined {
  const entries = s.client.view(roomOf(pick)).entries.filter((entry) => entry.from === '1' && isMeant(entry));
  return entries[pick % Math.max(1, entries.length)];
}

function stored(s: Simulation, pick: number, isMeant: (message: Message) => boolean): Message | undefined {
  const messages = s.server.history(roomOf(pick)).filter(isMeant);
  return messages[pick % Math.max(1, messages.length)];
}

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
const changing: Action[0][] = ['edit', 'edit', 'delete', 'undo', 'editOfAnother', 'editOfAnother', 'deleteOfAnother'];
const contending: Action[0][] = ['editInAnotherTab', 'editInAnotherTab', 'deleteInAnotherTab', 'settleFailed'];
const reloading: Action[0][] = ['keep', 'keep', 'reload'];
const disasters: Action[0][] = ['crash', 'wipe'];

const actionOf = (...names: Action[0][]) => fc.tuple(fc.constantFrom(...names), fc.nat(99));
const calm = fc.oneof(
  { arbitrary: actionOf(...often), weight: 6 },
  { arbitrary: actionOf(...rarely), weight: 2 },
  { arbitrary: actionOf(...reading), weight: 1 },
  { arbitrary: actionOf(...wandering), weight: 2 },
  { arbitrary: actionOf(...changing), weight: 3 },
  { arbitrary: actionOf(...reloading), weight: 1 },
);
const wild = fc.oneof(
  { arbitrary: calm, weight: 12 },
  { arbitrary: actionOf(...contending), weight: 1 },
  { arbitrary: actionOf(...disasters), weight: 1 },
);

/** Whether the gateway gives pages over the socket. */
const calls = fc.constantFrom<string[] | undefined>(undefined, ['room.page']);

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

function states(list: readonly (Entry | Message)[]) {
  return list.map(({ id, message, rev, edited, deleted }) => ({ id, message, rev, edited, deleted }));
}

/** What was refused is taken back; nothing else is left. */
function discardFailed(s: Simulation): void {
  for (const roomId of ROOMS)
    for (let failed = failedIn(s, roomId); failed; failed = failedIn(s, roomId))
      s.client.discard(roomId, failed.clientId);
}

const failedIn = (s: Simulation, roomId: string) =>
  s.client.view(roomId).entries.find(({ change }) => change?.state === 'failed')?.change;

jest.setTimeout(600_000);

describe('ChatClient against a model server', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  it('ends up with exactly the history of each room, whatever happened', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wild, { maxLength: 100, size: 'max' }), calls, async (plan, known) => {
        const simulation = new Simulation();
        simulation.knows = known;
        await play(simulation, plan);
        for (const roomId of ROOMS) {
          await loadEverything(simulation, roomId);
          const { entries } = simulation.client.view(roomId);
          discardFailed(simulation);
          expect(states(simulation.client.view(roomId).entries)).toEqual(states(simulation.server.history(roomId)));
          expect(entries.filter(({ change }) => change && change.state !== 'failed')).toEqual([]);
        }
        expect(simulation.client.unsent).toBe(0);
        for (const { id, seq, read } of simulation.server.summaries('1')) {
          const room = simulation.client.rooms.find((room) => room.id === id);
          // One's own from another tab is read, whether that tab has told the server or not.
          const own = simulation.server.history(id).findLast(({ from, seq }) => from === '1' && seq)?.seq ?? 0;
          expect(room?.seq).toBe(seq);
          expect([read, Math.max(read, own)]).toContain(room?.read);
          const isUnread = ({ seq = 0, deleted }: Message) => seq > (room?.read ?? 0) && !deleted;
          expect(room?.unread).toBe(simulation.server.history(id).filter(isUnread).length);
          expect(room?.lastMessage).toEqual(simulation.server.history(id).at(-1) ?? null);
        }
        expect(new Set(simulation.announced).size).toBe(simulation.announced.length);
        simulation.client.disconnect();
      }),
      RUNS,
    );
  });

  it('stores every own message once, in the order of sending, and tells of every message once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(calm, { maxLength: 100, size: 'max' }), calls, async (plan, known) => {
        const simulation = new Simulation(new ModelServer({ syncSize: 1000, maxBehind: 1000, maxChanges: 1000 }));
        simulation.knows = known;
        const sent: { key: string; roomId: string }[] = [];
        simulation.onSent = (entry) => sent.push(entry);
        /** What one wanted of each message at last; undefined: it was taken back before anybody had it. */
        const wanted = new Map<string, string | undefined>();
        simulation.onEdited = (key, text) => wanted.set(key, text);
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
          const isKept = ({ key }: { key: string }) => !wanted.has(key) || wanted.get(key) !== undefined;
          const keys = sent.filter((entry) => entry.roomId === roomId && isKept(entry)).map(({ key }) => key);
          const stored = simulation.server.history(roomId).map(({ clientId }) => clientId);
          expect(stored.filter((id) => id !== undefined && keys.includes(id))).toEqual(keys);
          await loadEverything(simulation, roomId);
          const shown = simulation.client.view(roomId).entries.map(({ clientId, key }) => clientId ?? key);
          expect(shown.filter((key) => keys.includes(key))).toEqual(keys);
          for (const { id, clientId = id, message } of simulation.server.history(roomId))
            if (wanted.has(clientId)) expect(message).toBe(wanted.get(clientId));
          expect(failedIn(simulation, roomId)).toBeUndefined();
        }
        expect(simulation.announced).toEqual(expect.arrayContaining(news));
        expect(new Set(simulation.announced).size).toBe(simulation.announced.length);
        simulation.client.disconnect();
      }),
      RUNS,
    );
  });
});
