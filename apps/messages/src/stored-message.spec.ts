import { readStored } from './stored-message';

const ours = {
  id: '0-3-1700000000000001',
  seq: 3,
  from: '1',
  date: 1700000000.000001,
  message: 'Hello',
  roomId: '0',
  clientId: 'client-id-0',
};
const read = (value: unknown) => readStored(JSON.stringify(value), 1700000000.000001, '0');

it('gives ours as it was stored', () => {
  expect(read(ours)).toEqual(ours);
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
    { ...ours, seq: -1 },
    { ...ours, seq: '3' },
    { ...ours, id: 5 },
    { ...ours, admin: true },
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
