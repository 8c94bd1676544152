import { expect, it } from 'vitest';
import { mentions } from './mentions';

it.each([
  ['@Joe', 'Joe'],
  ['hi @joe, how are you?', 'Joe'],
  ['(@JOE)', 'joe'],
  ['@Zoë!', 'Zoe\u0308'],
  ['@a.b*c is here', 'a.b*c'],
  ['**@Joe**', 'Joe'],
])('%s mentions %s', (text, name) => expect(mentions(text, name)).toBe(true));

it.each([
  ['Joe', 'Joe'],
  ['@Joel', 'Joe'],
  ['@Joe_2', 'Joe'],
  ['mail@joe', 'Joe'],
  ['@@joe', 'Joe'],
  ['@aXbc', 'a.b*c'],
  ['@Zoë', 'Zo'],
])('%s does not mention %s', (text, name) => expect(mentions(text, name)).toBe(false));
