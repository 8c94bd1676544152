import fc from 'fast-check';
import { messageSchema, readForeignMessage } from '..';

const LAST = 253_402_300_799;
const read = (value: unknown) => readForeignMessage(value, '0', 1000);

describe('a message written by a server of the demo', () => {
  it.each([
    { from: 1, date: 1615480369, message: 'Hello', roomId: '0' },
    { from: '1', date: '1615480369', message: 'Hello', roomId: 0 },
    { From: '1', Date: '1615480369', Message: 'Hello', RoomId: '0' },
    { From: 1, Date: 1615480369, Message: 'Hello', RoomId: 0, more: {} },
  ])('is read from %j', (value) => {
    expect(read(value)).toEqual({
      id: expect.stringMatching(/^x1615480369-/),
      from: '1',
      date: 1615480369,
      message: 'Hello',
      roomId: '0',
    });
  });

  it('keeps the fraction of its date', () => {
    expect(read({ from: 1, date: 1615480369.25, message: 'x' })?.date).toBe(1615480369.25);
  });

  it.each<unknown>([undefined, null, '', 'yesterday', -5, 0, 'Infinity', true, [7], {}, { valueOf: 1, toString: 1 }])(
    'takes the place it lies at when its date is %j',
    (date) => {
      expect(read({ from: 1, date, message: 'x' })?.date).toBe(1000);
    },
  );

  it.each([1e13, 1e300, '8.64e12', 253_402_300_800])('is of the last day when its date is %j', (date) => {
    const message = read({ from: 1, date, message: 'x' });
    expect(message?.date).toBe(LAST);
    // By which it is found where it lies.
    expect(message?.id).toContain(`x${Number(date)}-`);
  });

  it.each([Infinity, -Infinity, 1e300, -1e300])('has a date wherever it lies (%d)', (score) => {
    const { date = 0 } = readForeignMessage({ from: 1, date: 'inf', message: 'x' }, '0', score) ?? {};
    expect(date).toBe(Math.sign(score) * LAST);
    expect(new Date(date * 1000).toISOString()).toBeTruthy();
  });

  it('has the same id wherever it is met, and another one than its like', () => {
    const message = { from: 1, date: 5, message: 'Hello' };
    const id = read(message)?.id;
    expect(read({ Message: 'Hello', From: '1', Date: 5 })?.id).toBe(id);
    for (const other of [
      { ...message, from: 2 },
      { ...message, date: 6 },
      { ...message, message: 'Hello!' },
    ]) {
      expect(read(other)?.id).not.toBe(id);
    }
    expect(readForeignMessage(message, '1:2', 1000)?.id).not.toBe(id);
  });

  it.each([
    null,
    undefined,
    'text',
    7,
    true,
    [],
    {},
    { from: 1 },
    { message: 'x' },
    { from: {}, message: 'x' },
    { from: null, message: 'x' },
    { from: 1, message: 5 },
    { from: 1, message: null },
    { from: 1, message: ['x'] },
  ])('is not %j', (value) => {
    expect(read(value)).toBeUndefined();
  });

  it('is a message of ours, or none, whatever it was', () => {
    const field = fc.oneof(fc.jsonValue(), fc.string(), fc.double(), fc.constant({ valueOf: 1, toString: null }));
    const value = fc.record({ from: field, date: field, message: field, From: field, Date: field, Message: field });
    fc.assert(
      fc.property(fc.oneof(value, fc.jsonValue()), (written) => {
        const message = read(written);
        if (message) expect(messageSchema.safeParse(message).success).toBe(true);
      }),
    );
  });
});
