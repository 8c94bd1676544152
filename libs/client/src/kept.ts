/** Deletes what this device keeps of everybody but one user; of everybody when no id is given. */
export type Forget = (butUserId: string | undefined) => void | Promise<void>;

const forgetters = new Set<Forget>();

/**
 * Whoever keeps something of a user on the device beyond the page (unsent messages, drafts, rooms) says here how it is
 * forgotten: when somebody signs out everything is, and when somebody signs in what others have left.
 * @returns what takes it back
 */
export function forgetAtSignOut(forget: Forget): () => void {
  forgetters.add(forget);
  return () => forgetters.delete(forget);
}

/** Has everybody forget; one who cannot keeps nobody else from it. @param butUserId whose things stay */
export async function forgetKept(butUserId?: string): Promise<void> {
  await Promise.allSettled([...forgetters].map(async (forget) => forget(butUserId)));
}

/** Removes of a storage what has a prefix and an id of another user behind it. */
export function removeOthers(storage: Storage | undefined, prefix: string, butUserId: string | undefined): void {
  if (!storage) return;
  const names = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '');
  const spared = butUserId === undefined ? undefined : `${prefix}${butUserId}:`;
  for (const name of names) {
    if (name.startsWith(prefix) && !(spared && name.startsWith(spared))) storage.removeItem(name);
  }
}
