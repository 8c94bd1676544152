import fc from 'fast-check';
import { cleanText, requirePossible } from './messages-policy';

const invalid = expect.objectContaining({ code: 'invalid' });

describe('a text', () => {
  it.each([
    ['Hello', 'Hello'],
    ['  two  blanks ', '  two  blanks '],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['a\tb\nc', 'a\tb\nc'],
    ['a\0b\u0007c\u001b[31m\u0085', 'abc[31m'],
    ['half \ud83d a pair', 'half \ufffd a pair'],
    ['👩‍👩‍👧 e\u0301 \u202e', '👩‍👩‍👧 e\u0301 \u202e'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ])('%j is stored as %j', (text, stored) => {
    expect(cleanText(text, 100)).toBe(stored);
  });

  it.each(['', ' ', '\n\t \r\n', '\0\u0007', '\u00a0\u3000'])('%j is none', (text) => {
    expect(() => cleanText(text, 100)).toThrow(invalid);
  });

  it('is counted in code points', () => {
    expect(cleanText('😀'.repeat(10), 10)).toBe('😀'.repeat(10));
    expect(() => cleanText('😀'.repeat(11), 10)).toThrow(invalid);
    expect(() => cleanText('x'.repeat(11), 10)).toThrow(invalid);
    expect(cleanText(`${'x'.repeat(10)}\0\0`, 10)).toHaveLength(10);
  });

  it('is the same once it was cleaned, and survives JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        let clean: string;
        try {
          clean = cleanText(text, 100);
        } catch {
          return;
        }
        expect(cleanText(clean, 100)).toBe(clean);
        expect(Buffer.from(clean).toString()).toBe(clean);
        expect(JSON.parse(JSON.stringify(clean))).toBe(clean);
      }),
    );
  });
});

it('a direct room is for its two users, by its id alone', () => {
  const forbidden = expect.objectContaining({ code: 'forbidden' });
  for (const user of ['1', '2']) expect(() => requirePossible(user, '1:2')).not.toThrow();
  for (const user of ['3', '12', '']) expect(() => requirePossible(user, '1:2')).toThrow(forbidden);
  for (const room of ['0', '7']) expect(() => requirePossible('3', room)).not.toThrow();
});
