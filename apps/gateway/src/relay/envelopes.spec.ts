import { HARD_MESSAGE_LENGTH, messageSchema } from '@app/contracts';
import fc from 'fast-check';
import { readMessage, readNews, readRelay } from './envelopes';

const presence = { id: '1', username: 'Ann', online: true };
const ours = { v: 2, serverId: 'a:store', type: 'user.connected', to: 'all', data: presence };
const foreign = { serverId: 4132, type: 'user.connected', data: presence };
const heartbeat = { v: 2, serverId: 'a', type: 'heartbeat', to: 'all', data: { nonce: 'x' } };

it('tells ours from those of the demo by their version', () => {
  expect(readRelay(JSON.stringify(ours))).toEqual({ ours });
  expect(readRelay(JSON.stringify(foreign))).toMatchObject({ foreign: { serverId: '4132', type: 'user.connected' } });
  expect(readNews(JSON.stringify(heartbeat))).toEqual(heartbeat);
});

it('takes none of ours for one of the demo because it is malformed', () => {
  for (const v of [0, 1, 3, '2', null, {}]) expect(readRelay(JSON.stringify({ ...ours, v }))).toBeUndefined();
  expect(readRelay(JSON.stringify({ ...ours, to: { room: '*' } }))).toBeUndefined();
});

it('reads what a later version says besides, and passes over kinds that are not known', () => {
  const more = { at: [{ x: '",' }], data: { id: '1' } };
  const later = { ...ours, more, to: 'all', data: { ...presence, status: 'away' } };
  expect(readRelay(JSON.stringify(later))).toEqual({ ours: later });
  expect(readNews(JSON.stringify({ ...heartbeat, more }))).toMatchObject(heartbeat);
  for (const type of ['message.pinned', 'constructor', '']) {
    expect(readRelay(JSON.stringify({ ...ours, type }))).toBeUndefined();
    expect(readNews(JSON.stringify({ ...heartbeat, type }))).toBeUndefined();
  }
  expect(readRelay(JSON.stringify({ ...ours, to: { instance: '1' } }))).toBeUndefined();
});

