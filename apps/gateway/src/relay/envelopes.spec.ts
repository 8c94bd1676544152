import { HARD_MESSAGE_LENGTH } from '@app/contracts';
import fc from 'fast-check';
import { readNews, readRelay } from './envelopes';

const presence = { id: '1', username: 'Ann', online: true };
const ours = { serverId: 'a:store', type: 'user.connected', data: presence, v: 1, to: 'all' };
const foreign = { serverId: 4132, type: 'user.connected', data: presence };
const heartbeat = { serverId: 'a', type: 'heartbeat', data: { nonce: 'x' }, v: 1, to: 'all' };

it('tells ours from those of the demo by their version', () => {
  expect(readRelay(JSON.stringify(ours))).toEqual({ ours });
  expect(readRelay(JSON.stringify(foreign))).toMatchObject({ foreign: { serverId: '4132', type: 'user.connected' } });
  expect(readNews(JSON.stringify(heartbeat))).toEqual(heartbeat);
});

it('takes none of ours for one of the demo because it is malformed', () => {
  for (const v of [0, 2, '1', null, {}]) expect(readRelay(JSON.stringify({ ...ours, v }))).toBeUndefined();
  expect(readRelay(JSON.stringify({ ...ours, to: { room: '*' } }))).toBeUndefined();
});

describe('a message', () => {
  /** As the messages service publishes it. */
  const published = (roomId: string, seq: number, micros: number, message: string, span?: string) => {
    const date = `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
    const data =
      `{"id":"${roomId}-${seq}-${micros}","seq":${seq},"from":"1","date":${date},` +
      `"message":${JSON.stringify(message)},"roomId":"${roomId}","clientId":"client-1"}`;
    const rest = `"v":1,"to":{"room":"${roomId}"}${span === undefined ? '' : `,"span":"${span}"`}`;
    return `{"serverId":"0a:store","type":"message","data":${data},${rest}}`;
  };
  const read = (payload: string) => {
    const live = readRelay(payload);
    if (!live || !('message' in live)) return undefined;
    const { id, seq, date, roomId } = live.message;
    return { id, seq, date, roomId, span: live.span, data: JSON.parse(live.json) };
  };
  /** The same by its schema alone: what is spaced is not how our services spell it. */
  const readSpaced = (payload: string) => {
    try {
      return read(JSON.stringify(JSON.parse(payload), null, 1));
    } catch {
      return undefined;
    }
  };
  const text = fc.string({ unit: fc.constantFrom(...'a"\\{},: v1é€', '\u0001', '\n', '😀', '},"v":1', ',"data":{') });
  const room = fc.constantFrom('0', '7', '1:2', '2:1', '2:2', '123456789012345', '01', '1:2:3', '*', '');
  const micros = fc.integer({ min: 1_000_000, max: 2 ** 51 });
  const span = fc.option(fc.constantFrom('', '00-ab-cd-01', 'x y'), { nil: undefined });
  const envelope = fc
    .tuple(room, fc.integer({ min: 0, max: 2 ** 50 }), micros, text, span)
    .map((parts) => published(...parts));

  it('is passed on as it was published, whatever is said in it', () => {
    const payload = published('1:2', 5, 1_700_000_000_000_042, '},"v":1 ,"data":{ \\ "', '00-ab-cd-01');
    const json = payload.slice(payload.indexOf('{"id"'), payload.indexOf(',"v":1,"to"'));
    const message = { id: '1:2-5-1700000000000042', seq: 5, date: 1_700_000_000.000042, roomId: '1:2' };
    expect(readRelay(payload)).toEqual({ message, json, span: '00-ab-cd-01' });
  });

  it('is what its schema makes of it, however it is spelled', () => {
    fc.assert(fc.property(envelope, (payload) => expect(read(payload)).toEqual(readSpaced(payload))));
  });

  it('is nothing else when a letter of it is another one', () => {
    const change = fc.tuple(envelope, fc.nat(), fc.constantFrom(...'"\\{}:,-.019ax \u0001'));
    fc.assert(
      fc.property(change, ([payload, at, letter]) => {
        const place = at % payload.length;
        const changed = payload.slice(0, place) + letter + payload.slice(place + 1);
        expect(read(changed)).toEqual(readSpaced(changed));
      }),
      { numRuns: 1000 },
    );
  });
});

it('keeps the channels apart', () => {
  expect(readNews(JSON.stringify(ours))).toBeUndefined();
  expect(readRelay(JSON.stringify(heartbeat))).toBeUndefined();
});

it.each(['', 'x', 'null', '7', '[]', '{}', '"message"', '{"v":1}', '{"type":"message"}'])(
  'makes nothing of %j',
  (text) => {
    expect([readRelay(text), readNews(text)]).toEqual([undefined, undefined]);
  },
);

it('reads no further than any message reaches', () => {
  const message = { from: 1, date: 1, roomId: '0', message: '\u0001'.repeat(HARD_MESSAGE_LENGTH) };
  const payload = JSON.stringify({ serverId: 's', type: 'message', data: message });
  expect(readRelay(payload)).toBeDefined();
  expect(readRelay(payload + ' '.repeat(3 * HARD_MESSAGE_LENGTH))).toBeUndefined();
});
