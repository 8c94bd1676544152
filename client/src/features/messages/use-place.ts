import type { RoomView } from '@app/client';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import type { VirtualizerHandle } from 'virtua';

/** How far below the upper edge a message comes to stand, under the line above what is new. */
export const PLACE_PX = 72;
/** Whoever stood still for so many frames is at the place: what is around has its heights. */
const FRAMES_AT_REST = 6;
/** As many frames the list may take to render the message. */
const FRAMES_TO_RENDER = 100;
/** What readers do to go elsewhere. */
const MOVES = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

/** The message that is being brought to its place. */
interface Bringing {
  key: string;
  index: number;
  px: number;
  frame: number;
  framesAtRest: number;
}

/**
 * Brings a message to a place below the upper edge, and keeps it there until the messages around have their heights,
 * which on a slow machine are known late, or until the reader goes elsewhere.
 * @param marginPx what stands above the first message
 */
export function usePlace(
  box: RefObject<HTMLElement | null>,
  list: RefObject<VirtualizerHandle | null>,
  entries: RoomView['entries'],
  marginPx: number,
) {
  const current = useRef(entries);
  const bringing = useRef<Bringing>(undefined);
  useLayoutEffect(() => {
    current.current = entries;
  }, [entries]);

  const letGo = useCallback(() => {
    if (bringing.current) cancelAnimationFrame(bringing.current.frame);
    bringing.current = undefined;
  }, []);

  const step = useCallback(() => {
    const [one, element] = [bringing.current, box.current];
    if (!one || !element || !list.current) return;
    if (current.current[one.index]?.key !== one.key) {
      one.index = current.current.findIndex(({ key }) => key === one.key);
      if (one.index < 0) return letGo();
    }
    const before = element.scrollTop;
    const off = list.current.getItemOffset(one.index) + marginPx - before - one.px;
    if (Math.abs(off) >= 1) element.scrollTop += off;
    one.framesAtRest = element.scrollTop === before ? one.framesAtRest + 1 : 0;
    const isRendered = element.querySelector(`[data-index="${one.index}"]`) !== null;
    if (one.framesAtRest < (isRendered ? FRAMES_AT_REST : FRAMES_TO_RENDER)) one.frame = requestAnimationFrame(step);
    else letGo();
  }, [box, list, marginPx, letGo]);

  const bring = useCallback(
    (index: number, px = PLACE_PX) => {
      letGo();
      const key = current.current[index]?.key;
      if (key === undefined) return;
      bringing.current = { key, index, px, frame: 0, framesAtRest: 0 };
      step();
    },
    [letGo, step],
  );

  useEffect(() => {
    const element = box.current;
    for (const move of MOVES) element?.addEventListener(move, letGo, { passive: true });
    return () => {
      letGo();
      for (const move of MOVES) element?.removeEventListener(move, letGo);
    };
  }, [box, letGo]);

  const isBringing = useCallback(() => bringing.current !== undefined, []);

  return { bring, letGo, isBringing };
}
