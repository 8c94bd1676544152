import { useCallback, useSyncExternalStore } from 'react';

/** Two panes side by side; the same width stands in chat-page.module.css. */
export const TWO_PANES = '(min-width: 720px)';
/** Room for the people as a third pane. */
export const THREE_PANES = '(min-width: 1024px)';
/** A mouse or the like: focusing a text field opens no keyboard on the screen. */
export const FINE_POINTER = '(pointer: fine)';

/** Whether a media query holds; renders again when that changes. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}
