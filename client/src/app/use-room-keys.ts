import { useRooms } from '../lib/chat';
import { useKeys } from '../lib/keys';
import { inListOrder } from '../lib/rooms';
import { formatRoute, navigate } from '../lib/route';

/** Alt with the up and down arrows: the room before and after in the list; with Shift, of those with something unread. */
export function useRoomKeys(current: string | undefined): void {
  const rooms = useRooms();

  useKeys((event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined || !event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { all } = inListOrder(rooms);
    const at = all.findIndex((room) => room.id === current);
    const ahead = step > 0 ? all.slice(at + 1) : all.slice(0, Math.max(0, at)).reverse();
    const next = ahead.find((room) => !event.shiftKey || room.unread > 0);
    if (next !== undefined) navigate(formatRoute({ roomId: next.id, people: false }));
  });
}
