import assert from 'node:assert/strict';
import { it } from 'node:test';
import { BackOff } from './back-off.mjs';

it('doubles from 250 ms to 10 s', () => {
  const backOff = new BackOff();
  const waits = Array.from({ length: 8 }, () => backOff.after(0));
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

it('begins again after a life of 10 s', () => {
  const backOff = new BackOff();
  backOff.after(0);
  backOff.after(9_999);
  assert.equal(backOff.after(10_000), 250);
});
