/** Something of a user's that this browser keeps until they sign out. */
export interface Kept {
  /** How much of it the user would miss. */
  count(userId: string): number;
  forget(userId: string): void;
}

const all = new Set<Kept>();

/** Whoever keeps something of a user's in this browser says so here: it is gone once they have signed out. */
export function keepOnDevice(kept: Kept): void {
  all.add(kept);
}

/** How much that was never sent would be lost by signing out. */
export const wouldBeLost = (userId: string): number => [...all].reduce((sum, kept) => sum + kept.count(userId), 0);

/** Forgets all that is kept of a user: they have signed out. */
export function forgetOnDevice(userId: string): void {
  for (const kept of all) kept.forget(userId);
}
