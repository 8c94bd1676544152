import type { Entry } from '@app/client';
import { describe, expect, it } from 'vitest';
import { firstUnread } from './use-new-line';

const ME = '1';
const entry = (seq: number | undefined, from = '2'): Entry => ({
  key: `${seq}`,
  seq,
  from,
  date: 0,
  message: '',
  roomId: '0',
  state: 'sent',
});

describe('firstUnread', () => {
  it('is what others wrote first after what was read', () => {
    expect(firstUnread([entry(4), entry(5), entry(6), entry(7)], 5, ME)).toBe(2);
    expect(firstUnread([entry(5), entry(6, ME), entry(7)], 5, ME)).toBe(2);
    expect(firstUnread([entry(1), entry(2)], 0, ME)).toBe(0);
  });

  it('is nothing where all was read, or nothing is known of that', () => {
    expect(firstUnread([entry(4), entry(5)], 5, ME)).toBeUndefined();
    expect(firstUnread([entry(5), entry(6, ME), entry(undefined, ME)], 5, ME)).toBeUndefined();
    expect(firstUnread([entry(4), entry(5)], undefined, ME)).toBeUndefined();
    expect(firstUnread([], 5, ME)).toBeUndefined();
  });

  it('is nothing as long as the first one is not loaded', () => {
    expect(firstUnread([entry(8), entry(9)], 5, ME)).toBeUndefined();
  });
});
