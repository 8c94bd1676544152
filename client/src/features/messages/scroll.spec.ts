import { describe, expect, it } from 'vitest';
import { isAtEnd, wantsOlder } from './scroll';

describe('scrolling', () => {
  const box = { scrollHeight: 3000, clientHeight: 600 };

  it('is at the end with the newest in sight, give or take a line', () => {
    expect(isAtEnd({ ...box, scrollTop: 2400 })).toBe(true);
    expect(isAtEnd({ ...box, scrollTop: 2370 })).toBe(true);
    expect(isAtEnd({ ...box, scrollTop: 2300 })).toBe(false);
    expect(isAtEnd({ scrollHeight: 200, clientHeight: 600, scrollTop: 0 })).toBe(true);
  });

  it('wants older messages ahead of the reader', () => {
    expect(wantsOlder({ ...box, scrollTop: 899 })).toBe(true);
    expect(wantsOlder({ ...box, scrollTop: 901 })).toBe(false);
  });
});
