import fc from 'fast-check';
import { Faults } from './faults';
import { markedText, markOf, senderOf } from './frames';
import { Incoming } from './incoming';
import { RoomLog } from './room-log';
import { SenderOrder } from './sender-order';

const PING = frame('2');
const ACK = frame(`43${markOf(1, 1)}[{"ok":true,"message":{"message":"${markedText(markOf(1, 1), 40)}"}}]`);

function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const head = body.length < 126 ? [0x81, body.length] : [0x81, 126, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from(head), body]);
}

function copy(sender: number, count: number): Buffer {
  return frame(`42["message",{"message":"${markedText(markOf(sender, count), 100)}"}]`);
}

/** A room in which senders 1 and 2 write; its sockets are compared with the first one that gets something. */
function room(isCompared = true) {
  const faults = new Faults();
  const log = new RoomLog(
    (mark) => senderOf(mark) < 3,
    faults,
    () => 0,
  );
  const create = () => {
    const order = new SenderOrder();
    const others: string[] = [];
    const incoming = new Incoming({
      copy: () => undefined,
      loose: (mark) => {
        const wrong = order.see(mark);
        if (wrong) faults.add(wrong.fault, '', wrong.count);
      },
      astray: (_mark, ahead) => faults.add(ahead > 0 ? 'lost' : 'repeated', '', Math.max(1, ahead)),
      other: (bytes, from, to) => others.push(bytes.toString('latin1', from, Math.min(to, from + 2))),
      dueOf: () => Number.NaN,
    });
    incoming.follow(isCompared ? log : undefined);
    const take = (...parts: Buffer[]) => {
      const bytes = Buffer.concat(parts);
      incoming.take(bytes, 0, bytes.length);
    };
    return { incoming, others, take };
  };
  return { faults, log, create };
}

const THREE = [copy(1, 1), copy(1, 2), copy(1, 3)] as const;

describe.each([
  ['compared with the first', true],
  ['looked at by itself', false],
])('a socket that is %s', (_, isCompared) => {
  it('counts copies, and nothing else', () => {
    const { faults, create } = room(isCompared);
    const [first, second] = [create(), create()];
    first.take(...THREE);
    second.take(PING, THREE[0], ACK, THREE[1], PING, THREE[2]);
    expect(second.incoming.copies).toBe(3);
    expect(second.others).toEqual(['2', '43', '2']);
    expect(faults.total).toBe(0);
  });

  it('finds what was lost, repeated or in another order', () => {
    const { faults, create } = room(isCompared);
    const [first, second, third, fourth] = [create(), create(), create(), create()];
    first.take(...THREE);
    second.take(THREE[0], THREE[2]);
    expect(faults.counts).toMatchObject({ lost: 1, repeated: 0 });
    third.take(THREE[0], THREE[1], THREE[1], THREE[2]);
    expect(faults.counts).toMatchObject({ lost: 1, repeated: 1 });
    fourth.take(THREE[2], THREE[1], THREE[0]);
    expect(faults.total).toBeGreaterThan(2);
  });
});

it('sees the same however the bytes are cut', () => {
  const bytes = Buffer.concat([PING, ...THREE, ACK, copy(2, 1), PING, copy(1, 4), copy(2, 2)]);
  const cuts = fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 });
  fc.assert(
    fc.property(cuts, cuts, fc.boolean(), (first, second, isCompared) => {
      const { faults, create } = room(isCompared);
      const sockets = [
        { at: first, ...create() },
        { at: second, ...create() },
      ];
      for (const { at, take, incoming, others } of sockets) {
        const places = [0, ...at.sort((a, b) => a - b), bytes.length];
        for (let i = 1; i < places.length; i++) take(bytes.subarray(places[i - 1], places[i]));
        expect(incoming.copies).toBe(6);
        expect(others).toEqual(['2', '43', '2']);
      }
      expect(faults.total).toBe(0);
    }),
  );
});

it('finds what nobody got, and what is not of the room', () => {
  const { faults, create, log } = room();
  const [first, behind, third] = [create(), create(), create()];
  first.take(copy(1, 1), copy(1, 4));
  expect(faults.counts).toMatchObject({ lost: 2 });
  behind.take(copy(1, 1));
  third.take(copy(1, 1), copy(1, 4), copy(9, 1));
  expect(faults.counts).toMatchObject({ lost: 2, leaked: 1 });
  expect(log.copies).toBe(3);
  expect(() => faults.mustBeNone()).toThrow('leaked');
});

it('goes on when the log has forgotten what everybody has read', () => {
  const faults = new Faults();
  const sockets: Incoming[] = [];
  const log = new RoomLog(
    () => true,
    faults,
    () => Math.min(...sockets.map(({ reached }) => reached)),
  );
  for (let n = 0; n < 3; n++) {
    const quiet = { copy: () => undefined, loose: () => undefined, other: () => undefined, dueOf: () => 5 };
    sockets[n] = new Incoming({ ...quiet, astray: () => faults.add('reordered', '') });
    sockets[n]?.follow(log);
  }
  const COUNT = 30_000;
  for (let from = 1; from <= COUNT; from += 100) {
    const batch = Buffer.concat(Array.from({ length: 100 }, (_, n) => copy(1, from + n)));
    for (const socket of sockets) socket.take(batch, 0, batch.length);
  }
  expect(sockets.map(({ copies }) => copies)).toEqual([COUNT, COUNT, COUNT]);
  expect(faults.total).toBe(0);
});
