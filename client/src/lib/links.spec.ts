import { describe, expect, it } from 'vitest';
import { splitLinks } from './links';

const links = (text: string) =>
  splitLinks(text)
    .filter((piece) => piece.href !== undefined)
    .map((piece) => piece.text);

describe('splitLinks', () => {
  it.each([
    ['see https://redis.io/docs.', ['https://redis.io/docs']],
    ['(https://example.org/a)', ['https://example.org/a']],
    ['https://en.wikipedia.org/wiki/Redis_(software)', ['https://en.wikipedia.org/wiki/Redis_(software)']],
    ['HTTP://EXAMPLE.ORG and http://b.example?q=1&r=2#x!', ['HTTP://EXAMPLE.ORG', 'http://b.example?q=1&r=2#x']],
    ['"https://example.org/"', ['https://example.org/']],
  ])('finds the addresses of %s', (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,hi',
    'https://',
    'https://google.com@evil.example/',
    'ftp://example.org',
    'no address',
    '',
  ])('makes no link of %s', (text) => {
    expect(links(text)).toEqual([]);
  });

  it('ends an address at an invisible character', () => {
    expect(links('https://example.org/\u202Egnp.exe')).toEqual(['https://example.org/']);
  });

  it('keeps the text as it is', () => {
    const text = 'a https://b.example, c\n https://[ (https://d.example/(x)) <https://e.example>';
    expect(
      splitLinks(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });
});

describe('an address ends where a reader of its script sees it end', () => {
  /** All characters of a category of Unicode. */
  const all = (category: string) => {
    const found: string[] = [];
    const is = new RegExp(`^\\p{${category}}$`, 'u');
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const char = String.fromCodePoint(code);
      if (is.test(char)) found.push(char);
    }
    return found;
  };
  /** What may stand at the end of an address, or parts it. */
  const OF_ADDRESSES = new Set('/#%&@*\\');
  const OPENING = new Set('([{');

  it.each(['Po', 'Ps', 'Pe', 'Pi', 'Pf', 'Zs', 'Zl', 'Zp', 'Cc', 'Cf'])('before every character of %s', (category) => {
    const wrong: string[] = [];
    for (const char of all(category)) {
      if (OF_ADDRESSES.has(char)) continue;
      const isAscii = char <= '~';
      for (const text of [
        `https://example.com/a${char}`,
        `https://example.com/a${char} and more`,
        `see https://example.com/a${char}${char}`,
        `“https://example.com/a”${char}`,
        // In the midst of an address those of ASCII are part of it.
        ...(isAscii
          ? []
          : [`https://example.com/a${char}次`, `https://example.com/a${char}b`, `https://example.com/a${char}אב`]),
        ...(OPENING.has(char) ? [] : [`${char}https://example.com/a${char}`]),
      ]) {
        const found = links(text);
        if (found.length !== 1 || found[0] !== 'https://example.com/a')
          wrong.push(`U+${char.codePointAt(0)?.toString(16)} in ${text}: ${found}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    ['https://example.com/a。次', 'https://example.com/a'],
    ['“https://example.com/a”', 'https://example.com/a'],
    ['«https://example.com/a»', 'https://example.com/a'],
    ['„https://example.com/a“, sagte er', 'https://example.com/a'],
    ['看（https://example.com/a）吧', 'https://example.com/a'],
    ['「https://example.com/a」', 'https://example.com/a'],
    ['见https://example.com/a，然后', 'https://example.com/a'],
    ['https://example.com/aを見て', 'https://example.com/a'],
    ['https://example.com를 보세요', 'https://example.com'],
    ['https://example.com/a—which is it', 'https://example.com/a'],
    ['https://example.com/a🎉', 'https://example.com/a'],
    ['https://example.com/a؟', 'https://example.com/a'],
    ['https://example.com/a।', 'https://example.com/a'],
    ["'https://example.com/a'", 'https://example.com/a'],
    ["'https://example.com/a'und so", 'https://example.com/a'],
    ['(see https://example.com/a_(b))', 'https://example.com/a_(b)'],
    ['https://example.com/a(', 'https://example.com/a'],
    ['[https://example.com/a](x)', 'https://example.com/a'],
  ])('%s', (text, expected) => expect(links(text)).toEqual([expected]));

  it.each([
    'https://en.wikipedia.org/wiki/Redis_(software)',
    'https://en.wikipedia.org/wiki/Schindler\u0027s_List',
    'https://ja.wikipedia.org/wiki/日本',
    'https://ja.wikipedia.org/wiki/東京_(曖昧さ回避)',
    'https://ru.wikipedia.org/wiki/Москва',
    'https://he.wikipedia.org/wiki/ירושלים',
    'https://de.wikipedia.org/wiki/Äpfel#Sorten',
    'https://example.com/a?b=c,d;e=f:g&h=!i*j',
    'https://example.com/a/b-c/~d/@e/',
    'https://example.com:8080/a%20b',
    'http://[::1]:3000/a',
  ])('keeps %s whole', (text) => {
    expect(links(text)).toEqual([text]);
    expect(links(`${text}, and (${text}).`)).toEqual([text, text]);
  });

  it('finds one right after another', () => {
    expect(links('https://a.example。https://b.example、https://c.exampleとhttps://d.example')).toEqual([
      'https://a.example',
      'https://b.example',
      'https://c.example',
      'https://d.example',
    ]);
  });

  it('shows a host that looks like another one in its ASCII form', () => {
    const pieces = splitLinks('see https://аpple.com:443/а?b now');
    expect(pieces.map(({ text }) => text).join('')).toBe('see https://xn--pple-43d.com:443/а?b now');
    expect(pieces[1]?.href).toBe('https://xn--pple-43d.com/%D0%B0?b');
  });
});
