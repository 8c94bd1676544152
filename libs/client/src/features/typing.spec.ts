import { ChatError } from '@app/contracts';
import { Typing } from './typing';

describe('typing', () => {
  let isOnline: boolean;
  let told: string[];
  let changes: string[];
  let typing: Typing;

  beforeEach(() => {
    jest.useFakeTimers();
    isOnline = true;
    told = [];
    changes = [];
    typing = new Typing({
      userId: '1',
      isOnline: () => isOnline,
      tell: async (roomId) => {
        told.push(roomId);
        throw new ChatError('unavailable', 'lost');
      },
      changed: (roomId) => changes.push(roomId),
    });
  });
  afterEach(() => jest.useRealTimers());

  it('is told every 3 s at most while one writes, for each room', async () => {
    for (let i = 0; i < 35; i++) {
      typing.tell('0');
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(told).toEqual(['0', '0']);
    typing.tell('1:2');
    typing.tell('1:2');
    expect(told).toEqual(['0', '0', '1:2']);
  });

  it('is told anew for what one writes after sending', () => {
    typing.tell('0');
    typing.sent('0');
    typing.tell('0');
    expect(told).toEqual(['0', '0']);
  });

  it('is not told while offline, nor afterwards', async () => {
    isOnline = false;
    typing.tell('0');
    isOnline = true;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([]);
    typing.tell('0');
    expect(told).toEqual(['0']);
  });

  it('of others ends 5 s after it was heard last, for each by themselves', async () => {
    typing.heard('0', '2');
    await jest.advanceTimersByTimeAsync(3000);
    typing.heard('0', '3');
    const both = typing.in('0');
    expect(both).toEqual(['2', '3']);
    typing.heard('0', '3');
    expect(typing.in('0')).toBe(both);
    await jest.advanceTimersByTimeAsync(1999);
    expect(typing.in('0')).toBe(both);
    await jest.advanceTimersByTimeAsync(1);
    expect(typing.in('0')).toEqual(['3']);
    typing.heard('0', '3');
    await jest.advanceTimersByTimeAsync(4999);
    expect(typing.in('0')).toEqual(['3']);
    await jest.advanceTimersByTimeAsync(1);
    expect(typing.in('0')).toEqual([]);
    expect(changes).toEqual(['0', '0', '0', '0']);
  });

  it('ends with a message of theirs in that room', () => {
    typing.heard('0', '2');
    typing.heard('1:2', '2');
    typing.stopTyping('0', '2');
    typing.stopTyping('0', '3');
    expect([typing.in('0'), typing.in('1:2')]).toEqual([[], ['2']]);
    expect(changes).toEqual(['0', '1:2', '0']);
  });

  it('of oneself, on another device, is none of one’s concern', () => {
    typing.heard('0', '1');
    expect(typing.in('0')).toBe(typing.in('7'));
    expect(changes).toEqual([]);
  });

  it('leaves nothing running once closed', async () => {
    typing.tell('0');
    typing.heard('0', '2');
    typing.close();
    typing.tell('0');
    typing.heard('0', '3');
    expect(typing.in('0')).toEqual([]);
    expect(told).toEqual(['0']);
    expect(jest.getTimerCount()).toBe(0);
  });
});
