import { type Forget, forgetAtSignOut } from '@app/client';

/** Something of users' that this browser keeps until they sign out. */
export interface Kept {
  /** How much of it a user would miss; all users together when none is given. */
  count(userId: string | undefined): number;
  forget: Forget;
}

const all = new Set<Kept>();

/** Whoever keeps something of a user's in this browser says so here: it is gone once they have signed out. */
export function keepOnDevice(kept: Kept): void {
  all.add(kept);
  forgetAtSignOut(kept.forget);
}

/** How much that was never sent would be lost by signing out; by somebody else's signing in, when no user is given. */
export const wouldBeLost = (userId?: string): number => [...all].reduce((sum, kept) => sum + kept.count(userId), 0);

/** Before a user's id and a room's, the name of a text that is not sent yet. */
export const DRAFT_PREFIX = 'redis-chat:draft:';

/** All texts that are not sent yet and outlive the page. */
export function draftsInBrowser(): string[] {
  try {
    const names = Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i) ?? '');
    return names.filter((name) => name.startsWith(DRAFT_PREFIX)).map((name) => localStorage.getItem(name) ?? '');
  } catch {
    return [];
  }
}
