import type { RefObject } from 'react';
import { useKeys } from '../lib/keys';
import { takesText } from '../lib/platform';

/** What is typed where it would go nowhere is typed into the field where one writes. */
export function useTypingAnywhere(field: RefObject<HTMLTextAreaElement | null>): void {
  useKeys((event) => {
    const { key, target } = event;
    const isCommand = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState('AltGraph');
    // The space bar presses buttons, and scrolls.
    const isText = key === 'Dead' || ([...key].length === 1 && key !== ' ');
    if (isCommand || !isText || takesText(target)) return;
    // The browser then writes the key there.
    field.current?.focus();
  });
}
