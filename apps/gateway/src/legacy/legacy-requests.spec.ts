import { parse } from '@app/contracts';
import { loadConfig } from '@app/service';
import { demoIds, demoPage, demoRoomSchema } from './legacy-requests';

const invalid = expect.objectContaining({ code: 'invalid' });

describe('?ids[]=…', () => {
  it.each([
    ['/users?ids[]=1&ids[]=2', ['1', '2']],
    ['/users?ids%5B%5D=1&ids%5B%5D=2', ['1', '2']],
    ['/users?ids[0]=1&ids[1]=2', ['1', '2']],
    ['/users?ids[]=2&ids[]=2&x=1', ['2']],
    ['/users?ids[]=x&ids[]=0&ids[]=-1&ids[]=1:2&ids[]=', []],
    ['/users', undefined],
    ['/users?ids=1', undefined],
    ['/users?ids[x]=1&ids[__proto__]=1&xids[]=1', undefined],
  ])('%s names %j', (url, ids) => {
    expect(demoIds(url)).toEqual(ids);
  });

  it('names 500 at most', () => {
    const query = Array.from({ length: 2000 }, (_, i) => `ids[]=${i + 1}`).join('&');
    expect(demoIds(`/users?${query}`)).toHaveLength(500);
  });
});

describe('a page', () => {
  const config = loadConfig({ PAGE_SIZE: '40', DEMO_PAGE_MAX: '100' });

  it.each([
    [{}, { offset: 0, size: 40 }],
    [
      { offset: '15', size: '15' },
      { offset: 15, size: 15 },
    ],
    [
      { offset: '0', size: '99999999' },
      { offset: 0, size: 100 },
    ],
    [
      { offset: '5', more: 'x' },
      { offset: 5, size: 40 },
    ],
  ])('%j is %j', (query, page) => {
    expect(demoPage(query, config)).toEqual(page);
  });

  it.each([
    { offset: '-1' },
    { offset: 'x' },
    { offset: '1e400' },
    { offset: '0.5' },
    { offset: ['1', '2'] },
    { size: '0' },
  ])('%j is invalid', (query) => {
    expect(() => demoPage(query, config)).toThrow(invalid);
  });
});

it('a room is asked for with numbers or texts', () => {
  expect(parse(demoRoomSchema, { user1: 2, user2: '1', more: 1 })).toEqual({ user1: '2', user2: '1' });
  for (const body of [
    [],
    { user1: 1 },
    { user1: 1, user2: 0 },
    { user1: 1, user2: 1.5 },
    { user1: '1', user2: '02' },
  ]) {
    expect(() => parse(demoRoomSchema, body)).toThrow(invalid);
  }
});
