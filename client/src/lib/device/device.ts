import { forgetAtSignOut, type KeptChat } from '@app/client';
import type { User } from '@app/contracts';
import type { Chat } from '../chat';

/** A user whose chat this browser has kept, and what of it. */
export interface Remembered {
  user: User;
  kept: KeptChat;
}

/** Keeps the last rooms and messages of who is signed in on the device, for when the server cannot be reached. */
export interface Device {
  /** What is kept of the one who is signed in here; undefined: nothing that could be used. */
  load(): Promise<Remembered | undefined>;
  /** Keeps what a chat knows from now on. @returns what ends it */
  follow(user: User, chat: Chat): () => void;
  /** Deletes what is kept of a user: the session has ended. */
  drop(userId: string): Promise<void>;
  /** Deletes what is kept of everybody but one. */
  forget(butUserId?: string): Promise<void>;
}

/** Before a user's id: the name of the database, and of the storage's item with the user's name, which says that there is one. */
const PREFIX = 'redis-chat:kept:';

export const databaseName = (userId: string): string => PREFIX + userId;

/** Whether a user's chat may be kept here: not any more once they have signed out, in whichever tab. */
export const isRemembered = (userId: string): boolean => remembered().includes(userId);

// What reads and writes is loaded when there is something to read or write.
export const device: Device = {
  async load() {
    const [id, another] = remembered();
    if (id === undefined || another !== undefined) return undefined;
    const username = localStorage.getItem(PREFIX + id) ?? '';
    const { readSoon } = await import('./database');
    const kept = await readSoon(id);
    return kept && isRemembered(id) ? { user: { id, username }, kept } : undefined;
  },

  follow({ id, username }, chat) {
    attempt(() => localStorage.setItem(PREFIX + id, username));
    const keeper = import('./keeper').then(({ keep }) => keep(chat));
    // Without it nothing is kept; the next page tries again.
    return () => void keeper.then((stop) => stop()).catch(() => undefined);
  },

  async drop(userId) {
    // First this, so that no tab writes again.
    attempt(() => localStorage.removeItem(PREFIX + userId));
    await new Promise<unknown>((resolve) => {
      const request = attempt(() => indexedDB.deleteDatabase(databaseName(userId)));
      // Whoever holds it up has it open for a moment alone.
      if (request) request.onsuccess = request.onerror = request.onblocked = resolve;
      else resolve(undefined);
    });
  },

  async forget(butUserId) {
    await Promise.all(remembered().map((id) => id !== butUserId && device.drop(id)));
  },
};

forgetAtSignOut(device.forget);

/** Ids of the users whose chats are kept; more than one where something went wrong. */
function remembered(): string[] {
  const keys = attempt(() => Object.keys(localStorage)) ?? [];
  return keys.filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
}

/** No storage, or none that may be used. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
