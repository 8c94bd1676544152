import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute } from './route';

describe('routes', () => {
  it.each([
    ['/chat/0', '', { roomId: '0', people: false }],
    ['/chat/1:2', '', { roomId: '1:2', people: false }],
    ['/chat/1%3A2', 'people', { roomId: '1:2', people: true }],
    ['/chat', 'people', { people: true }],
    ['/chat', '', { people: false }],
    ['/', '', { people: false }],
  ])('reads %s?%s', (path, query, route) => {
    expect(parseRoute(path, query)).toEqual(route);
  });

  it.each(['/chat/2:1', '/chat/x', '/chat/%E0%A4%A', '/chat/0/1', '/rooms/0', '/chat/<b>'])(
    'takes %s for no conversation',
    (path) => {
      expect(parseRoute(path).roomId).toBeUndefined();
    },
  );

  it('writes what it reads', () => {
    for (const route of [{ people: false }, { roomId: '0', people: true }, { roomId: '1:2', people: false }]) {
      const [path = '', query] = formatRoute(route).split('?');
      expect(parseRoute(path, query)).toEqual(route);
    }
  });
});
