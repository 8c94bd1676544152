import { expect, it } from 'vitest';
import { find } from './search';

const names = ['General', 'Zoë', 'ÁLEX', 'Ann Lee', 'Straße', 'Leo', '李雷', 'Charlee'];
const found = (query: string) => find(names, query, (name) => name);

it.each([
  ['zoe', ['Zoë']],
  ['ZOË', ['Zoë']],
  ['alex', ['ÁLEX']],
  ['strasse', ['Straße']],
  ['雷', ['李雷']],
  ['xyz', []],
  ['(', []],
  ['', names],
  ['  ', names],
])('finds by %s', (query, expected) => {
  expect(found(query)).toEqual(expected);
});

it('puts first what begins with it, then what has a word that does', () => {
  expect(found('le')).toEqual(['Leo', 'Ann Lee', 'ÁLEX', 'Charlee']);
});
