import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import published from 'unhomoglyph/data.json';
import { caseKey } from './case-key';
import { looks } from './looks';

/** What NFC takes apart before anybody is named so, or a later Unicode lists as something else. */
const CHANGED = new Set(['\u1f7d', '\u03ce', '\ufb2f', '\ufb30', '\ufb39', '\ufb2b', '\ufb49', '\u0d10']);

function alike(one: string, other: string): boolean {
  const seen = new Set(looks(other));
  return looks(one).some((look) => seen.has(look));
}

describe('names that look alike', () => {
  it.each([
    ['Victoria', 'victoria'],
    ['Victoria', 'VICTORIA'],
    ['Victoria', 'Vіctoria'],
    ['Victoria', 'Victοria'],
    ['Victoria', 'V1ctoria'],
    ['Victoria', 'VictorIa'],
    ['Victoria', 'VICTORlA'],
    ['Victoria', 'Ｖｉｃｔｏｒｉａ'],
    ['Victoria', '𝐕𝐢𝐜𝐭𝐨𝐫𝐢𝐚'],
    ['Victoria', 'ⓥⓘⓒⓣⓞⓡⓘⓐ'],
    ['Victoria', 'Vic\u00adtoria'],
    ['Victoria', 'V\u0131ctoria'],
    ['General', 'GeneraI'],
    ['Victoria Ann', 'VICTORlA Ann'],
    ['McDonald', 'mcdonaId'],
    ['General', 'Genera1'],
    ['admin', 'adrnin'],
    ['admin', 'ADMIN'],
    ['admin', 'аdmіn'],
    ['poppy', 'рорру'],
    ['Poppy', 'РОРРУ'],
    ['beta', 'ВЕТА'],
    ['Beta', 'ВЕТА'],
    ['BETA', 'ΒΕΤΑ'],
    ['Ann 1', 'Ann  1'],
    ['Ann 1', 'Ann\u00a01'],
    ['Ann 1', 'ann l'],
    ['Ann 0', 'Ann O'],
    ['Straße', 'STRASSE'],
    ['Straße', 'STRAẞE'],
    ['ΟΔΟΣ', 'οδος'],
    ['Ægir', 'aegir'],
    ['Zoë', 'Zoe\u0308'],
    ['ﬁona', 'Fiona'],
    ['Łukasz', 'ŁUKASZ'],
  ])('%j and %j', (one, other) => {
    expect([looks(one), looks(other), alike(one, other)]).toEqual([looks(one), looks(other), true]);
  });

  it.each([
    ['Ian', 'Lan'],
    ['Nera', 'Vera'],
    ['Ilia', 'Lila'],
    ['Zoe', 'Zoë'],
    ['Ann 1', 'Ann 2'],
    ['Ann 1', 'Ann 11'],
    ['Ann', 'Anna'],
    ['User 10', 'User 20'],
    ['李', '季'],
    ['Иван', 'Иваш'],
    ['😀', '😁'],
  ])('%j and %j are none', (one, other) => {
    expect(alike(one, other)).toBe(false);
  });

  /** The list that Unicode publishes, as another package read it years ago. */
  const pairs = Object.entries(published as Record<string, string>);

  it('are all that Unicode lists as confusable, alone and within a name', () => {
    expect(pairs.length).toBeGreaterThan(6000);
    const within = [(char: string) => char, (char: string) => `Ann${char}`, (char: string) => `Ann ${char}bert`];
    for (const name of within) {
      // What a later Unicode no longer lists, or lists as something else.
      const missed = pairs.filter(([source, target]) => !alike(name(source), name(target))).map(([source]) => source);
      expect(missed.filter((source) => !CHANGED.has(source))).toEqual([]);
    }
  });

  it('are all in our own table, each with whatever else looks like it', () => {
    const lines = readFileSync(join(__dirname, 'confusables.txt'), 'utf8').split('\n');
    const text = (hex: string) => String.fromCodePoint(...hex.split(' ').map((point) => Number.parseInt(point, 16)));
    let count = 0;
    const missed: string[] = [];
    for (const line of lines.filter((each) => each && !each.startsWith('#'))) {
      const [target = '', sources = ''] = line.split(' < ');
      for (const source of sources.split(' ')) {
        if (!CHANGED.has(text(source)) && !alike(text(source), text(target))) missed.push(source);
        count++;
      }
    }
    expect(missed).toEqual([]);
    expect(count).toBe(6565);
  });

  it('are those that differ in case alone, whatever the script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (name) => {
        expect(looks(name.toLowerCase())[0]).toBe(looks(name)[0]);
        expect(looks(name.toUpperCase())[0]).toBe(looks(name)[0]);
        expect(looks(name.normalize('NFD'))).toEqual(looks(name));
        expect(looks(name.normalize('NFKD'))[0]).toBe(looks(name)[0]);
        expect(caseKey(caseKey(name))).toBe(caseKey(name));
      }),
      { numRuns: 2000 },
    );
  });
});

it('every letter there is has the same key in both cases', () => {
  const wrong: string[] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const char = String.fromCodePoint(point);
    const key = caseKey(char);
    if (caseKey(char.toLowerCase()) !== key || caseKey(char.toUpperCase()) !== key) wrong.push(point.toString(16));
  }
  expect(wrong).toEqual([]);
});
