import type { RoomView } from '@app/client';
import { type KeyboardEvent, type Ref, useCallback, useImperativeHandle, useRef, useState } from 'react';
import { Button } from '../../components/button';
import { DownIcon } from '../../components/icons';
import { useChat, useNames } from '../../lib/chat';
import { useTexts } from '../../lib/texts';
import { dayOf, useToday } from '../../lib/time';
import { toLines } from './lines';
import { MessageLine } from './message-line';
import styles from './message-list.module.css';
import { useOlder } from './use-older';
import { useScroll } from './use-scroll';

export interface MessageListHandle {
  /** Shows the newest message. */
  toEnd(): void;
}

interface MessageListProps {
  roomId: string;
  view: RoomView;
  /** What stands above the very first message. */
  beginning: string;
  handle: Ref<MessageListHandle>;
  /** After a jump to the newest: where to go on. */
  onJump: () => void;
}

/** A loaded room's messages, oldest first; loads older ones ahead of the scroll and stays at the newest while it is in sight. */
export function MessageList({ roomId, view, beginning, handle, onJump }: MessageListProps) {
  const chat = useChat();
  const nameOf = useNames();
  const t = useTexts().messages;
  const today = useToday();
  const box = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<string>();
  const older = useOlder(box, roomId, view);
  const scroll = useScroll(box, roomId, view);
  useImperativeHandle(handle, () => ({ toEnd: scroll.toEnd }), [scroll.toEnd]);

  // One tab stop for the whole list: the message one was at, else the newest.
  const tabStop = view.entries.some(({ key }) => key === chosen) ? chosen : view.entries.at(-1)?.key;
  const retry = useCallback((clientId: string) => chat.retry(roomId, clientId), [chat, roomId]);
  const discard = useCallback((clientId: string) => chat.discard(roomId, clientId), [chat, roomId]);

  return (
    <div className={styles.frame}>
      <div
        ref={box}
        className={styles.scroller}
        role="log"
        aria-label={t.list}
        // What is new is told elsewhere: older pages are not news.
        aria-live="off"
        onKeyDown={moveFocus}
        onScroll={() => {
          scroll.onScroll();
          older.onScroll();
        }}
      >
        <div className={styles.column}>
          <div className={styles.top}>
            {!view.hasOlder && `${beginning}${view.entries.length === 0 ? ` ${t.writeFirst}` : ''}`}
            {view.hasOlder && older.state === 'loading' && t.loadingOlder}
            {view.hasOlder && older.state === 'failed' && (
              <>
                {t.olderFailed}{' '}
                <Button look="text" onClick={older.load}>
                  {t.tryAgain}
                </Button>
              </>
            )}
          </div>
          <ol>
            {toLines(view.entries).map(({ entry, startsDay, startsGroup }) => (
              <MessageLine
                key={entry.key}
                entry={entry}
                startsGroup={startsGroup}
                day={startsDay ? dayOf(entry.date, today) : undefined}
                name={nameOf(entry.from)}
                tabStop={entry.key === tabStop}
                onFocus={setChosen}
                own={entry.from === chat.user.id}
                onRetry={retry}
                onDiscard={discard}
              />
            ))}
          </ol>
        </div>
      </div>
      {scroll.away && (
        <button
          type="button"
          className={styles.jump}
          data-fresh={scroll.fresh > 0}
          onClick={() => {
            scroll.toEnd();
            onJump();
          }}
        >
          <DownIcon />
          {scroll.fresh > 0 ? t.newBelow(scroll.fresh) : t.newest}
        </button>
      )}
    </div>
  );
}

/** Arrow keys go from message to message. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const messages = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-message]')];
  const at = messages.indexOf(event.target as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  messages[Math.max(0, at + step)]?.focus();
}
