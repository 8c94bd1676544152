import type { Entry } from '@app/client';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useChat, useNewMessages } from '../../lib/chat';
import { firstUnread, type Unread } from './first-unread';

/**
 * Where the line stands that parts what is new: above the first unread message when the room was opened; later above
 * the first that came while nobody looked.
 * @param room what one had read of the room when it was opened; undefined as long as that is not known
 * @param atEnd whether the newest is in sight
 */
export function useNewLine(
  roomId: string,
  entries: readonly Entry[],
  room: Unread | undefined,
  atEnd: RefObject<boolean>,
) {
  const chat = useChat();
  const [start, setStart] = useState<number>();
  const [above, setAbove] = useState<string>();
  /** The oldest message when the first unread one was looked for; `null`: it needs no more looking for. */
  const [lookedFrom, setLookedFrom] = useState<string | null>();
  const oldest = entries[0]?.key ?? '';
  if (room !== undefined && lookedFrom !== null && lookedFrom !== oldest) {
    const first = firstUnread(entries, room, chat.user.id);
    // It comes with older pages: nobody is taken to it then.
    setLookedFrom(first === 'further up' ? oldest : null);
    if (typeof first === 'number') {
      setAbove(entries[first]?.id);
      if (lookedFrom === undefined) setStart(first);
    }
  }
  /** Whether what is below the line has been looked at. */
  const seen = useRef(false);

  const isLooking = () => !document.hidden && atEnd.current;

  useNewMessages((message) => {
    if (message.roomId !== roomId || message.from === chat.user.id || message.deleted) return;
    if (isLooking()) {
      seen.current = true;
    } else if (above === undefined || seen.current) {
      seen.current = false;
      setAbove(message.id);
    }
  });

  useEffect(() => {
    const look = () => {
      if (!document.hidden && atEnd.current) seen.current = true;
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [atEnd]);

  return {
    /** Index of the message to begin with. */
    start,
    /** The id of the message that the line stands above. */
    above,
    clear: () => {
      setAbove(undefined);
      setLookedFrom(null);
    },
  };
}
