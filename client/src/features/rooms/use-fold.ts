import type { RoomListItem } from '@app/client';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from 'react';

/** What stands at the top of the list and covers it, in px. */
const COVERED_PX = 44;

/**
 * Keeps the open room in sight when another is opened, and counts the rooms with something unread that are out of sight.
 * @param root what holds the lines; it lies in what scrolls
 */
export function useFold(
  root: RefObject<HTMLElement | null>,
  current: string | undefined,
  rooms: readonly RoomListItem[],
) {
  const [beyond, setBeyond] = useState({ above: 0, below: 0 });
  const isHere = rooms.some(({ id }) => id === current);

  const look = useCallback(() => {
    const { above, below } = outOfSight(root.current);
    setBeyond((before) =>
      before.above === above.length && before.below === below.length
        ? before
        : { above: above.length, below: below.length },
    );
  }, [root]);

  useLayoutEffect(() => {
    if (current !== undefined && isHere) reveal(root.current?.querySelector('[aria-current="page"]'), 'nearest');
  }, [root, current, isHere]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a line may have become unread, or another place
  useLayoutEffect(look, [look, rooms, current]);

  useEffect(() => {
    const scroller = scrollerOf(root.current);
    if (scroller === null) return;
    const observer = new ResizeObserver(look);
    observer.observe(scroller);
    scroller.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener('scroll', look);
    };
  }, [root, look]);

  return {
    ...beyond,
    /** Shows the nearest one. */
    goUp: () => reveal(outOfSight(root.current).above.at(-1), 'center'),
    goDown: () => reveal(outOfSight(root.current).below[0], 'center'),
  };
}

function reveal(line: Element | null | undefined, block: ScrollLogicalPosition): void {
  line?.scrollIntoView?.({ block });
}

/** The unread rooms above and below what is in sight, in order. */
function outOfSight(root: HTMLElement | null): { above: Element[]; below: Element[] } {
  const scroller = scrollerOf(root);
  if (root === null || scroller === null) return { above: [], below: [] };
  const { top, bottom } = scroller.getBoundingClientRect();
  const unread = [...root.querySelectorAll('[data-unread="true"]')];
  const middle = (line: Element) => {
    const box = line.getBoundingClientRect();
    return (box.top + box.bottom) / 2;
  };
  return {
    above: unread.filter((line) => middle(line) < top + COVERED_PX),
    below: unread.filter((line) => middle(line) > bottom),
  };
}

/** What the lines are scrolled in. */
function scrollerOf(root: HTMLElement | null): HTMLElement | null {
  let element = root?.parentElement ?? null;
  while (element && !/auto|scroll/.test(getComputedStyle(element).overflowY)) element = element.parentElement;
  return element;
}
