import type { RoomListItem, RoomView } from '@app/client';
import type { ErrorBody } from '@app/contracts';
import { useCallback, useEffect, useState } from 'react';
import { useChat, useConnection, useListed, useRoom, useView } from '../../lib/chat';
import { toErrorBody } from '../../lib/errors';
import { useNetwork } from '../../lib/network';
import { firstUnread, goToUnread, placeOf } from './first-unread';

/** No more are on the newest page. */
const PAGE = 50;
/** Nobody who comes to a room for the first time reads so many from its beginning. */
const TOO_MANY = 10_000;
/** Without a connection a place that is not here is waited for no longer. */
const PATIENCE_MS = 2000;

/**
 * Opens a room where reading stopped, however far up that is.
 * @returns `shown`: the messages there are here; `problem`: why nothing can be shown
 */
export function useOpening(roomId: string) {
  const chat = useChat();
  const view = useView(roomId);
  const room = useRoom(roomId);
  const listed = useListed();
  const network = useNetwork();
  const { status } = useConnection();
  const isAway = status === 'reconnecting' || !network;
  const isOnline = status === 'online';
  const [problem, setProblem] = useState<ErrorBody>();
  const [begun, setBegun] = useState(false);

  const open = useCallback(() => {
    setProblem(undefined);
    chat.open(roomId).catch((error: unknown) => setProblem(toErrorBody(error)));
    const room = chat.rooms.find(({ id }) => id === roomId);
    // Together with the newest page; if it fails, it is asked for again below.
    if (room && room.unread > PAGE && isToBeginAtMark(room)) chat.goTo(roomId, placeOf(room)).catch(() => undefined);
  }, [chat, roomId]);
  useEffect(() => {
    open();
    return () => chat.showPresent(roomId);
  }, [chat, roomId, open]);

  const place = room && isToBeginAtMark(room) && isElsewhere(view, room, chat.user.id) ? placeOf(room) : undefined;
  if (begun && !view.loaded) setBegun(false);
  // Without the list it is not known where reading stopped, and it may not come for long.
  if (!begun && view.loaded && (listed || isAway) && place === undefined) setBegun(true);

  useEffect(() => {
    if (begun || !view.loaded || place === undefined) return;
    let isCurrent = true;
    const show = () => {
      if (isCurrent) setBegun(true);
    };
    // Where that cannot be shown the newest can. Nobody is taken away from there later.
    const showNewest = () => {
      chat.showPresent(roomId);
      show();
    };
    if (isAway) {
      showNewest();
      return;
    }
    goToUnread(chat, roomId).then(show, show);
    const late = isOnline ? undefined : setTimeout(showNewest, PATIENCE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(late);
    };
  }, [chat, roomId, begun, view.loaded, place, isAway, isOnline]);

  return { shown: begun && view.loaded, problem, retry: open };
}

/** Whether the first unread message is on another page. */
function isElsewhere({ entries, hasNewer }: RoomView, room: RoomListItem, me: string): boolean {
  const first = firstUnread(entries, room, me);
  return first === 'further up' || (first === undefined && hasNewer);
}

function isToBeginAtMark({ kind, read, unread }: RoomListItem): boolean {
  return unread > 0 && (read > 0 || kind === 'direct' || unread <= TOO_MANY);
}
