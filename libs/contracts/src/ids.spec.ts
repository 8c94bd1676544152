import fc from 'fast-check';
import { directRoomId, directUsers, joinSchema, roomIdSchema, roomKind, userIdSchema } from '.';

const userId = fc.integer({ min: 1, max: 999_999_999_999_999 }).map(String);

describe('a room id', () => {
  it.each(['0', '1', '42', '1:2', '9:10', '2:11', '999999999999999'])('may be %j', (id) => {
    expect(roomIdSchema.parse(id)).toBe(id);
  });

  it.each([
    '',
    ' 0',
    '0\n',
    '00',
    '01',
    '-1',
    '1.5',
    '1e9',
    '٣',
    'x',
    '*',
    '__proto__',
    'constructor',
    '0:1',
    '1:1',
    '2:1',
    '10:9',
    '01:2',
    '1:02',
    '1:2:3',
    '1:',
    ':2',
    '1: 2',
    '1:2\n',
    '1:members',
    '{room:0}:head',
    '9'.repeat(16),
    '1'.repeat(100_000),
  ])('is not %j', (id) => {
    expect(roomIdSchema.safeParse(id).success).toBe(false);
  });

  it.each([0, 1, null, undefined, ['1:2'], { toString: () => '0' }])('is a string, not %j', (id) => {
    expect(roomIdSchema.safeParse(id).success).toBe(false);
  });

  it("may be a number where the demo's client joins", () => {
    expect(joinSchema.parse(0)).toBe('0');
    for (const id of [-1, 0.5, Number.NaN, 1e21, null, [0], {}]) expect(joinSchema.safeParse(id).success).toBe(false);
  });
});

describe('a direct room', () => {
  it('has one id, whoever asks first, and tells its two users', () => {
    fc.assert(
      fc.property(userId, userId, (a, b) => {
        fc.pre(a !== b);
        const id = directRoomId(a, b);
        expect(directRoomId(b, a)).toBe(id);
        expect(roomIdSchema.safeParse(id).success).toBe(true);
        expect(roomKind(id)).toBe('direct');
        expect(directUsers(id)).toEqual([a, b].sort((x, y) => Number(x) - Number(y)));
      }),
    );
  });

  it('is neither General nor a named room', () => {
    expect([roomKind('0'), roomKind('7')]).toEqual(['general', 'named']);
    expect([directUsers('0'), directUsers('7')]).toEqual([undefined, undefined]);
  });
});

it.each(['0', '01', '-1', '1.0', '1:2', ' 1', '1\n', 'x', ''])('%j is no user id', (id) => {
  expect(userIdSchema.safeParse(id).success).toBe(false);
});
