import type { RoomView } from '@app/client';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { useChat, useNewMessages } from '../../lib/chat';
import { isAtEnd } from './scroll';

/** How far below the upper edge the line above what is new comes to stand. */
const NEW_LINE_PX = 72;

/**
 * Keeps the newest in sight for whoever is there. For whoever reads further up, the list itself leaves everything in
 * its place.
 * @param atEnd kept current: whether the newest is in sight, or will be
 * @param start index of the message to begin with, once it is known; undefined: the newest
 * @param changed whether the messages are others than before, loaded afresh
 */
export function useScroll(
  box: RefObject<HTMLElement | null>,
  list: RefObject<VirtualizerHandle | null>,
  roomId: string,
  view: RoomView,
  atEnd: RefObject<boolean>,
  start: number | undefined,
  changed: boolean,
) {
  const chat = useChat();
  const top = useRef(0);
  const newest = useRef<string>(undefined);
  const [away, setAway] = useState(start !== undefined);
  const [fresh, setFresh] = useState(0);

  const look = useCallback(() => {
    if (box.current === null) return;
    const { scrollTop } = box.current;
    // Only the reader scrolls up; being far from the end for another reason means that the end has moved.
    if (isAtEnd(box.current)) atEnd.current = true;
    else if (scrollTop < top.current) atEnd.current = false;
    top.current = scrollTop;
    setAway(!atEnd.current);
    if (atEnd.current) setFresh(0);
  }, [box, atEnd]);

  const toEnd = useCallback(() => {
    if (box.current === null) return;
    box.current.scrollTop = box.current.scrollHeight;
    atEnd.current = true;
    look();
  }, [box, atEnd, look]);

  useLayoutEffect(() => {
    const last = view.entries.at(-1);
    const justWritten = last?.state === 'sending' && last.from === chat.user.id && last.key !== newest.current;
    newest.current = last?.key;
    if (atEnd.current || justWritten || changed) toEnd();
  }, [view, chat.user.id, changed, atEnd, toEnd]);

  useLayoutEffect(() => {
    if (start === undefined) return;
    atEnd.current = false;
    list.current?.scrollToIndex(start, { align: 'start', offset: -NEW_LINE_PX });
    look();
  }, [list, atEnd, start, look]);

  // A growing text field, a keyboard on the screen, a narrower window, a message that turns out to be higher.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
      else look();
    });
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, [box, atEnd, toEnd, look]);

  useNewMessages((message) => {
    if (message.roomId === roomId && message.from !== chat.user.id && !atEnd.current) setFresh((count) => count + 1);
  });

  return { away, fresh, toEnd, onScroll: look };
}
