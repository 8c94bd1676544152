import type { RoomView } from '@app/client';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { useChat } from '../../lib/chat';
import { wantsOlder } from './scroll';

/** Loads older pages before the reader gets to where they belong. */
export function useOlder(box: RefObject<HTMLElement | null>, roomId: string, view: RoomView) {
  const chat = useChat();
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle');
  /** The oldest message at the last attempt: one that changed nothing is not repeated by itself. */
  const attempted = useRef<string>(undefined);
  const busy = useRef(false);
  const oldest = view.entries[0]?.key;

  const load = useCallback(async () => {
    if (busy.current) return;
    busy.current = true;
    setState('loading');
    try {
      await chat.loadOlder(roomId);
      setState('idle');
    } catch {
      setState('failed');
    } finally {
      busy.current = false;
    }
  }, [chat, roomId]);

  useEffect(() => {
    const wanted = state === 'idle' && view.hasOlder && box.current !== null && wantsOlder(box.current);
    if (!wanted || attempted.current === oldest) return;
    attempted.current = oldest;
    void load();
  }, [box, state, oldest, view.hasOlder, load]);

  const onScroll = () => {
    if (state === 'idle' && view.hasOlder && box.current !== null && wantsOlder(box.current)) void load();
  };

  return { state, load: () => void load(), onScroll };
}
