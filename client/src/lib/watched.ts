import { useSyncExternalStore } from 'react';

/** Whether somebody looks at the page: it is in sight, and what they type goes to it. */
export const isWatched = (): boolean => document.visibilityState === 'visible' && document.hasFocus();

function subscribe(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed);
  window.addEventListener('focus', changed);
  window.addEventListener('blur', changed);
  return () => {
    document.removeEventListener('visibilitychange', changed);
    window.removeEventListener('focus', changed);
    window.removeEventListener('blur', changed);
  };
}

/** As `isWatched`; renders again when that changes. */
export const useWatched = (): boolean => useSyncExternalStore(subscribe, isWatched);
