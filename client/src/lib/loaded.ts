import { useEffect, useState } from 'react';

/**
 * A part of the client that is loaded when it is first wanted; once it could not be, it is tried again the next time.
 * @param load always the same function
 */
export function useLoaded<T>(load: () => Promise<T>, wanted: boolean): { part?: T; failed: boolean } {
  const [state, setState] = useState<{ part?: T; failed: boolean }>({ failed: false });

  useEffect(() => {
    if (!wanted) return;
    let current = true;
    load().then(
      (part) => current && setState({ part, failed: false }),
      () => current && setState({ failed: true }),
    );
    return () => {
      current = false;
      setState((before) => (before.failed ? { failed: false } : before));
    };
  }, [load, wanted]);

  return state;
}
