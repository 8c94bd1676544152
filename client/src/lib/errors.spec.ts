import { expect, it } from 'vitest';
import { explain } from './errors';

it('tells people in sentences what is invalid', () => {
  const said = (message: string) => explain({ code: 'invalid', message });
  expect(said('message: must not be empty')).toBe('The message must not be empty.');
  expect(said('message: too long')).toBe('Too long.');
  expect(said('This name is taken')).toBe('This name is taken.');
});

it('says when to try again', () => {
  expect(explain({ code: 'rate_limited', message: '', retryAfterMs: 3100 })).toBe('Too fast. Try again in 4 s.');
  expect(explain({ code: 'rate_limited', message: '', retryAfterMs: 120_000 })).toBe('Too fast. Try again in 2 min.');
  expect(explain({ code: 'rate_limited', message: '' })).toBe('Too fast. Try again in a moment.');
});
