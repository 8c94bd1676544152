import fc from 'fast-check';
import { PREVIEW_BYTES, previewJson, readStored, storedJson } from './stored-message';

const ours = {
  id: '0-3-1700000000000001',
  seq: 3,
  from: '1',
  date: 1700000000.000001,
  message: 'Hello',
  roomId: '0',
  clientId: 'client-id-0',
};
/** As it is stored: room, seq and date make up the id. */
const { id, ...kept } = ours;
const read = (value: unknown) => readStored(JSON.stringify(value), 1700000000.000001, '0');

it('gives ours as it was stored, with its id', () => {
  expect(read(kept)).toEqual(ours);
  expect(id).toBe('0-3-1700000000000001');
});

it('gives what a demo server stored without a place of its own', () => {
  for (const value of [
    { from: 1, date: 1600000000, message: 'Hello', roomId: '0' },
    { From: '1', Date: '1600000000', Message: 'Hello', RoomId: 0 },
  ]) {
    expect(read(value)).toEqual({
      id: expect.stringMatching(/^x1600000000-/),
      from: '1',
      date: 1600000000,
      message: 'Hello',
      roomId: '0',
    });
  }
});

it('takes none for ours that is not quite one', () => {
  for (const value of [
    { ...kept, seq: -1 },
    { ...kept, seq: '3' },
    { ...kept, date: 1600000000 },
    { ...kept, clientId: 5 },
    { ...kept, roomId: 5 },
    // what begins as ours is ours, whatever follows: nothing else is
    Object.assign({ from: '1' }, kept),
    Object.assign({ date: kept.date }, kept),
  ]) {
    expect(read(value)).toMatchObject({ id: expect.stringMatching(/^x/), message: 'Hello' });
    expect(read(value)).not.toHaveProperty('seq');
  }
});

it('knows ours by its beginning and keeps what a later version has put into it', () => {
  const { seq, from, date, ...rest } = kept;
  for (const value of [
    { ...kept, quoted: { by: '2', at: 5 } },
    { seq, rev: 17, from, date, ...rest },
    { seq, ...rest, date, from },
    { ...kept, id: 5 },
  ]) {
    expect(read(value)).toEqual({ ...value, id });
  }
});

it('takes the room it lies in for the truth', () => {
  expect(read({ from: 1, date: 5, message: 'x', roomId: '1:2' })?.roomId).toBe('0');
});

it.each(['', 'text', '{"seq":1', 'null', '7', '[]', '{}', '{"seq":1}', '{"from":{},"message":1}'])(
  'makes nothing of %j',
  (member) => {
    expect(readStored(member, 1, '0')).toBeUndefined();
  },
);

describe('passed on', () => {
  const json = (member: string) => storedJson(member, 1700000000.000001, '0');

  it('is ours as it was stored, whatever its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (message) => {
        const member = JSON.stringify({ ...kept, message });
        expect(JSON.parse(json(member) ?? '')).toEqual(readStored(member, ours.date, '0'));
      }),
    );
    expect(json(JSON.stringify(kept))).toBe(JSON.stringify(ours));
    const message = '"\\ü'.repeat(25_000);
    expect(json(JSON.stringify({ ...kept, message }))).toBe(JSON.stringify({ ...ours, message }));
  });

  const name = fc.oneof(
    fc.string(),
    fc.constantFrom(
      ...['rev', 'edited', 'reply.to', 'id', 'seq', 'message', 'roomId', 'clientId', '__proto__', 'toString'],
    ),
  );
  const more = fc
    .array(fc.tuple(name, fc.jsonValue({ maxDepth: 5 })), { maxLength: 3 })
    .map((list) => Object.fromEntries(list));

  it('is what would be read, with whatever a later version or anybody else has put into it', () => {
    fc.assert(
      fc.property(
        more,
        fc.constantFrom<(keyof typeof kept)[]>('seq', 'from', 'date', 'message', 'roomId'),
        (before, last) => {
          const { [last]: moved, ...others } = kept;
          for (const value of [
            { ...kept, ...before },
            Object.assign({ seq: 3 }, before, kept),
            { ...before, ...kept },
            { ...others, ...before, [last]: moved },
          ]) {
            const member = JSON.stringify(value);
            const passed = json(member);
            expect(passed && JSON.parse(passed)).toEqual(readStored(member, ours.date, '0'));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is not read, though a later version has put something into it', () => {
    const parse = jest.spyOn(JSON, 'parse');
    const member = JSON.stringify({ ...kept, mood: 17, reply: { to: [1, { text: '"}' }] } });
    expect(json(member)).toBe(`{"id":"${id}",${member.slice(1)}`);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  it('is ours without being parsed, in whatever state it is', () => {
    const { seq, ...rest } = kept;
    const date = 1700000005.000001;
    const states = [
      { seq, rev: 9, ...rest },
      { seq, rev: 9, ...rest, edited: date },
      { seq, rev: 9, ...rest, message: '', deleted: { by: '1', date } },
      { seq, rev: 9, ...rest, message: '', edited: date, deleted: { by: '1', date } },
    ];
    for (const state of states) {
      const member = JSON.stringify(state);
      const parsed = jest.spyOn(JSON, 'parse');
      const text = json(member);
      expect(parsed).not.toHaveBeenCalled();
      parsed.mockRestore();
      expect(JSON.parse(text ?? '')).toEqual({ id, ...state });
      expect(readStored(member, ours.date, '0')).toEqual({ id, ...state });
    }
  });

  it('is anything else as it would be read', () => {
    const others = [
      { ...kept, seq: -1 },
      { ...kept, date: 1600000000 },
      { ...kept, from: 1 },
      { ...kept, admin: { a: { b: { c: { d: { e: 1 } } } } } },
      { ...kept, clientId: 7 },
      { ...kept, message: 7 },
      { from: 1, date: 1600000000, message: 'Hello', roomId: '0' },
    ].map((value) => JSON.stringify(value));
    const broken = JSON.stringify(kept);
    for (const member of [
      ...others,
      ` ${broken}`,
      `${broken}{}`,
      broken.replace('Hello', '"'),
      broken.replace('Hello', '\n'),
      broken.replace('Hello', '\\x'),
      broken.replace('"Hello"', 'null'),
    ]) {
      const read = readStored(member, ours.date, '0');
      expect(json(member)).toBe(read && JSON.stringify(read));
    }
  });
});

describe('in a list of rooms', () => {
  const preview = (member: string) => JSON.parse(previewJson(member, ours.date, '0') ?? 'null');

  it('is the beginning of a long text', () => {
    const member = JSON.stringify({ ...kept, message: 'é'.repeat(5000), mood: 17 });
    const { clientId: _, ...rest } = ours;
    for (const text of [member, member.slice(0, PREVIEW_BYTES)]) {
      expect(preview(text)).toEqual({ ...rest, message: `${'é'.repeat(300)}…` });
    }
  });

  it('is all of it where something else is long', () => {
    const { seq, ...rest } = kept;
    const reply = { text: 'x'.repeat(500) };
    expect(preview(JSON.stringify({ ...kept, reply }))).toEqual({ ...ours, reply });
    expect(preview(JSON.stringify({ seq, reply, ...rest }))).toEqual({ ...ours, reply });
    const cut = JSON.stringify({ ...kept, reply: { text: 'x'.repeat(5000) } }).slice(0, PREVIEW_BYTES);
    expect(preview(cut)).toMatchObject({ id, message: 'Hello' });
  });
});
