import fc from 'fast-check';
import { newPasswordSchema, passwordSchema, usernameSchema } from '../..';

const accepts = (name: string) => usernameSchema.safeParse(name).success;

describe('a user name', () => {
  it.each([
    ['Ann', 'Ann'],
    ['  Ann  ', 'Ann'],
    ['Ann Lee', 'Ann Lee'],
    ['e\u0301', 'é'],
    ['A\u030a', 'Å'],
    ['李', '李'],
    ['😀', '😀'],
    ['😀'.repeat(32), '😀'.repeat(32)],
    ['e\u0301'.repeat(32), 'é'.repeat(32)],
    [`${' '.repeat(20)}${'x'.repeat(32)} `, 'x'.repeat(32)],
    ['<b>', '<b>'],
    ['Ann  1', 'Ann 1'],
    ['Ann\u00a01', 'Ann 1'],
    ['Ann \u3000\u2003 1\u1680', 'Ann 1'],
    ['नी', 'नी'],
    ['ที่', 'ที่'],
    ['Nguyễn', 'Nguyễn'],
  ])('%j is stored as %j', (given, stored) => {
    expect(usernameSchema.parse(given)).toBe(stored);
  });

  it.each([
    ['nothing', ''],
    ['blanks alone', ' \t\n '],
    ['33 characters', 'x'.repeat(33)],
    ['33 characters of two units', '😀'.repeat(33)],
    ['a NUL', 'a\0b'],
    ['a line feed', 'a\nb'],
    ['an escape', 'a\u001bb'],
    ['a C1 control', 'a\u0085b'],
    ['a zero-width space', 'a\u200bb'],
    ['a zero-width joiner', 'a\u200db'],
    ['a direction override', 'a\u202eb'],
    ['a byte order mark', 'a\ufeffb'],
    ['a soft hyphen', 'a\u00adb'],
    ['a variation selector', 'a\ufe0f'],
    ['a Hangul filler', '\u3164'],
    ['a braille blank', '\u2800'],
    ['a line separator', 'a\u2028b'],
    ['a tag character', 'a\u{e0041}'],
    ['private use', '\ue000'],
    ['unassigned', 'a\u0378'],
    ['no character', 'a\uffff'],
    ['a direction isolate', 'a\u2066b'],
    ['an Arabic letter mark', 'a\u061cb'],
    ['a combining grapheme joiner', 'a\u034fb'],
    ['a Mongolian vowel separator', 'a\u180eb'],
    ['a half-width Hangul filler', 'a\uffa0'],
    ['a blank hieroglyph', 'a\u{13441}'],
    ['a blank note head', '\u{1d159}'],
    ['an object replacement character', '\ufffc'],
    ['a mark alone', '\u0301'],
    ['marks and blanks alone', '\u0301 \u0302'],
    ['a mark in front', '\u0301Ann'],
    ['a mark on a blank', 'Ann \u0301'],
    ['a pile of marks', `a${'\u0320'.repeat(5)}`],
    ['half a surrogate pair', 'a\ud800'],
  ])('is not %s', (_what, name) => {
    expect(accepts(name)).toBe(false);
  });

  it('is the same once it was accepted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (name) => {
        fc.pre(accepts(name));
        const stored = usernameSchema.parse(name);
        expect(usernameSchema.parse(stored)).toBe(stored);
        expect([...stored].length).toBeLessThanOrEqual(32);
      }),
    );
  });
});

describe('a password', () => {
  it.each(['x', 'x'.repeat(73), 'é'.repeat(256), '😀'.repeat(256), 'e\u0301'.repeat(256), ' ', 'a\nb'])(
    'is taken as it is typed (%j)',
    (password) => {
      expect(passwordSchema.parse(password)).toBe(password);
    },
  );

  it.each(['', 'a\0b', '\ud800', 'a\udc00b', 'x'.repeat(5000)])('that nobody can have is refused (%j)', (p) => {
    expect(passwordSchema.safeParse(p).success).toBe(false);
  });

  it('of a new account has 8 to 256 characters', () => {
    expect(newPasswordSchema.safeParse('😀'.repeat(7)).success).toBe(false);
    expect(newPasswordSchema.safeParse('1234567').success).toBe(false);
    expect(newPasswordSchema.safeParse('e\u0301'.repeat(7)).success).toBe(false);
    for (const good of ['12345678', 'ü'.repeat(64), 'e\u0301'.repeat(256), '😀'.repeat(256)])
      expect(newPasswordSchema.safeParse(good).success).toBe(true);
    for (const bad of ['x'.repeat(257), '😀'.repeat(257), 'tab\tinside', '1234567\x7f'])
      expect(newPasswordSchema.safeParse(bad).success).toBe(false);
  });

  it('is never part of the refusal', () => {
    const refusal = newPasswordSchema.safeParse('s3cret'.repeat(50));
    expect(JSON.stringify(refusal.error)).not.toContain('s3cret');
  });
});
