import { ChatError } from '@app/contracts';
import { Retrier } from '../retrier';
import { ReadMarks } from './reading';

interface Call {
  roomId: string;
  seq: number;
  resolve: (value: object) => void;
  reject: (error: Error) => void;
}

describe('read marks', () => {
  let retrier: Retrier;
  let calls: Call[];
  let marks: ReadMarks;

  beforeEach(() => {
    jest.useFakeTimers();
    calls = [];
    retrier = new Retrier(
      () => 0.5,
      () => {},
    );
    retrier.goOnline();
    const send = (roomId: string, seq: number) =>
      new Promise((resolve, reject) => calls.push({ roomId, seq, resolve, reject }));
    marks = new ReadMarks({ retrier, send });
  });
  afterEach(() => jest.useRealTimers());

  const sent = () => calls.map(({ roomId, seq }) => `${roomId} ${seq}`);
  const answer = async (index: number) => {
    calls[index]?.resolve({});
    await jest.advanceTimersByTimeAsync(0);
  };

  it('are told at once, and then one call speaks for many', async () => {
    marks.mark('0', 1);
    expect(sent()).toEqual(['0 1']);
    for (const seq of [2, 3, 4]) marks.mark('0', seq);
    expect(marks.pending('0')).toBe(4);
    await answer(0);
    expect(sent()).toEqual(['0 1']);
    marks.mark('0', 5);
    await jest.advanceTimersByTimeAsync(1000);
    expect(sent()).toEqual(['0 1', '0 5']);
    await answer(1);
    expect(marks.pending('0')).toBe(0);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(2);
  });

  it('never go back, and do not wait for another room', () => {
    marks.mark('0', 5);
    marks.mark('0', 3);
    marks.mark('1:2', 1);
    expect([marks.pending('0'), marks.pending('1:2')]).toEqual([5, 1]);
    expect(sent()).toEqual(['0 5', '1:2 1']);
  });

  it('are told after an outage, the furthest alone', async () => {
    marks.mark('0', 1);
    retrier.goOffline();
    calls[0]?.reject(new ChatError('unavailable', 'lost'));
    for (const seq of [2, 3]) marks.mark('0', seq);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(1);
    retrier.goOnline();
    await jest.advanceTimersByTimeAsync(0);
    expect(sent()).toEqual(['0 1', '0 3']);
  });

  it('that are refused are forgotten', async () => {
    marks.mark('1:3', 1);
    calls[0]?.reject(new ChatError('forbidden', 'no'));
    await jest.advanceTimersByTimeAsync(60_000);
    expect([marks.pending('1:3'), calls.length]).toEqual([0, 1]);
  });

  it('leave nothing running once closed', async () => {
    marks.mark('0', 1);
    await answer(0);
    marks.mark('0', 2);
    marks.close();
    retrier.close();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
