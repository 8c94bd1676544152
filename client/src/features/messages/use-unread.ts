import type { RoomView } from '@app/client';
import { type RefObject, useCallback, useLayoutEffect, useMemo, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { useChat, useRoom } from '../../lib/chat';
import { firstUnread } from './first-unread';

/** Where the first unread message is, as seen from what is on the screen. */
export type Where = 'nowhere' | 'above' | 'in sight' | 'below';

/**
 * Follows the first message of others that is not read.
 * @param marginPx what stands above the first message
 * @returns `look` is to be called whenever the list scrolled
 */
export function useUnread(
  box: RefObject<HTMLElement | null>,
  list: RefObject<VirtualizerHandle | null>,
  roomId: string,
  view: RoomView,
  marginPx: number,
) {
  const chat = useChat();
  const room = useRoom(roomId);
  const [where, setWhere] = useState<Where>('nowhere');
  const count = room?.unread ?? 0;
  const first = useMemo(
    () => (room && room.unread > 0 ? firstUnread(view.entries, room, chat.user.id) : undefined),
    [view, room, chat],
  );
  const index = typeof first === 'number' ? first : undefined;
  // What is shown may lie before the mark, after it, or around it.
  const elsewhere: Where = first === 'further up' ? 'above' : view.hasNewer ? 'below' : 'nowhere';

  const look = useCallback(() => {
    if (count === 0) setWhere('nowhere');
    else if (index === undefined) setWhere(elsewhere);
    else if (box.current && list.current) {
      const { scrollTop, clientHeight } = box.current;
      const topOf = (index: number) => (list.current?.getItemOffset(index) ?? 0) + marginPx - scrollTop;
      // Who has the message before in sight has read up to there.
      const isBelow = topOf(Math.max(0, index - 1)) > clientHeight;
      setWhere(topOf(index) < 0 ? 'above' : isBelow ? 'below' : 'in sight');
    }
  }, [box, list, index, count, elsewhere, marginPx]);
  useLayoutEffect(look, [look]);

  return {
    where,
    count,
    /** Of the first unread message, if that is here. */
    index,
    since: index === undefined ? undefined : view.entries[index]?.date,
    look,
  };
}
