import { type PointerEvent, useEffect, useRef } from 'react';

const LONG_MS = 500;
/** A finger is never quite still. */
const SLACK_PX = 10;

/** Hears of a finger that stays where it is. @returns handlers for what is pressed */
export function useLongPress(onPress: (target: EventTarget) => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const start = useRef({ x: 0, y: 0 });
  const isTouch = useRef(false);
  const cancel = () => clearTimeout(timer.current);
  useEffect(() => () => clearTimeout(timer.current), []);

  return {
    onPointerDown: (event: PointerEvent) => {
      cancel();
      isTouch.current = event.pointerType === 'touch';
      // A link has a menu of the browser's.
      if (!isTouch.current || (event.target as Element).closest('a, button') !== null) return;
      start.current = { x: event.clientX, y: event.clientY };
      const { target } = event;
      timer.current = setTimeout(() => onPress(target), LONG_MS);
    },
    onPointerMove: (event: PointerEvent) => {
      const { x, y } = start.current;
      if (Math.hypot(event.clientX - x, event.clientY - y) > SLACK_PX) cancel();
    },
    onPointerUp: cancel,
    /** A scroll began. */
    onPointerCancel: cancel,
    /** Android's browsers open one of their own. */
    onContextMenu: (event: React.MouseEvent) => {
      if (isTouch.current && (event.target as Element).closest('a') === null) event.preventDefault();
    },
  };
}
