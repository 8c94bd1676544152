import { type Actor, SYSTEM, userActor } from './actor';
import { ACTIONS, type Action, call } from './define';
import { CALLS } from './features';
import { type Membership, may, requireStanding, standing } from './may';

const ann = userActor('1');
const bot: Actor = { userId: '1', kind: 'bot' };
const reader: Actor = { ...bot, scopes: ['join', 'read'] };
const stranger = userActor('12');

const OTHERS: readonly Action[] = ACTIONS.filter((action) => action !== 'edit' && action !== 'delete');
const allowed = (actor: Actor | undefined, roomId: string, membership?: Membership) =>
  ACTIONS.filter((action) => may(actor, action, roomId, membership));

describe('in a room', () => {
  it.each<[string, Actor | undefined, string, Membership, readonly Action[]]>([
    ['General is everybody’s', stranger, '0', {}, OTHERS],
    ['but a visitor’s', undefined, '0', {}, []],
    ['a direct room is its two users’', ann, '1:2', {}, OTHERS],
    ['and of nobody whose id only looks like one of theirs', stranger, '1:2', {}, []],
    ['whatever its members hash says', stranger, '1:2', { role: 'm' }, []],
    ['a named room is its members’', ann, '7', { role: 'm' }, OTHERS],
    ['whatever they are called there', ann, '7', { role: 'some later role' }, OTHERS],
    ['and nobody else’s', ann, '7', { role: null }, []],
    ['nor of who is not known to be one', ann, '7', {}, []],
    ['nor of who was sent away', ann, '7', { role: 'x' }, []],
    ['a message is its author’s to change', ann, '1:2', { author: '1' }, ACTIONS],
    ['and nobody else’s', ann, '1:2', { author: '2' }, OTHERS],
    ['not even its author’s who is no member any more', ann, '7', { author: '1' }, []],
    ['a bot is like its user', bot, '7', { role: 'm', author: '1' }, ACTIONS],
    ['within its scopes', reader, '7', { role: 'm', author: '1' }, ['join', 'read']],
    ['which give nothing that its user may not', reader, '7', {}, []],
    ['the system is in all of them', SYSTEM, '7', {}, OTHERS],
    ['and changes nobody’s words', SYSTEM, '7', { author: '1' }, OTHERS],
  ])('%s', (_, actor, roomId, membership, actions) => {
    expect(allowed(actor, roomId, membership)).toEqual(actions);
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
