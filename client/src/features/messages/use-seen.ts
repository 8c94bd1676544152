import type { RoomView } from '@app/client';
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { useChat, useRoom } from '../../lib/chat';
import { useWatched } from '../../lib/watched';
import { readUpTo, Seen } from './seen';

const LOOK_MS = 200;
/** Fractions of a pixel do not count. */
const TOLERANCE_PX = 2;

/** Marks what was on the screen for a while as read, and what is before it, as long as somebody is there. */
export function useSeen(box: RefObject<HTMLElement | null>, roomId: string, view: RoomView): void {
  const chat = useChat();
  const [seen] = useState(() => new Seen());
  const watched = useWatched();
  const room = useRoom(roomId);
  const looking = watched && (room?.unread ?? 0) > 0;

  const look = useEffectEvent(() => {
    if (box.current === null || room === undefined) return;
    const keys = inSight(box.current).flatMap((index) => view.entries[index]?.key ?? []);
    seen.look(keys, performance.now());
    const seq = readUpTo(view.entries, room.read, chat.user.id, seen, !view.hasOlder);
    if (seq > room.read) chat.markRead(roomId, seq);
  });

  useEffect(() => {
    if (!looking) return;
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => {
      clearInterval(timer);
      seen.leave();
    };
  }, [looking, seen]);
}

/** Indices of the messages whose end is on the screen: one that is higher than the screen is read when its end comes. */
function inSight(box: HTMLElement): number[] {
  const { top, bottom } = box.getBoundingClientRect();
  const indices: number[] = [];
  for (const line of box.querySelectorAll<HTMLElement>('[data-index]')) {
    const end = line.getBoundingClientRect().bottom;
    if (end >= top && end <= bottom + TOLERANCE_PX) indices.push(Number(line.dataset.index));
  }
  return indices;
}
