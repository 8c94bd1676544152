import type { Action } from './define';

/** What somebody is in a named room, from least to most. */
export const ROLES = ['member', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** What a named room's members hash holds of somebody who was sent away for good: as nothing at all. */
export const BANNED = 'x';
/** How the members hash spells a role. */
export const ROLE_LETTERS = { member: 'm', admin: 'a', owner: 'o' } as const satisfies Record<Role, string>;

/** How far up somebody is, by what the members hash holds of them; 0: they are no member. What is not known here is a member. */
export function rankOf(letter: string | null | undefined): number {
  if (typeof letter !== 'string' || letter === BANNED) return 0;
  return letter === ROLE_LETTERS.owner ? 3 : letter === ROLE_LETTERS.admin ? 2 : 1;
}
/** What a letter of the members hash means; null: no member. */
export const roleOf = (letter: string | null | undefined): Role | null => ROLES[rankOf(letter) - 1] ?? null;

/** What it takes to do something. */
interface Right {
  /** The least that one must be in a named room; `visitor`: nothing, where the room is public. */
  least: 'visitor' | Role;
  /** In General and in direct rooms too, by everybody who is there; else in named rooms alone. */
  everywhere?: true;
  /** Not in a room that is archived. */
  live?: true;
  /** By admins alone where the room says that only they post. */
  posts?: true;
  /** By the author of the message alone. */
  author?: true;
  /** To those alone who are less in the room than oneself. */
  above?: true;
  /** Not by who was banned. */
  welcome?: true;
}

/** Who may do what in a room; `may` and `may.lua` read it, each for itself. */
export const RIGHTS: Readonly<Record<Action, Right>> = {
  join: { least: 'member', everywhere: true },
  read: { least: 'member', everywhere: true },
  mark: { least: 'member', everywhere: true },
  send: { least: 'member', everywhere: true, live: true, posts: true },
  edit: { least: 'member', everywhere: true, live: true, author: true },
  // One may always take one's own words back.
  delete: { least: 'member', everywhere: true, author: true },
  typing: { least: 'member', everywhere: true, live: true, posts: true },
  look: { least: 'visitor' },
  enter: { least: 'visitor', live: true, welcome: true },
  add: { least: 'member', live: true },
  remove: { least: 'admin', above: true },
  ban: { least: 'admin', above: true },
  banned: { least: 'admin' },
  appoint: { least: 'owner', above: true },
  hand: { least: 'owner' },
  manage: { least: 'admin', live: true },
  flip: { least: 'owner', live: true },
  archive: { least: 'owner' },
};
