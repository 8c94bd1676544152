import fc from 'fast-check';
import { decodeCursor, digestOf, encodeCursor } from './cursor';

it('gives back the place that it was made of', () => {
  const score = fc.oneof(fc.nat().map(String), fc.constantFrom('inf', '-inf', '1700000000.000001', '1e+20', '-5.5'));
  fc.assert(
    fc.property(fc.string(), score, fc.nat(999_999_999), (member, at, place) => {
      const there = { score: at, digest: digestOf(member), place };
      const cursor = encodeCursor(there);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(decodeCursor(cursor)).toEqual(there);
    }),
  );
});

it('is told apart by the message', () => {
  expect(digestOf('a')).not.toBe(digestOf('b'));
});

it.each([
  '',
  'x',
  '🦀',
  '1~abcdef012345~0',
  'nan~abcdef012345~0',
  '1~ABCDEF012345~0',
  '1~abcdef012345~-1',
  '1~abcdef012345~0\n',
])('refuses %j, in base64 or not', (text) => {
  const invalid = expect.objectContaining({ code: 'invalid' });
  const isCursor = /^1~abcdef012345~0$/.test(text);
  expect(() => decodeCursor(text)).toThrow(invalid);
  if (!isCursor) expect(() => decodeCursor(Buffer.from(text).toString('base64url'))).toThrow(invalid);
});
