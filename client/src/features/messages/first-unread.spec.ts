import type { Entry } from '@app/client';
import { describe, expect, it } from 'vitest';
import { firstUnread } from './first-unread';

const ME = '1';
const entry = (seq: number | undefined, from = '2'): Entry => ({
  key: `${seq}`,
  id: `0-${seq}`,
  seq,
  from,
  date: 0,
  message: '',
  roomId: '0',
  state: 'sent',
});
const gone = (seq: number): Entry => ({ ...entry(seq), deleted: { by: '2', date: 0 } });
const first = (entries: Entry[], read: number, unread = 2, seq = 9) => firstUnread(entries, { read, unread, seq }, ME);

describe('firstUnread', () => {
  it('is what others wrote first after what was read', () => {
    expect(first([entry(4), entry(5), entry(6), entry(7)], 5)).toBe(2);
    expect(first([entry(5), entry(6, ME), entry(7)], 5)).toBe(2);
    expect(first([entry(1), entry(2)], 0)).toBe(0);
  });

  it('is nothing where all was read', () => {
    expect(first([entry(4), entry(5)], 5)).toBeUndefined();
    expect(first([entry(5), entry(6, ME), entry(undefined, ME)], 5)).toBeUndefined();
    expect(first([], 5)).toBeUndefined();
  });

  it('is further up as long as it is not loaded', () => {
    expect(first([entry(7), entry(8), entry(9)], 5, 4)).toBe('further up');
    expect(first([entry(8, ME), entry(9, ME)], 5, 4)).toBe('further up');
    expect(first([entry(7), gone(8), entry(9)], 5, 3)).toBe('further up');
  });

  it('is here where as many are here as are unread: what is further up is deleted', () => {
    expect(first([gone(6), entry(7), gone(8), entry(9)], 4)).toBe(1);
    expect(first([entry(8), entry(9, ME)], 5)).toBe(0);
    expect(first([gone(6), gone(7), entry(8), entry(9), entry(10)], 4)).toBe(2);
  });

  it('is not known to be here without the newest, or while deletions are not counted yet', () => {
    expect(first([entry(7), entry(8)], 5)).toBe('further up');
    expect(first([gone(8), entry(9)], 5)).toBe('further up');
  });
});
