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
