/** Before a user's id: the name of the database, and of the storage's item with the user's name, which says that there is one. */
const PREFIX = 'redis-chat:kept:';

export const databaseName = (userId: string): string => PREFIX + userId;

/** Ids of the users whose chats are kept; more than one where something went wrong. */
export function remembered(): string[] {
  const keys = attempt(() => Object.keys(localStorage)) ?? [];
  return keys.filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
}

/** Whether a user's chat may be kept here: not any more once they have signed out, in whichever tab. */
export const isRemembered = (userId: string): boolean => remembered().includes(userId);

/** What a remembered user is called. */
export const usernameOf = (userId: string): string => attempt(() => localStorage.getItem(PREFIX + userId)) ?? '';

/** A user's chat is kept here from now on. */
export function remember(userId: string, username: string): void {
  attempt(() => localStorage.setItem(PREFIX + userId, username));
}

/** Deletes what is kept of a user. */
export async function forgetUser(userId: string): Promise<void> {
  // First this, so that no tab writes again.
  attempt(() => localStorage.removeItem(PREFIX + userId));
  await new Promise<unknown>((resolve) => {
    const request = attempt(() => indexedDB.deleteDatabase(databaseName(userId)));
    // Whoever holds it up has it open for a moment alone.
    if (request) request.onsuccess = request.onerror = request.onblocked = resolve;
    else resolve(undefined);
  });
}

/** No storage, or none that may be used. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
