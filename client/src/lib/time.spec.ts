import { afterEach, describe, expect, it } from 'vitest';
import { preferences } from './preferences';
import { startTexts } from './texts';
import { dayOf, shortTimeOf, startOfDay, timeOf, toDate } from './time';

const at = (...parts: [number, number, number, number?, number?]) => new Date(...parts).getTime();
const today = startOfDay(at(2026, 10, 24, 12));
const seconds = (...parts: [number, number, number, number?, number?]) => at(...parts) / 1000;

describe('dayOf', () => {
  it('names the days near to today', () => {
    expect(dayOf(seconds(2026, 10, 24, 0, 0), today)).toBe('Today');
    expect(dayOf(seconds(2026, 10, 23, 23, 59), today)).toBe('Yesterday');
  });

  it.each([1e300, -1e300, 8.7e12, Infinity])('has a day for a date that there is not (%d)', (seconds) => {
    expect([dayOf(seconds, today), shortTimeOf(seconds, today), timeOf(seconds)]).not.toContain('');
    expect(toDate(seconds).toISOString()).toBeTruthy();
  });

  it('tells the year only where it is another one', () => {
    expect(dayOf(seconds(2026, 9, 24), today)).toMatch(/Saturday.*24/);
    expect(dayOf(seconds(2026, 9, 24), today)).not.toMatch(/2026/);
    expect(dayOf(seconds(2025, 9, 24), today)).toMatch(/2025/);
  });
});

describe('shortTimeOf', () => {
  it('says no more than a list needs', () => {
    expect(shortTimeOf(seconds(2026, 10, 24, 10, 41), today)).toMatch(/10:41/);
    expect(shortTimeOf(seconds(2026, 10, 20), today)).toBe('Fri');
    expect(shortTimeOf(seconds(2026, 10, 1), today)).toMatch(/Nov/);
    expect(shortTimeOf(seconds(2024, 10, 1), today)).toMatch(/2024/);
  });

  it('takes a clock ahead of ours for today', () => {
    expect(shortTimeOf(seconds(2026, 10, 25, 0, 1), today)).toMatch(/00:01|12:01/);
  });
});

describe('in German', () => {
  afterEach(async () => {
    preferences.change({ language: 'en' });
    await startTexts();
  });

  it('names days as Germans do', async () => {
    preferences.change({ language: 'de' });
    await startTexts();
    expect(dayOf(seconds(2026, 10, 24), today)).toBe('Heute');
    expect(dayOf(seconds(2026, 10, 23), today)).toBe('Gestern');
    expect(dayOf(seconds(2026, 9, 24), today)).toMatch(/Samstag, 24\. Oktober/);
  });
});
