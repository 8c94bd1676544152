import { join } from 'node:path';
import { ACTIONS, type Action, type Actor, may, SYSTEM, standing } from '@app/contracts';
import { keys, type Redis, Script } from '@app/redis';
import { startRedis, type TestRedis } from '@app/testing';
import fc from 'fast-check';
import { Rights } from './rights';

const ASKS = Script.load(join(__dirname, 'spec-support'), 'asks');

let server: TestRedis;
let redis: Redis;
let rights: Rights;

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect('commands');
  rights = new Rights(redis);
});
afterAll(() => server?.stop());

const user = fc.constantFrom('1', '2', '12');
const actor: fc.Arbitrary<Actor> = fc.oneof(
  fc.constant(SYSTEM),
  fc.record(
    {
      userId: user,
      kind: fc.constantFrom<Actor['kind']>('user', 'bot'),
      scopes: fc.subarray([...ACTIONS] as string[]),
    },
    { requiredKeys: ['userId', 'kind'] },
  ),
);
const place = fc.constantFrom('0', '7', '1:2', '2:12', '12:13');
const role = fc.constantFrom(null, 'o', 'a', 'm', 'x', 'member', '');
const action = fc.constantFrom<Action>(...ACTIONS);
const room = fc.record({ isPublic: fc.boolean(), isArchived: fc.boolean(), adminsPost: fc.boolean() });

it('scripts and services say the same of everybody in every room', async () => {
  await fc.assert(
    fc.asyncProperty(
      actor,
      action,
      place,
      role,
      fc.option(user, { nil: undefined }),
      fc.option(room, { nil: undefined }),
      role,
      async (who, what, roomId, role, author, rules, subject) => {
        const [members, info] = [keys.roomMembers(roomId), keys.roomInfo(roomId)];
        await redis.del(members, info);
        await redis.hset(members, '13', 'm', ...(role === null ? [] : [who.userId, role]));
        await redis.hset(info, 'name', 'Some room');
        if (rules) {
          const { isPublic, isArchived, adminsPost } = rules;
          await redis.hset(
            info,
            'visibility',
            isPublic ? 'public' : 'private',
            'posting',
            adminsPost ? 'admins' : 'all',
          );
          if (isArchived) await redis.hset(info, 'archivedAt', '1700000000000');
        }
        const known = standing(who, what, roomId);
        const said = await ASKS.run(redis, [members, info], [what, known, who.userId, author ?? '', subject ?? '']);
        expect(said === 1).toBe(may(who, what, roomId, { role, author, room: rules, subject: subject || null }));
        expect(await rights.may(who, what, roomId)).toBe(may(who, what, roomId, { role, room: rules }));
      },
    ),
    { numRuns: 1000 },
  );
});

it('who may not is told no more than that', async () => {
  await redis.del(keys.roomMembers('7'));
  const refused = { code: 'forbidden', message: 'Not a member of this room' };
  for (const roomId of ['7', '8', '2:12']) {
    await expect(rights.require({ userId: '1', kind: 'user' }, 'read', roomId)).rejects.toMatchObject(refused);
  }
  await expect(rights.require(undefined, 'read', '0')).rejects.toMatchObject(refused);
});
