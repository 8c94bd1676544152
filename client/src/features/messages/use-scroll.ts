import type { RoomView } from '@app/client';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { useChat } from '../../lib/chat';
import { isAtEnd } from './scroll';
import { PLACE_PX, usePlace } from './use-place';

/**
 * Keeps the newest in sight for whoever is there, as long as nothing new goes by that they cannot have read. For whoever
 * reads further up, the list itself leaves everything in its place.
 * @param atEnd kept current: whether the newest is in sight, or will be
 * @param start index of the message to begin with; undefined: the newest
 * @param line index of the message that the line above what is new stands above
 * @param marginPx what stands above the first message
 */
export function useScroll(
  box: RefObject<HTMLElement | null>,
  list: RefObject<VirtualizerHandle | null>,
  view: RoomView,
  atEnd: RefObject<boolean>,
  start: number | undefined,
  line: number | undefined,
  marginPx: number,
) {
  const chat = useChat();
  const top = useRef(0);
  const newest = useRef<string>(undefined);
  const shown = useRef<number>(undefined);
  const [away, setAway] = useState(start !== undefined);
  const { entries, stretch, around, hasNewer } = view;
  const { bring, letGo, isBringing } = usePlace(box, list, entries, marginPx);
  /** The first message in sight, how far below the upper edge it is, and in which width that was. */
  const reading = useRef<{ index: number; px: number; width: number }>(undefined);

  const look = useCallback(() => {
    if (box.current === null) return;
    const { scrollTop, clientWidth } = box.current;
    // In another width that is to be found again first.
    if (list.current && (reading.current?.width ?? clientWidth) === clientWidth) {
      const index = list.current.findItemIndex(scrollTop - marginPx);
      reading.current = { index, px: list.current.getItemOffset(index) + marginPx - scrollTop, width: clientWidth };
    }
    // Only the reader scrolls up; being far from the end for another reason means that the end has moved.
    if (hasNewer) atEnd.current = false;
    else if (isAtEnd(box.current)) atEnd.current = true;
    else if (scrollTop < top.current) atEnd.current = false;
    top.current = scrollTop;
    setAway(!atEnd.current);
  }, [box, list, atEnd, hasNewer, marginPx]);

  const toEnd = useCallback(() => {
    letGo();
    if (box.current === null) return;
    box.current.scrollTop = box.current.scrollHeight;
    atEnd.current = !hasNewer;
    look();
  }, [box, atEnd, hasNewer, look, letGo]);

  const toMessage = useCallback(
    (index: number) => {
      atEnd.current = false;
      bring(index);
      look();
    },
    [bring, atEnd, look],
  );

  useLayoutEffect(() => {
    const isTurned = shown.current !== stretch;
    const begins = shown.current === undefined ? start : undefined;
    shown.current = stretch;
    const last = entries.at(-1);
    const before = newest.current;
    newest.current = last?.key;
    const justWritten = last?.state === 'sending' && last.from === chat.user.id && last.key !== before;
    if (isTurned) {
      const there = begins ?? entries.findIndex(({ id }) => id !== undefined && id === around);
      if (there >= 0) toMessage(there);
      else toEnd();
    } else if (justWritten) {
      toEnd();
    } else if (atEnd.current) {
      // In a hidden page what came since is new, else what came in this moment.
      const first = document.hidden ? line : last?.key === before ? undefined : indexAfter(entries, before);
      if (first !== undefined && isHigher(list.current, first, entries.length, box.current)) toMessage(first);
      else toEnd();
    }
  }, [entries, stretch, around, start, line, chat.user.id, box, list, atEnd, toEnd, toMessage]);

  // A growing text field, a keyboard on the screen, a narrower window, a message that turns out to be higher.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const { current: place } = reading;
      const isReflowed = place !== undefined && place.width !== element.clientWidth;
      if (isReflowed) place.width = element.clientWidth;
      if (atEnd.current) toEnd();
      else if (isReflowed && !isBringing()) bring(place.index, place.px);
      else look();
    });
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, [box, atEnd, toEnd, look, bring, isBringing]);

  return { away, toEnd, toMessage, onScroll: look };
}

/** The index of the message after the one with this key, if there is one. */
function indexAfter(entries: RoomView['entries'], key: string | undefined): number | undefined {
  const at = key === undefined ? -1 : entries.findLastIndex((entry) => entry.key === key);
  return at < 0 || at === entries.length - 1 ? undefined : at + 1;
}

/** Whether the messages from one on would not fit on the screen together. */
function isHigher(list: VirtualizerHandle | null, first: number, count: number, box: HTMLElement | null): boolean {
  if (list === null || box === null) return false;
  const end = list.getItemOffset(count - 1) + list.getItemSize(count - 1);
  return end - list.getItemOffset(first) > box.clientHeight - PLACE_PX;
}
