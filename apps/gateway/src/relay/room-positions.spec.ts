import type { Message } from '@app/contracts';
import { RoomPositions } from './room-positions';

const DATE = 1_700_000_000;
const message = (seq: number, roomId = '0', date = DATE + seq): Message & { seq: number } => ({
  id: `${roomId}-${seq}-${date}000000`,
  seq,
  from: '1',
  date,
  message: 'x',
  roomId,
});
const position = (seq: number, roomId = '0') => ({ roomId, seq, id: seq ? message(seq, roomId).id : '', rev: 0 });

let positions: RoomPositions;
beforeEach(() => {
  positions = new RoomPositions();
});

it('goes on message by message, each room by itself', () => {
  positions.start(position(5));
  positions.start(position(0, '1:2'));
  expect([6, 7].map((seq) => positions.advance(message(seq)))).toEqual(['next', 'next']);
  expect(positions.advance(message(1, '1:2'))).toBe('next');
  expect(positions.all()).toEqual([position(7), position(1, '1:2')]);
});

it('knows what it had, what is missing, and what is of another history', () => {
  positions.start(position(5));
  expect(positions.advance(message(5))).toBe('repeated');
  expect(positions.advance(message(3))).toBe('repeated');
  expect(positions.advance(message(7))).toBe('gap');
  expect(positions.advance(message(1, '0', DATE + 60))).toBe('other history');
  expect(positions.advance(message(1, '1:2'))).toBe('untracked');
  expect(positions.all()).toEqual([position(5)]);
});

it('starts from what is told only where that is more than it knows', () => {
  positions.start(position(5));
  positions.start(position(3));
  expect(positions.all()).toEqual([position(5)]);
  positions.start(position(9));
  expect(positions.advance(message(10))).toBe('next');
  positions.set(position(2));
  expect(positions.advance(message(3))).toBe('next');
});

it('knows whether a room has begun', () => {
  positions.start(position(0, '1:2'));
  expect([positions.hasBegun('1:2'), positions.hasBegun('1:3')]).toEqual([false, false]);
  positions.advance(message(1, '1:2'));
  expect(positions.hasBegun('1:2')).toBe(true);
});

it('forgets the rooms that nobody hears any more', () => {
  for (const room of ['0', '1:2', '7']) positions.start(position(1, room));
  positions.prune((room) => room !== '1:2');
  expect(positions.all().map(({ roomId }) => roomId)).toEqual(['0', '7']);
  expect(positions.has('1:2')).toBe(false);
});

describe('the clock of a room', () => {
  const changed = (rev: number, roomId = '0') => ({ roomId, rev });

  it('counts messages and changes on, each room by itself', () => {
    positions.start(position(5));
    expect(positions.advanceChange(changed(6))).toBe('next');
    expect(positions.advance({ ...message(6), rev: 7 })).toBe('next');
    expect(positions.advanceChange(changed(8))).toBe('next');
    expect(positions.advanceChange(changed(1, '1:2'))).toBe('untracked');
    expect(positions.all()).toEqual([{ ...position(6), rev: 8 }]);
  });

  it('shows what was heard before, and what is missing', () => {
    positions.start({ ...position(5), rev: 9 });
    for (const rev of [1, 8, 9]) expect(positions.advanceChange(changed(rev))).toBe('repeated');
    expect(positions.advanceChange(changed(11))).toBe('gap');
    expect(positions.advance({ ...message(6), rev: 11 })).toBe('gap');
    expect(positions.advance({ ...message(6), rev: 10 })).toBe('next');
    expect(positions.advance({ ...message(8), rev: 11 })).toBe('gap');
  });

  it('takes what a version stored that counts no changes', () => {
    positions.start({ ...position(5), rev: 9 });
    expect(positions.advance(message(6))).toBe('next');
    expect(positions.advanceChange(changed(10))).toBe('next');
    expect(positions.all()).toEqual([{ ...position(6), rev: 10 }]);
  });

  it('goes to where a fetch led, unless more was heard', () => {
    positions.start({ ...position(5), rev: 9 });
    positions.start({ ...position(5), rev: 8 });
    expect(positions.advanceChange(changed(10))).toBe('next');
    positions.start({ ...position(5), rev: 12 });
    expect(positions.advanceChange(changed(13))).toBe('next');
    expect([positions.knows({ roomId: '0', seq: 5 }), positions.knows({ roomId: '0', seq: 6 })]).toEqual([true, false]);
    expect(positions.knows({ roomId: '7', seq: 1 })).toBe(false);
  });
});
