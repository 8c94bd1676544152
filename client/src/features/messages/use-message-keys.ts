import type { Entry } from '@app/client';
import type { KeyboardEvent, RefObject } from 'react';
import { isComposing } from '../../lib/keys';
import type { Acts } from './use-acts';

/** What keys do at a message that has the focus: the arrows go to others, E edits, Del deletes, the menu key opens its menu. */
export function useMessageKeys(box: RefObject<HTMLElement | null>, entries: readonly Entry[], acts: Acts) {
  const act = (event: KeyboardEvent, line: HTMLElement, entry: Entry): boolean => {
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      if (!entry.deleted) acts.openMenu(entry, line.getBoundingClientRect());
      return true;
    }
    if (event.shiftKey) return false;
    if (event.key === 'Delete' && acts.canRemove(entry)) acts.remove(entry);
    else if (event.key.toLowerCase() === 'e' && acts.canEdit(entry)) acts.edit(entry);
    else return false;
    return true;
  };

  return (event: KeyboardEvent<HTMLElement>) => {
    const line = event.target as HTMLElement;
    const { index } = line.dataset;
    if (index === undefined || event.altKey || event.ctrlKey || event.metaKey || isComposing(event.nativeEvent)) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step !== undefined) {
      const next = Math.min(Math.max(0, Number(index) + step), entries.length - 1);
      event.preventDefault();
      box.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus();
      return;
    }
    const entry = entries[Number(index)];
    if (entry && act(event, line, entry)) event.preventDefault();
  };
}
