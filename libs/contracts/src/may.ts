import type { Actor } from './actor';
import type { Action } from './define';
import { ChatError } from './errors';
import { directUsers, GENERAL } from './ids';
import { BANNED, RIGHTS, rankOf } from './rights';

const LEAST = { visitor: 0, member: 1, admin: 2, owner: 3 } as const;

/** What a named room is, as far as it says who may do what; absent: private, and as any other. */
export interface RoomRules {
  isPublic?: boolean;
  isArchived?: boolean;
  /** Only admins and the owner post. */
  adminsPost?: boolean;
}

/** What is known of somebody in a room. */
export interface Membership {
  /** What a named room's members hash holds of them; null or absent: nothing. */
  role?: string | null | undefined;
  /** Of the message that is edited or deleted. */
  author?: string | undefined;
  room?: RoomRules | undefined;
  /** What the members hash holds of whom it is done to. */
  subject?: string | null | undefined;
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
export function may(actor: Actor | undefined, action: Action, roomId: string, membership: Membership = {}): boolean {
  const known = standing(actor, action, roomId);
  const right = RIGHTS[action];
  if (known === 'out' || (right.author && membership.author !== actor?.userId)) return false;
  if (known === 'system') return true;
  if (known === 'in') return right.everywhere === true;
  const { role, room = {}, subject } = membership;
  const rank = rankOf(role);
  if (rank < LEAST[right.least] || (rank === 0 && !room.isPublic)) return false;
  if (right.live && room.isArchived) return false;
  if (right.posts && room.adminsPost && rank < LEAST.admin) return false;
  if (right.welcome && role === BANNED) return false;
  return !right.above || rank > rankOf(subject);
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

/** The one answer to who may not know a named room, whether there is one or not. */
export const noSuchRoom = () => new ChatError('not_found', 'No such room');
