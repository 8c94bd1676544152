import { useEffect, useEffectEvent } from 'react';

/**
 * Hears every key pressed on the page that nobody has dealt with (`preventDefault`) and that is no part of composing text.
 * @param options `first`: before everybody else
 */
export function useKeys(onKey: (event: KeyboardEvent) => void, options: { first?: boolean } = {}): void {
  const { first = false } = options;
  const heard = useEffectEvent((event: KeyboardEvent) => {
    if (!event.defaultPrevented && !event.isComposing) onKey(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => heard(event);
    window.addEventListener('keydown', listener, first);
    return () => window.removeEventListener('keydown', listener, first);
  }, [first]);
}
