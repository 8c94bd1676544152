import { forgetAtSignOut, type KeptChat } from '@app/client';
import type { User } from '@app/contracts';
import type { Chat } from '../chat';
import { forgetUser, isRemembered, remember, remembered, usernameOf } from './whose';

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
  attach(user: User, chat: Chat): () => void;
  /** Deletes what is kept of a user: the session has ended. */
  forgetUser(userId: string): Promise<void>;
  /** Deletes what is kept of everybody but one. */
  forget(butUserId?: string): Promise<void>;
}

// What reads and writes is loaded when there is something to read or write.
export const device: Device = {
  async load() {
    const [id, another] = remembered();
    if (id === undefined || another !== undefined) return undefined;
    const username = usernameOf(id);
    const { readSoon } = await import('./database');
    const kept = await readSoon(id);
    return kept && isRemembered(id) ? { user: { id, username }, kept } : undefined;
  },

  attach({ id, username }, chat) {
    remember(id, username);
    // Without it, as when the network goes meanwhile, nothing is kept; the next page tries again.
    const keeper = import('./keeper').then(({ keep }) => keep(chat)).catch(() => undefined);
    return () => void keeper.then((stop) => stop?.());
  },

  forgetUser,

  async forget(butUserId) {
    await Promise.all(remembered().map((id) => id !== butUserId && forgetUser(id)));
  },
};

forgetAtSignOut(device.forget);
