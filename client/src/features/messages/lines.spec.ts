import type { Entry } from '@app/client';
import { describe, expect, it } from 'vitest';
import { beginningOf } from './lines';

const noon = new Date(2026, 10, 24, 12).getTime() / 1000;
const entry = (from: string, date: number): Entry => ({
  key: `${from}-${date}`,
  from,
  date,
  message: 'Hi',
  roomId: '0',
  state: 'sent',
});
const marks = (...entries: Entry[]) =>
  entries
    .map((entry, index) => beginningOf(entry, entries[index - 1]))
    .map(({ startsDay, startsGroup }) => (startsDay ? 'day' : startsGroup ? 'group' : '-'));

describe('beginningOf', () => {
  it('puts messages of one sender within five minutes under one name', () => {
    expect(marks(entry('1', noon), entry('1', noon + 299), entry('1', noon + 599))).toEqual(['day', '-', '-']);
    expect(marks(entry('1', noon), entry('1', noon + 301))).toEqual(['day', 'group']);
  });

  it('begins a group with another sender', () => {
    expect(marks(entry('1', noon), entry('2', noon + 1), entry('1', noon + 2))).toEqual(['day', 'group', 'group']);
  });

  it('begins a day at local midnight, however close the messages', () => {
    const midnight = new Date(2026, 10, 25).getTime() / 1000;
    expect(marks(entry('1', midnight - 1), entry('1', midnight + 1))).toEqual(['day', 'day']);
  });
});