describe('a message', () => {
  /** As the messages service publishes it, with whatever else a later version puts into its header and the message. */
  const published = (roomId: string, seq: number, micros: number, message: string, more: Partial<More> = {}) => {
    const date = `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
    const id = `${roomId}-${seq}-${micros}`;
    const data =
      `{"id":"${id}","seq":${seq},"from":"1","date":${date},` +
      `"message":${JSON.stringify(message)},"roomId":"${roomId}","clientId":"client-1"${members(more.message)}}`;
    const span = more.span === undefined ? '' : `,"span":"${more.span}"`;
    const header = `"to":{"room":"${roomId}"},"id":"${id}","seq":${seq}${members(more.header)},"date":${date}${span}`;
    return `{"v":2,"serverId":"0a:store","type":"message",${header},"data":${data}${members(more.after)}}`;
  };
  interface More {
    span: string | undefined;
    header: object;
    message: object;
    after: object;
  }
  const members = (fields: object = {}) =>
    Object.keys(fields).length > 0 ? `,${JSON.stringify(fields).slice(1, -1)}` : '';

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
  const text = fc.string({
    unit: fc.constantFrom(...'a"\\{},: v2é€', '\u0001', '\n', '😀', '},"v":2', ',"data":{"id":"'),
  });
  const room = fc.constantFrom('0', '7', '1:2', '123456789012345');
  const noRoom = fc.constantFrom('2:1', '2:2', '01', '1:2:3', '*', '');
  const micros = fc.integer({ min: 1_000_000, max: 2 ** 51 });
  const span = fc.option(fc.constantFrom('', '00-ab-cd-01', 'x y'), { nil: undefined });
  const name = fc.oneof(text, fc.constantFrom('rev', 'quoted', 'reply.to', 'file-1', 'data', '__proto__', 'toString'));
  const field = fc.oneof(text, fc.jsonValue({ maxDepth: 5 }), fc.constant({ data: { id: '1', data: [] } }));
  /** Nothing that has its place already. */
  const fields = (taken: string[]) =>
    fc
      .array(
        fc.tuple(
          name.filter((one) => !taken.includes(one)),
          field,
        ),
        { maxLength: 3 },
      )
      .map((list) => Object.fromEntries(list));
  const MESSAGE = Object.keys(messageSchema.shape);
  const ENVELOPE = ['v', 'serverId', 'type', 'to', 'id', 'seq', 'rev', 'date', 'span', 'data'];
  const more = fc.record({ span, header: fields(ENVELOPE), message: fields(MESSAGE), after: fields(ENVELOPE) });
  const parts = (rooms: fc.Arbitrary<string>) =>
    fc.tuple(rooms, fc.integer({ min: 1, max: 2 ** 49 }), micros, text, more) as fc.Arbitrary<
      [string, number, number, string, More]
    >;

  it('is passed on as it was published, whatever is said in it', () => {
    const payload = published('1:2', 5, 1_700_000_000_000_042, '},"v":2 ,"data":{"id": \\ "', { span: '00-ab-cd-01' });
    const json = payload.slice(payload.indexOf('{"id"'), -1);
    const message = { id: '1:2-5-1700000000000042', seq: 5, date: 1_700_000_000.000042, roomId: '1:2' };
    expect(readRelay(payload)).toEqual({ message, json, span: '00-ab-cd-01' });
    expect(readMessage(payload)).toEqual(readRelay(payload));
  });

  it('is passed on unread, with what a later version says besides', () => {
    const parsed = jest.spyOn(JSON, 'parse');
    const reply = { roomId: '0', to: [{ seq: 1, 'text "': 'x' }], date: 1.5e-7, no: null };
    const header = { rev: 17, kind: 'quoted', of: { a: [1, '"}'] } };
    const payload = published('0', 5, 1_700_000_000_000_042, 'a text', {
      header,
      message: { rev: 17, mood: 5, reply },
    });
    const live = readRelay(payload);
    expect(parsed.mock.calls.flat().join('\n')).not.toContain('a text');
    parsed.mockRestore();
    expect(live).toMatchObject({
      message: { seq: 5, rev: 17, roomId: '0' },
      json: payload.slice(payload.indexOf('{"id"'), -1),
    });
  });

  it('is what its schema makes of it, whatever a later version says besides', () => {
    fc.assert(
      fc.property(parts(room), ([roomId, seq, date, said, later]) => {
        const payload = published(roomId, seq, date, said, later);
        expect(read(payload)).toEqual(readSpaced(payload));
        expect(read(payload)).toMatchObject({ seq, roomId, data: { message: said } });
        const kept = Object.keys(later.message).filter((field) => field !== '__proto__');
        expect(Object.keys(read(payload)?.data)).toEqual(expect.arrayContaining(kept));
      }),
      { numRuns: 500 },
    );
  });

  it('is nothing in a room that is none', () => {
    fc.assert(fc.property(parts(noRoom), (wrong) => expect(read(published(...wrong))).toBeUndefined()));
  });

  it('is never passed on broken, with a letter of it another one, cut short or doubled', () => {
    const change = fc.tuple(parts(room), fc.nat(), fc.nat({ max: 3 }), fc.constantFrom(...'"\\{}:,-.019ax \u0001', ''));
    fc.assert(
      fc.property(change, ([message, at, cut, letter]) => {
        const payload = published(...message);
        const place = at % payload.length;
        const changed = payload.slice(0, place) + letter + payload.slice(place + cut);
        const heard = read(changed);
        if (!heard) return expect(readSpaced(changed)).toBeUndefined();
        const { id, seq, roomId } = heard;
        expect([id, seq, roomId]).toEqual([expect.any(String), expect.any(Number), expect.stringMatching(/^[\d:]+$/)]);
        expect(heard.data).toMatchObject({ id, seq });
      }),
      { numRuns: 2000 },
    );
  });
});

it('keeps the channels apart', () => {
  expect(readNews(JSON.stringify(ours))).toBeUndefined();
  expect(readRelay(JSON.stringify(heartbeat))).toBeUndefined();
});

it.each(['', 'x', 'null', '7', '[]', '{}', '"message"', '{"v":2}', '{"v":2,"serverId":"', '{"type":"message"}'])(
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
