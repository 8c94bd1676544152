import type { Message } from '@app/contracts';
import { useState } from 'react';
import { Boundary } from '../../components/boundary';
import { isolated } from '../../lib/bidi';
import { useChangedMessages, useChat, useNames, useNewMessages } from '../../lib/chat';
import { toPlainText } from '../../lib/markdown';
import { useTexts } from '../../lib/texts';

const KEPT = 5;

/** Tells screen readers, when they are free, what others write in the open room. */
export function Announcer({ roomId }: { roomId: string }) {
  const chat = useChat();
  const nameOf = useNames();
  const t = useTexts().messages;
  const [news, setNews] = useState<readonly Message[]>([]);

  useNewMessages((message) => {
    if (message.roomId === roomId && message.from !== chat.user.id && !message.deleted) {
      setNews((before) => [...before.slice(1 - KEPT), message]);
    }
  });

  // What was deleted before it was read out is not read out.
  useChangedMessages(({ id, deleted }) => {
    if (deleted)
      setNews((before) => (before.some((one) => one.id === id) ? before.filter((one) => one.id !== id) : before));
  });

  return (
    <div className="sr-only" aria-live="polite" aria-relevant="additions">
      {news.map(({ id, from, message }) => (
        <Boundary key={id} instead={null}>
          <Said name={nameOf(from) ?? t.somebody} text={message} />
        </Boundary>
      ))}
    </div>
  );
}

function Said({ name, text }: { name: string; text: string }) {
  const t = useTexts().messages;
  return <p>{t.said(isolated(name), isolated(toPlainText(text)))}</p>;
}
