import { useState } from 'react';
import { useChat, useNewMessages } from '../../lib/chat';

const NOTHING: ReadonlyMap<string, number> = new Map();

/**
 * Counts, per room, what others wrote since one last had it open on this page.
 * @param current the room one looks at; it has nothing unseen
 */
export function useUnseen(current: string | undefined): ReadonlyMap<string, number> {
  const chat = useChat();
  const [counts, setCounts] = useState(NOTHING);

  useNewMessages(({ roomId, from }) => {
    if (from === chat.user.id || roomId === current) return;
    setCounts((before) => new Map(before).set(roomId, (before.get(roomId) ?? 0) + 1));
  });

  if (current !== undefined && counts.has(current)) {
    const rest = new Map(counts);
    rest.delete(current);
    setCounts(rest);
    return rest;
  }
  return counts;
}
