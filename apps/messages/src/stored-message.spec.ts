import fc from 'fast-check';
import { readStored, storedJson } from './stored-message';

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
    { ...kept, id: 5 },
    { ...kept, admin: true },
  ]) {
    expect(read(value)).toMatchObject({ id: expect.stringMatching(/^x/), message: 'Hello' });
    expect(read(value)).not.toHaveProperty('seq');
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

  it('is anything else as it would be read', () => {
    const others = [
      { ...kept, seq: -1 },
      { ...kept, date: 1600000000 },
      { ...kept, from: 1 },
      { ...kept, admin: true },
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
