import type { RoomView } from '@app/client';
import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { Boundary } from '../../components/boundary';
import { Button } from '../../components/button';
import { DownIcon } from '../../components/icons';
import { useChat, useNames, useReading } from '../../lib/chat';
import { useTexts } from '../../lib/texts';
import { dayOf, useToday } from '../../lib/time';
import { beginningOf } from './lines';
import { MessageLine } from './message-line';
import styles from './message-list.module.css';
import { useNewLine } from './use-new-line';
import { useOlder } from './use-older';
import { useScroll } from './use-scroll';

/** What stands above the messages, in px; the same height is in message-list.module.css. */
const TOP_PX = 88;
/** Rendered above and below what is in sight, in px. */
const AHEAD_PX = 600;

export interface MessageListHandle {
  /** Shows the newest message; nothing is new any more. */
  toEnd(): void;
}

interface MessageListProps {
  roomId: string;
  view: RoomView;
  /** What stands above the very first message. */
  beginning: string;
  /** Up to which `seq` one had read the room when it was opened; undefined as long as that is not known. */
  readUpTo: number | undefined;
  handle: Ref<MessageListHandle>;
  /** After a jump to the newest: where to go on. */
  onJump: () => void;
}

/**
 * A loaded room's messages, oldest first, as far as they are near to what is in sight; loads older ones ahead of the
 * scroll and stays at the newest while it is in sight.
 */
export function MessageList({ roomId, view, beginning, readUpTo, handle, onJump }: MessageListProps) {
  const { entries, hasOlder } = view;
  const chat = useChat();
  const nameOf = useNames();
  const t = useTexts().messages;
  const today = useToday();
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const atEnd = useRef(true);
  const [chosen, setChosen] = useState<Spot>();
  /** The newest message when one left the end. */
  const [left, setLeft] = useState<Spot>();
  const growth = useGrowth(entries[0]?.key, view);
  const older = useOlder(box, roomId, view);
  const line = useNewLine(roomId, entries, readUpTo, atEnd);
  const scroll = useScroll(box, list, roomId, view, atEnd, line.start, growth === 'afresh');
  useImperativeHandle(handle, () => ({
    toEnd: () => {
      scroll.toEnd();
      line.clear();
    },
  }));
  useReading(roomId, !scroll.away);

  const last = entries.length - 1;
  if (scroll.away !== (left !== undefined)) {
    setLeft(scroll.away ? { key: entries[last]?.key ?? '', index: last } : undefined);
  }
  // One tab stop for the whole list: the message one was at, else the newest, or what was that: what comes far below
  // the reader is not to be rendered.
  const chosenAt = indexOf(view, chosen);
  const at = chosenAt ?? indexOf(view, left) ?? last;
  const kept = chosenAt === undefined ? [at] : [at - 1, at, at + 1];
  const onFocus = useCallback((key: string, index: number) => setChosen({ key, index }), []);
  const retry = useCallback((clientId: string) => chat.retry(roomId, clientId), [chat, roomId]);
  const discard = useCallback((clientId: string) => chat.discard(roomId, clientId), [chat, roomId]);

  /** Arrow keys go from message to message. */
  const moveFocus = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const from = (event.target as HTMLElement).dataset.index;
    if (step === undefined || from === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = Math.min(Math.max(0, Number(from) + step), entries.length - 1);
    box.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus();
  };

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
            {!hasOlder && <span>{`${beginning}${entries.length === 0 ? ` ${t.writeFirst}` : ''}`}</span>}
            {hasOlder && older.state === 'loading' && <span>{t.loadingOlder}</span>}
            {hasOlder && older.state === 'failed' && (
              <>
                <span>{t.olderFailed}</span>
                <Button look="text" onClick={older.load}>
                  {t.tryAgain}
                </Button>
              </>
            )}
          </div>
          <Virtualizer
            ref={list}
            as="ol"
            item="li"
            scrollRef={box}
            startMargin={TOP_PX}
            bufferSize={AHEAD_PX}
            shift={growth === 'older'}
            // Where the Tab and arrow keys lead to.
            keepMounted={kept.filter((index) => index >= 0)}
            data={entries}
          >
            {(entry, index) => {
              const { startsDay, startsGroup } = beginningOf(entry, entries[index - 1]);
              return (
                <Boundary key={entry.key} of={entry} instead={<p className={styles.broken}>{t.cannotShow}</p>}>
                  <MessageLine
                    entry={entry}
                    index={index}
                    isNew={entry.id !== undefined && entry.id === line.above}
                    startsGroup={startsGroup}
                    day={startsDay ? dayOf(entry.date, today) : undefined}
                    name={nameOf(entry.from)}
                    tabStop={index === at}
                    onFocus={onFocus}
                    own={entry.from === chat.user.id}
                    onRetry={retry}
                    onDiscard={discard}
                  />
                </Boundary>
              );
            }}
          </Virtualizer>
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
          <span>{scroll.fresh > 0 ? t.newBelow(scroll.fresh) : t.newest}</span>
        </button>
      )}
    </div>
  );
}

/** A message, and where it was. */
interface Spot {
  key: string;
  index: number;
}

/** Where a message is now that was at `index` when it was chosen. */
function indexOf({ entries }: RoomView, spot: Spot | undefined): number | undefined {
  if (spot === undefined) return undefined;
  const { key, index } = spot;
  if (entries[index]?.key === key) return index;
  // From the end: it was near that, as a rule, and there may be a hundred thousand above it.
  const found = entries.findLastIndex((entry) => entry.key === key);
  return found < 0 ? undefined : found;
}

/** What became of the first message since the last time: others are above it now, or it is gone. */
function useGrowth(first: string | undefined, { entries }: RoomView): 'older' | 'afresh' | undefined {
  const before = useRef(first);
  useLayoutEffect(() => {
    before.current = first;
  }, [first]);
  if (before.current === first || before.current === undefined) return undefined;
  return entries.some(({ key }) => key === before.current) ? 'older' : 'afresh';
}
