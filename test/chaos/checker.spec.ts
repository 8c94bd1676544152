import { check, type Guarantee, lostInCrashes } from './checker';
import {
  type ChangeMade,
  type ClientLog,
  type Heard,
  type RunRecord,
  type Sent,
  type StoredMessage,
  stateOf,
} from './record';

const ROOM = '0';
const message = (seq: number, from: string, key: string): StoredMessage => ({
  id: `${ROOM}-${seq}-${seq}000`,
  seq,
  date: seq,
  from,
  key,
  state: stateOf({ message: key }),
});
const STORED = [message(1, '1', 'a'), message(2, '2', 'b'), message(3, '1', 'c'), message(4, '1', 'd')];
const heard = ({ id, date }: StoredMessage, roomId = ROOM): Heard => ({ id, date, roomId });
const sent = (key: string, acked?: StoredMessage): Sent => ({
  key,
  roomId: ROOM,
  at: 1000,
  group: 0,
  settledAt: acked && 2000,
  acked: acked ? [acked.id] : [],
  refused: [],
});

function client(userId: string): ClientLog {
  const own = STORED.filter(({ from }) => from === userId);
  return {
    userId,
    kind: 'chat',
    sent: own.map((stored) => sent(stored.key, stored)),
    changed: [],
    heard: STORED.map((stored) => heard(stored)),
    announced: [STORED.map((stored) => heard(stored))],
    views: new Map([[ROOM, STORED]]),
    online: ['2', '1'],
  };
}

/** A run in which everything held, changed by a test. */
function run(change: (record: RunRecord, one: ClientLog, two: ClientLog) => Partial<RunRecord> | undefined): RunRecord {
  const [one, two] = [client('1'), client('2')];
  const record: RunRecord = {
    rooms: [
      { id: ROOM, members: ['1', '2'], stored: STORED },
      { id: '1:3', members: ['1', '3'], stored: [] },
    ],
    clients: [one, two],
    connected: ['1', '2'],
    online: ['1', '2'],
    pending: { 'work:messages': 0 },
    dead: [],
    wrong: [],
    exits: [],
    growing: [],
    mayBeLost: [],
    failing: [],
  };
  return { ...record, ...change(record, one, two) };
}

const broken = (record: RunRecord): [Guarantee, string | undefined][] =>
  check(record).map(({ guarantee, messageId }) => [guarantee, messageId]);
const rooms = (stored: StoredMessage[]) => [{ id: ROOM, members: ['1', '2'], stored }];
const idAt = (i: number) => STORED[i]?.id;

it('finds nothing where everything held', () => {
  expect(check(run(() => undefined))).toEqual([]);
});

describe('in what is stored, finds', () => {
  it('a lost message', () => {
    const found = broken(run(() => ({ rooms: rooms(STORED.slice(0, 3)) })));
    expect(found).toContainEqual(['lost', idAt(3)]);
  });

  it('one acknowledged as another than is stored', () => {
    const found = broken(
      run((_, one) => {
        one.sent[0]?.acked.splice(0, 1, '0-9-9000');
        return undefined;
      }),
    );
    expect(found).toEqual([['lost', '0-9-9000']]);
  });

  it('a message stored twice', () => {
    const again = message(5, '1', 'a');
    const found = broken(run(() => ({ rooms: rooms([...STORED, again]) })));
    expect(found).toContainEqual(['duplicated', again.id]);
  });

  it('a hole in seq, and dates that do not grow', () => {
    const hole = [...STORED.slice(0, 3), message(5, '1', 'd')];
    expect(broken(run(() => ({ rooms: rooms(hole) })))).toContainEqual(['seq not contiguous', hole[3]?.id]);
    const still = [...STORED.slice(0, 3), { ...message(4, '1', 'd'), date: 3 }];
    expect(broken(run(() => ({ rooms: rooms(still) })))).toContainEqual(['seq not contiguous', still[3]?.id]);
  });

  it("a sender's messages in another order than sent", () => {
    const found = broken(
      run((_, one) => {
        one.sent.reverse();
        return undefined;
      }),
    );
    expect(found).toContainEqual(['out of order', idAt(2)]);
  });

  it('no fault in another order over two connections of a client without acknowledgements', () => {
    const record = run((_, one) => {
      one.sent = [{ ...sent('c'), group: 1 }, { ...sent('a'), group: 2 }, sent('d')];
      one.kind = 'demo';
      return undefined;
    });
    expect(check(record)).toEqual([]);
  });
});

