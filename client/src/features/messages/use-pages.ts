import type { RoomView } from '@app/client';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { useChat } from '../../lib/chat';
import { wantsNewer, wantsOlder } from './scroll';

/** Loads pages at one end of what is here before the reader gets to where they belong. */
export function usePages(box: RefObject<HTMLElement | null>, roomId: string, view: RoomView, end: 'older' | 'newer') {
  const chat = useChat();
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle');
  /** The outermost message at the last attempt: one that changed nothing is not repeated by itself. */
  const attempted = useRef<string>(undefined);
  const busy = useRef(false);
  const isOlder = end === 'older';
  const exists = isOlder ? view.hasOlder : view.hasNewer;
  const outermost = view.entries.at(isOlder ? 0 : -1)?.key;

  const load = useCallback(async () => {
    if (busy.current) return;
    busy.current = true;
    setState('loading');
    try {
      await (isOlder ? chat.loadOlder(roomId) : chat.loadNewer(roomId));
      setState('idle');
    } catch {
      setState('failed');
    } finally {
      busy.current = false;
    }
  }, [chat, roomId, isOlder]);

  const isWanted = useCallback(
    () => exists && box.current !== null && (isOlder ? wantsOlder : wantsNewer)(box.current),
    [box, exists, isOlder],
  );

  useEffect(() => {
    if (state !== 'idle' || attempted.current === outermost || !isWanted()) return;
    attempted.current = outermost;
    void load();
  }, [state, outermost, isWanted, load]);

  const onScroll = () => {
    if (state === 'idle' && isWanted()) void load();
  };

  return { state: exists ? state : 'idle', load: () => void load(), onScroll };
}
