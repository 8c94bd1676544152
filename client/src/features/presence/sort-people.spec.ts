import { expect, it } from 'vitest';
import { sortPeople } from './sort-people';

it('puts those online first, each by name, and trusts what is live', () => {
  const people = [
    { id: '1', username: 'pablo', online: true },
    { id: '2', username: 'Joe', online: false },
    { id: '3', username: 'Álex', online: false },
  ];
  const names = new Map([['9', 'Bea']]);
  const sorted = sortPeople(people, new Set(['2', '3', '9', '10']), (id) => names.get(id));
  expect(sorted.online.map((person) => person.username)).toEqual(['Álex', 'Bea', 'Joe']);
  expect(sorted.offline).toEqual([{ id: '1', username: 'pablo', online: false }]);
});