describe('in what clients were told, finds', () => {
  it('a message that never was settled', () => {
    const found = broken(
      run((_, one) => {
        one.sent.push(sent('e'));
        return undefined;
      }),
    );
    expect(found).toEqual([['never settled', 'e']]);
  });

  it('a leak to somebody who is no member, on the wire and on the screen', () => {
    const secret = { id: '1:3-1-1000', date: 1, roomId: '1:3' };
    const onWire = run((_, _one, two) => {
      two.heard.push(secret);
      return undefined;
    });
    expect(broken(onWire)).toEqual([['leaked', secret.id]]);
    const onScreen = run((_, _one, two) => {
      two.views = new Map([...(two.views ?? []), ['1:3', [{ id: secret.id, state: '' }]]]);
      return undefined;
    });
    expect(broken(onScreen)).toEqual([['leaked', secret.id]]);
  });

  it('a message shown twice, too late, or that is nowhere', () => {
    const shown = (...list: StoredMessage[]) =>
      broken(
        run((_, one) => {
          one.kind = 'demo';
          one.announced = [list.map((stored) => heard(stored))];
          return undefined;
        }),
      );
    const [first, second, third] = STORED as [StoredMessage, StoredMessage, StoredMessage];
    expect(shown(first, second, second)).toEqual([['duplicated', second.id]]);
    expect(shown(first, third, second)).toEqual([['out of order', second.id]]);
    expect(shown(message(9, '2', 'z'))).toEqual([['phantom', '0-9-9000']]);
  });

  it('a view that lacks a message, has one twice, or another order', () => {
    const viewing = (...places: number[]) =>
      broken(
        run((_, _one, two) => {
          two.views = new Map([[ROOM, places.flatMap((i) => STORED[i] ?? [])]]);
          return undefined;
        }),
      );
    expect(viewing(0, 1, 3)).toEqual([['view differs', idAt(2)]]);
    expect(viewing(0, 1, 2)).toEqual([['view differs', idAt(3)]]);
    expect(viewing(0, 1, 2, 3, 3)).toEqual([['view differs', idAt(3)]]);
    expect(viewing(1, 0, 2, 3)).toEqual([['view differs', idAt(0)]]);
  });

  it('a refusal, unless the service could not handle anything then', () => {
    const refusal = (code: 'internal' | 'forbidden', failing: RunRecord['failing']) =>
      broken(
        run((_, one) => {
          one.sent[0]?.refused.push({ code, at: 1500 });
          return { failing };
        }),
      );
    const then = [{ from: 900, to: 1200 }];
    expect(refusal('internal', [])).toEqual([['refused', 'a']]);
    expect(refusal('internal', then)).toEqual([]);
    expect(refusal('forbidden', then)).toEqual([['refused', 'a']]);
  });

  it('somebody who is or is not online', () => {
    const seen = run((_, one) => {
      one.online = ['1'];
      return undefined;
    });
    expect(broken(seen)).toEqual([['presence wrong', undefined]]);
    expect(broken(run(() => ({ online: ['1', '2', '3'] })))).toEqual([['presence wrong', undefined]]);
  });
});

it('finds what the system left behind', () => {
  expect(broken(run(() => ({ pending: { 'work:rooms': 2 } })))).toEqual([['pending work', undefined]]);
  expect(broken(run(() => ({ exits: ['auth-1: exit code 1'] })))).toEqual([['exit by itself', undefined]]);
  expect(broken(run(() => ({ wrong: ['user 1 was told invalid'] })))).toEqual([['wrong answer', undefined]]);
  expect(broken(run(() => ({ growing: ['gateway-1'] })))).toEqual([['memory grows', undefined]]);
  const dead = [{ pattern: 'messages.append', askedAt: 1000, diedAt: 3000 }];
  expect(broken(run(() => ({ dead })))).toEqual([['dead letter', undefined]]);
  expect(broken(run(() => ({ dead, failing: [{ from: 2500, to: 2600 }] })))).toEqual([]);
});

describe('of changes, finds', () => {
  const [first] = STORED as [StoredMessage];
  const edit: ChangeMade = { messageId: first.id, roomId: ROOM, at: 3000, settledAt: 4000, text: 'edited' };
  const deletion = { ...edit, text: undefined };
  const deleted = { rev: 6, message: '', deleted: { by: '1', date: 0 } };
  const changedTo = (made: ChangeMade[], state: Parameters<typeof stateOf>[0], shown = state) =>
    run((_, one, two) => {
      const as = (one: Parameters<typeof stateOf>[0]) =>
        STORED.map((each) => (each === first ? { ...first, state: stateOf(one) } : each));
      one.changed = made;
      for (const each of [one, two]) each.views = new Map([[ROOM, as(shown)]]);
      return { rooms: rooms(as(state)) };
    });

  it('nothing where they are stored and shown', () => {
    expect(check(changedTo([edit], { rev: 5, message: 'edited' }))).toEqual([]);
    expect(check(changedTo([edit, deletion], deleted))).toEqual([]);
  });

  it('one that is not stored, is not shown, was refused or never ended', () => {
    expect(broken(changedTo([edit], { message: 'a' }))).toEqual([['lost', first.id]]);
    expect(broken(changedTo([edit, deletion], { rev: 5, message: 'edited' }))).toEqual([['lost', first.id]]);
    const unseen = broken(changedTo([deletion], deleted, { message: 'a' }));
    expect(unseen).toEqual([
      ['view differs', first.id],
      ['view differs', first.id],
    ]);
    const refused: ChangeMade = { ...edit, refused: { code: 'conflict', at: 3500 } };
    expect(broken(changedTo([refused], { message: 'a' }))).toEqual([['refused', first.id]]);
    const { settledAt: _, ...unsettled } = edit;
    expect(broken(changedTo([unsettled], { rev: 5, message: 'edited' }))).toEqual([['never settled', first.id]]);
  });

  it('none that a crash may have lost', () => {
    const lossy = changedTo([edit], { message: 'a' }, { rev: 5, message: 'edited' });
    expect(check({ ...lossy, mayBeLost: [{ from: 3500, to: 3600 }] })).toEqual([]);
    const refused = changedTo([{ ...edit, refused: { code: 'conflict', at: 3500 } }], { message: 'a' });
    expect(check({ ...refused, mayBeLost: [{ from: 0, to: 2500 }] })).toEqual([]);
  });
});

it('excuses what a crash may have lost, and counts it', () => {
  const lossy = (mayBeLost: RunRecord['mayBeLost']) =>
    run((_, one, two) => {
      for (const each of [one, two]) each.views = new Map([[ROOM, STORED.slice(0, 3)]]);
      return { rooms: rooms(STORED.slice(0, 3)), mayBeLost };
    });
  const crashed = lossy([{ from: 1900, to: 2100 }]);
  expect(check(crashed)).toEqual([]);
  expect(lostInCrashes(crashed)).toBe(1);
  expect(broken(lossy([{ from: 2500, to: 2600 }]))).toEqual([['lost', idAt(3)]]);
});
