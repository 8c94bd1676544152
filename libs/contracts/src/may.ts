import type { Actor } from './actor';
import type { Action } from './define';
import { ChatError } from './errors';
import { directUsers, GENERAL } from './ids';

/** What the members hash of a named room holds of somebody who was sent away for good: as nothing at all. */
export const BANNED = 'x';

/** What is known of somebody in a room. */
export interface Membership {
  /** What a named room's members hash holds of them; null or absent: nothing. */
  role?: string | null | undefined;
  /** Of the message that is edited or deleted. */
  author?: string | undefined;
}

/** What can be said without the members hash: `members`, it decides. Scripts take it (`may.lua`). */
export type Standing = 'system' | 'in' | 'members' | 'out';

/** How an actor stands in a room by what both are alone. */
export function standing(actor: Actor | undefined, action: Action, roomId: string): Standing {
  if (!actor || (actor.scopes && !actor.scopes.includes(action))) return 'out';
  if (actor.kind === 'system') return 'system';
  if (roomId === GENERAL) return 'in';
  const users = directUsers(roomId);
  if (users) return users.includes(actor.userId) ? 'in' : 'out';
  return 'members';
}

/** Whether an actor may do something in a room: the rule, for services, which decide, and for who shows what would be refused. */
export function may(
  actor: Actor | undefined,
  action: Action,
  roomId: string,
  { role, author }: Membership = {},
): boolean {
  const known = standing(actor, action, roomId);
  const isIn = known === 'members' ? typeof role === 'string' && role !== BANNED : known !== 'out';
  return isIn && ((action !== 'edit' && action !== 'delete') || author === actor?.userId);
}

/** The one answer to who is not in a room, whether there is one or not. */
export const notAMember = () => new ChatError('forbidden', 'Not a member of this room');

/**
 * As `standing`, where nothing is to be asked or done for who is out.
 * @throws ChatError `forbidden`
 */
export function requireStanding(actor: Actor | undefined, action: Action, roomId: string): Standing {
  const known = standing(actor, action, roomId);
  if (known === 'out') throw notAMember();
  return known;
}
