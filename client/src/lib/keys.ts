import { useEffect, useEffectEvent } from 'react';

interface KeysOptions {
  /** Before everybody else. */
  first?: boolean;
  /** Also what is pressed in a dialog: it is the dialog's alone otherwise. */
  inDialogs?: boolean;
}

/**
 * Whether a key belongs to an input method, as Enter does that takes a candidate. Safari tells of that key after the composition
 * has ended: it is known by its code alone.
 */
export const isComposing = (event: { isComposing: boolean; keyCode: number }): boolean =>
  event.isComposing || event.keyCode === 229;

/** Hears every key pressed on the page that nobody has dealt with (`preventDefault`) and that is no part of composing text. */
export function useKeys(onKey: (event: KeyboardEvent) => void, options: KeysOptions = {}): void {
  const { first = false, inDialogs = false } = options;
  const heard = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || isComposing(event)) return;
    // The browser's own modal dialog: nothing behind it, or opened beneath it, can be reached.
    if (document.querySelector('dialog[open]') !== null) return;
    const inDialog = event.target instanceof Element && event.target.closest('[role="dialog"], [role="menu"]') !== null;
    if (inDialogs || !inDialog) onKey(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => heard(event);
    window.addEventListener('keydown', listener, first);
    return () => window.removeEventListener('keydown', listener, first);
  }, [first]);
}
