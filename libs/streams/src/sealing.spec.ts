import fc from 'fast-check';
import { type SealedRequest, Sealer } from './sealing';

const sealer = new Sealer(['a secret for specs only']);
const FIELDS = ['password'];
const requestOf = (password: unknown, more: object = { username: 'Ann' }): SealedRequest => ({
  pattern: 'auth.verify',
  key: 'k',
  data: { ...more, password },
});
/** As it comes out of Redis. */
const wire = (request: SealedRequest): SealedRequest => ({
  ...request,
  data: JSON.parse(JSON.stringify(sealer.seal(request, FIELDS))),
});
const sealedText = (request: SealedRequest) => (request.data as { password: { sealed: string } }).password.sealed;

it('opens what it sealed, whatever stands beside it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.jsonValue()), (password, beside) => {
      const request = requestOf(password, beside);
      const { password: _, ...clear } = JSON.parse(JSON.stringify(request.data));
      expect(sealer.open(wire(request), FIELDS)).toEqual({ ...clear, password });
    }),
  );
});

it('gives the same value another text each time, of a length that does not tell its own', () => {
  const texts = ['', 'a', 'x'.repeat(60), 'x'.repeat(120)].map((password) => sealedText(wire(requestOf(password))));
  expect(new Set(texts.map(({ length }) => length)).size).toBe(1);
  expect(sealedText(wire(requestOf('a')))).not.toBe(sealedText(wire(requestOf('a'))));
});

it('opens nothing of which one bit was changed', () => {
  const request = wire(requestOf('open sesame'));
  const bytes = Buffer.from(sealedText(request), 'base64url');
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      const data = { username: 'Ann', password: { sealed: changed.toString('base64url') } };
      expect(() => sealer.open({ ...request, data }, FIELDS)).toThrow('cannot be opened here');
    }),
  );
});

it.each<[string, Partial<SealedRequest>]>([
  ['pattern', { pattern: 'auth.register' }],
  ['key', { key: 'another' }],
  ['missing key', { key: undefined }],
])('opens nothing that was moved to another request: %s', (_what, other) => {
  expect(() => sealer.open({ ...wire(requestOf('a')), ...other }, FIELDS)).toThrow('cannot be opened here');
});

it('opens nothing that was moved to another field', () => {
  const { sealed } = { sealed: sealedText(wire(requestOf('a'))) };
  const moved = { ...requestOf('a'), data: { username: 'Ann', password: { sealed }, next: { sealed } } };
  expect(() => sealer.open(moved, ['password', 'next'])).toThrow('next: cannot be opened here');
});

it('leaves a field alone that is not there', () => {
  expect(sealer.seal({ pattern: 'auth.verify', data: { username: 'Ann' } }, FIELDS)).toEqual({ username: 'Ann' });
});
