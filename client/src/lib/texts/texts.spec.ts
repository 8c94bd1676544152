import { describe, expect, it } from 'vitest';
import { de } from './de';
import { en } from './en';

type Text = string | ((...args: never[]) => string);

/** Every text of a catalogue by its path. */
function flatten(node: object, path = ''): Map<string, Text> {
  const all = new Map<string, Text>();
  for (const [key, value] of Object.entries(node) as [string, Text | object][]) {
    const at = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'object') for (const entry of flatten(value, at)) all.set(...entry);
    else all.set(at, value);
  }
  return all;
}

/** What a text comes out as, for one and for two of what it counts or names. */
function spoken(text: Text): string[] {
  if (typeof text === 'string') return [text];
  const say = text as (...args: unknown[]) => string;
  return [1, 2].map((given) => say(...Array.from({ length: text.length }, () => given)));
}

/** Texts of a catalogue, by their path, that a check finds fault with. */
const faulty = (catalogue: object, check: (said: string) => boolean) =>
  [...flatten(catalogue)].filter(([, text]) => spoken(text).some(check)).map(([path]) => path);

const shapeOf = (catalogue: object) =>
  [...flatten(catalogue)].map(([path, text]) => (typeof text === 'string' ? path : `${path}/${text.length}`)).sort();

describe.each([
  ['English', en],
  ['German', de],
])('the catalogue in %s', (_language, catalogue) => {
  it('has the same texts as the English one, made of the same', () => {
    expect(shapeOf(catalogue)).toEqual(shapeOf(en));
  });

  it('says something everywhere', () => {
    expect(faulty(catalogue, (said) => said.trim() === '' || /undefined|\[object|NaN/.test(said))).toEqual([]);
  });
});

it('has no English left in the German catalogue', () => {
  const english =
    /\b(the|and|you|your|are|is|not|with|to|of|it|this|that|again|sign|messages?|rooms?|people|show|close|loading|try)\b/i;
  expect(faulty(de, (said) => english.test(said))).toEqual([]);
});

it('says du in German', () => {
  expect(faulty(de, (said) => /\b(Ihnen|Ihren?|Sie (haben|können|müssen|sind))\b/.test(said))).toEqual([]);
});
