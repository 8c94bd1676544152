import fc from 'fast-check';
import { cleanText } from './messages-policy';

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
    ['\u200b.', '\u200b.'],
    ['\ue000', '\ue000'],
    ['\u{1fffd}', '\u{1fffd}'],
  ])('%j is stored as %j', (text, stored) => {
    expect(cleanText(text, 100)).toBe(stored);
  });

  it.each([
    ...['', ' ', '\n\t \r\n', '\0\u0007', '\u00a0\u3000', '\u2028\u2029', '\ufeff'],
    ...['\u200b', '\u2060\u2062', '\u202e', '\u2066\u2069', '\u00ad', '\u034f', '\u180e', '\u200d\ufe0f', '\ufe0f'],
    ...['\u115f', '\u3164', '\uffa0', '\u2800', '\u{e0041}\u{e007f}', ' \u200b\n\u2800 '],
  ])('%j is none', (text) => {
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
