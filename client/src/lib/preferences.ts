import { useSyncExternalStore } from 'react';
import { z } from 'zod';
import { createStore } from './store';

const preferencesSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  density: z.enum(['comfortable', 'compact']).catch('comfortable'),
  language: z.enum(['system', 'en', 'de']).catch('system'),
  /** Show notifications of the browser for private messages and mentions while the page is hidden. */
  notifications: z.boolean().catch(false),
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

const store = createStore(read());
// Another tab has changed them, or all storage was cleared.
window.addEventListener('storage', ({ key }) => {
  if (key === KEY || key === null) store.set(read());
});

export const preferences = {
  get: store.get,
  subscribe: store.subscribe,
  /** Changes some and keeps them in this browser, where it allows that. */
  change(some: Partial<Preferences>): void {
    const next = { ...store.get(), ...some };
    try {
      window.localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // Full or forbidden: they then live as long as the page.
    }
    store.set(next);
  },
};

/** The current preferences; renders again when they change, in another tab too. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(preferences.subscribe, preferences.get);
}
