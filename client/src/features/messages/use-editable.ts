import type { Entry } from '@app/client';
import { useEffect, useState } from 'react';
import { useChat, useConnection } from '../../lib/chat';
import type { Acts } from './use-acts';

/** The longest that a timer of a browser waits. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Whether a message may be given another text; renders again when that ends. */
export function useEditable(entry: Entry, acts: Acts): boolean {
  const chat = useChat();
  // The server may tell another time.
  useConnection();
  const [, renderAgain] = useState(0);
  const end = acts.editEnd(entry);
  useEffect(() => {
    const left = end - chat.now();
    if (left <= 0 || left > MAX_TIMER_MS) return;
    const timer = setTimeout(() => renderAgain((count) => count + 1), left);
    return () => clearTimeout(timer);
  }, [chat, end]);
  return acts.canEdit(entry);
}
