import { type Actor, SYSTEM, userActor } from './actor';
import { ACTIONS, type Action, call } from './define';
import { CALLS } from './features';
import { type Membership, may, requireStanding, standing } from './may';
import { RIGHTS, type Role } from './rights';

const ann = userActor('1');
const bot: Actor = { userId: '1', kind: 'bot' };
const reader: Actor = { ...bot, scopes: ['join', 'read'] };
const stranger = userActor('12');

/** What is done everywhere, but to messages of one's own. */
const COMMON: readonly Action[] = ACTIONS.filter((action) => RIGHTS[action].everywhere && !RIGHTS[action].author);
const ALWAYS = ACTIONS.filter((action) => RIGHTS[action].everywhere);
const ALL: readonly Action[] = ACTIONS.filter((action) => !RIGHTS[action].author);
/** What a member of a named room may do, besides. */
const MEMBERS: readonly Action[] = [...COMMON, 'look', 'add', 'enter'];
const inOrder = (actions: readonly string[]) => ACTIONS.filter((action) => actions.includes(action));
const allowed = (actor: Actor | undefined, roomId: string, membership?: Membership) =>
  ACTIONS.filter((action) => may(actor, action, roomId, membership));

describe('in a room', () => {
  it.each<[string, Actor | undefined, string, Membership, readonly Action[]]>([
    ['General is everybody’s', stranger, '0', {}, COMMON],
    ['but a visitor’s', undefined, '0', {}, []],
    ['a direct room is its two users’', ann, '1:2', {}, COMMON],
    ['and of nobody whose id only looks like one of theirs', stranger, '1:2', {}, []],
    ['whatever its members hash says', stranger, '1:2', { role: 'm' }, []],
    ['a named room is its members’', ann, '7', { role: 'm' }, MEMBERS],
    ['whatever they are called there', ann, '7', { role: 'some later role' }, MEMBERS],
    ['and nobody else’s', ann, '7', { role: null }, []],
    ['nor of who is not known to be one', ann, '7', {}, []],
    ['nor of who was sent away', ann, '7', { role: 'x' }, []],
    ['a message is its author’s to change', ann, '1:2', { author: '1' }, ALWAYS],
    ['and nobody else’s', ann, '1:2', { author: '2' }, COMMON],
    ['not even its author’s who is no member any more', ann, '7', { author: '1' }, []],
    ['a bot is like its user', bot, '7', { role: 'm', author: '1' }, [...MEMBERS, 'edit', 'delete']],
    ['within its scopes', reader, '7', { role: 'm', author: '1' }, ['join', 'read']],
    ['which give nothing that its user may not', reader, '7', {}, []],
    ['the system is in all of them', SYSTEM, '7', {}, ALL],
    ['and changes nobody’s words', SYSTEM, '7', { author: '1' }, ALL],
  ])('%s', (_, actor, roomId, membership, actions) => {
    expect(allowed(actor, roomId, membership)).toEqual(inOrder(actions));
  });
});

describe('in a named room', () => {
  const room = (more: NonNullable<Membership['room']> = {}) => ({ isPublic: true, ...more });
  const ADMINS = [...MEMBERS, 'manage', 'remove', 'ban', 'banned'];
  const OWNERS = [...ADMINS, 'appoint', 'hand', 'flip', 'archive'];
  const NOT_ARCHIVED = ['send', 'typing', 'enter', 'add', 'manage', 'flip'];
  const without = (actions: readonly string[], ...others: string[]) => actions.filter((one) => !others.includes(one));

  it.each<[string, Membership, readonly string[]]>([
    ['everybody looks at a public one and joins it', { room: room() }, ['look', 'enter']],
    ['nobody joins an archived one', { room: room({ isArchived: true }) }, ['look']],
    ['who was banned looks and does no more', { role: 'x', room: room() }, ['look']],
    ['nobody knows of a private one', { room: room({ isPublic: false }) }, []],
    ['who was banned knows of no private one', { role: 'x' }, []],
    ['a member', { role: 'm', room: room() }, MEMBERS],
    ['an admin', { role: 'a', room: room() }, ADMINS],
    ['an owner', { role: 'o' }, OWNERS],
    ['a member where admins post', { role: 'm', room: { adminsPost: true } }, without(MEMBERS, 'send', 'typing')],
    ['an admin where admins post', { role: 'a', room: { adminsPost: true } }, ADMINS],
    ['an owner of an archived one', { role: 'o', room: { isArchived: true } }, without(OWNERS, ...NOT_ARCHIVED)],
  ])('%s', (_, membership, actions) => {
    expect(allowed(ann, '7', membership)).toEqual(inOrder(actions));
  });

  it('one does it only to who is less', () => {
    const over = (role: Role) =>
      ['o', 'a', 'm', 'x', null].map((subject) => may(ann, 'remove', '7', { role: role[0] ?? '', subject }));
    expect(over('owner')).toEqual([false, true, true, true, true]);
    expect(over('admin')).toEqual([false, false, true, true, true]);
    expect(over('member')).toEqual([false, false, false, false, false]);
  });
});

it('only a named room needs its members hash', () => {
  expect(['0', '1:2', '2:3', '7'].map((id) => standing(ann, 'send', id))).toEqual(['in', 'in', 'out', 'members']);
  expect(standing(SYSTEM, 'send', '7')).toBe('system');
});

it('who is out is told the same, whether there is such a room or not', () => {
  for (const id of ['2:3', '2:999999999']) {
    expect(() => requireStanding(ann, 'read', id)).toThrow(
      expect.objectContaining({ code: 'forbidden', message: 'Not a member of this room' }),
    );
  }
  expect(requireStanding(ann, 'read', '7')).toBe('members');
});

it('a call names an action that there is, and each is of a call', () => {
  const asked = new Set<string>(Object.values(CALLS).map(({ may }) => may));
  expect(ACTIONS.filter((action) => !asked.has(action))).toEqual([]);
  const { request, answer, doc } = CALLS.typing;
  // @ts-expect-error: misspelled
  call({ request, answer, doc, may: 'typping' });
});
