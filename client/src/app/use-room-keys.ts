import { useRooms } from '../lib/chat';
import { useKeys } from '../lib/keys';
import { inListOrder } from '../lib/rooms';
import { formatRoute, navigate } from '../lib/route';

/** Alt with the up and down arrows: the room before and after in the list; with Shift, of those with something unseen. */
export function useRoomKeys(current: string | undefined, unseen: ReadonlyMap<string, number>): void {
  const rooms = useRooms();

  useKeys((event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined || !event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const ids = inListOrder(rooms).all.map((room) => room.id);
    const at = current === undefined ? -1 : ids.indexOf(current);
    const ahead = step > 0 ? ids.slice(at + 1) : ids.slice(0, Math.max(0, at)).reverse();
    const next = ahead.find((id) => !event.shiftKey || unseen.has(id));
    if (next !== undefined) navigate(formatRoute({ roomId: next, people: false }));
  });
}
