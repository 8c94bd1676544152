import { useSyncExternalStore } from 'react';
import { z } from 'zod';
import { createStore } from './store';

const preferencesSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  density: z.enum(['comfortable', 'compact']).catch('comfortable'),
  language: z.enum(['system', 'en', 'de']).catch('system'),
  /** Show notifications of the browser for private messages and mentions that one does not look at. */
  notifications: z.boolean().catch(false),
  /** That they were offered, whatever the answer was. */
  notificationsOffered: z.boolean().catch(false),
  sound: z.boolean().catch(false),
  /** Rooms that make no noise. */
  mutedRooms: z.array(z.string()).catch([]),
});
/** What somebody has chosen in this browser. */
export type Preferences = z.infer<typeof preferencesSchema>;

const KEY = 'preferences';

function read(): Preferences {
  try {
    return preferencesSchema.parse(JSON.parse(window.localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return preferencesSchema.parse({});
  }
}

/** Keeps them in this browser; where it is full or forbids that, they live as long as the page. */
function keep(all: Preferences): void {
  try {
    window.localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // Said above.
  }
}

const store = createStore(read());
window.addEventListener('storage', ({ key, newValue }) => {
  if (key !== KEY && key !== null) return;
  // Another tab has changed them; or all storage was cleared, as at sign-out, and they are not the user's but the device's.
  if (newValue !== null) store.set(read());
  else keep(store.get());
});

export const preferences = {
  get: store.get,
  subscribe: store.subscribe,
  /** Changes some and keeps them in this browser, where it allows that. */
  change(some: Partial<Preferences>): void {
    const next = { ...store.get(), ...some };
    keep(next);
    store.set(next);
  },
};

/** The current preferences; renders again when they change, in another tab too. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(preferences.subscribe, preferences.get);
}
