import fc from 'fast-check';
import { boundedUsers, following } from './bounded-users';

it('gives everybody once, page by page, by number, and what is no id never', () => {
  const users = fc.uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 1e6 }).map(String), username: fc.string() }), {
    selector: ({ id }) => id,
    maxLength: 60,
  });
  fc.assert(
    fc.property(users, fc.integer({ min: 1, max: 2000 }), (all, bytes) => {
      const names = new Map(all.map(({ id, username }) => [id, username]));
      const found: string[] = [];
      for (let after: string | undefined, pages = 0; ; pages++) {
        expect(pages).toBeLessThanOrEqual(all.length);
        const ids = following([...names.keys(), '', 'x', '01', '-1', '1e3', 'Infinity'], after);
        const { users: some, next } = boundedUsers(
          ids.map((id) => ({ id, username: names.get(id) ?? '' })),
          bytes,
        );
        if (some.length > 1)
          expect(Buffer.byteLength(some.map(({ username }) => username).join(''))).toBeLessThanOrEqual(bytes);
        found.push(...some.map(({ id }) => id));
        if (next === undefined) break;
        after = next;
      }
      expect(found).toEqual([...names.keys()].sort((a, b) => Number(a) - Number(b)));
    }),
  );
});
