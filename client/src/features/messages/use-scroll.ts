import type { RoomView } from '@app/client';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useChat, useNewMessages } from '../../lib/chat';
import { isAtEnd, keptScrollTop } from './scroll';

interface Anchor {
  line: HTMLElement;
  /** Its lower edge when last looked at; what stands above it decides that alone. */
  bottom: number;
}

const bottomOf = (line: HTMLElement) => line.offsetTop + line.offsetHeight;

function firstLine(box: HTMLElement): Anchor | undefined {
  const line = box.querySelector<HTMLElement>('[data-line]');
  return line === null ? undefined : { line, bottom: bottomOf(line) };
}

/** Keeps the newest in sight for whoever is there, and everything in its place for whoever reads further up. */
export function useScroll(box: RefObject<HTMLElement | null>, roomId: string, view: RoomView) {
  const chat = useChat();
  const atEnd = useRef(true);
  const top = useRef(0);
  const anchor = useRef<Anchor>(undefined);
  const newest = useRef<string>(undefined);
  const [away, setAway] = useState(false);
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
  }, [box]);

  const toEnd = useCallback(() => {
    if (box.current === null) return;
    box.current.scrollTop = box.current.scrollHeight;
    look();
  }, [box, look]);

  /** Leaves everything where it was when something above the first line known changed its height. */
  const keep = useCallback((element: HTMLElement) => {
    const { current: before } = anchor;
    if (!before?.line.isConnected) return;
    element.scrollTop = keptScrollTop(element.scrollTop, before.bottom, bottomOf(before.line));
    top.current = element.scrollTop;
  }, []);

  useLayoutEffect(() => {
    if (box.current === null) return;
    const last = view.entries.at(-1);
    const justWritten = last?.state === 'sending' && last.from === chat.user.id && last.key !== newest.current;
    newest.current = last?.key;
    const { current: before } = anchor;
    // The line is gone when the room was loaded afresh.
    if (atEnd.current || justWritten || before?.line.isConnected === false) toEnd();
    else keep(box.current);
    anchor.current = firstLine(box.current);
  }, [box, view, chat.user.id, toEnd, keep]);

  // A growing text field, a keyboard on the screen, a narrower window, a name that wraps.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
      else keep(element);
      anchor.current = firstLine(element);
    });
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, [box, toEnd, keep]);

  useNewMessages((message) => {
    if (message.roomId === roomId && message.from !== chat.user.id && !atEnd.current) setFresh((count) => count + 1);
  });

  return { away, fresh, toEnd, onScroll: look };
}
