import type { Entry, RoomView } from '@app/client';
import { type Ref, useCallback, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { Boundary } from '../../components/boundary';
import { Button } from '../../components/button';
import { DownIcon } from '../../components/icons';
import { useChat, useConnection, useNames, useRoom } from '../../lib/chat';
import { useTexts } from '../../lib/texts';
import { dayOf, useToday } from '../../lib/time';
import { UnreadBar, useReading } from '../reading/reading';
import { goToUnread } from './first-unread';
import { beginningOf } from './lines';
import { MessageLine } from './message-line';
import styles from './message-list.module.css';
import { MessageMenu } from './message-menu';
import { useActs } from './use-acts';
import { useLongPress } from './use-long-press';
import { useMessageKeys } from './use-message-keys';
import { useNewLine } from './use-new-line';
import { usePages } from './use-pages';
import { useScroll } from './use-scroll';
import { useUnread } from './use-unread';

/** What stands above the messages, in px; the same height is in message-list.module.css. */
const TOP_PX = 88;
/** Rendered above and below what is in sight, in px. */
const AHEAD_PX = 600;

export interface MessageListHandle {
  /** Shows the newest message; nothing is new any more. */
  toEnd(): void;
  /** Says that all is read, and shows the newest. */
  done(): void;
}

interface MessageListProps {
  roomId: string;
  view: RoomView;
  /** What stands above the very first message. */
  beginning: string;
  handle: Ref<MessageListHandle>;
  /** After a jump to the newest: where to go on. */
  onJump: () => void;
  /** Begins to edit a message; always the same function. */
  onEdit: (entry: Entry) => void;
  /** The key of the message that is being edited. */
  editing?: string;
}

/**
 * A loaded room's messages, oldest first, as far as they are near to what is in sight; begins where reading stopped,
 * loads others ahead of the scroll and stays at the newest while it is in sight.
 */
export function MessageList({ roomId, view, beginning, handle, onJump, onEdit, editing }: MessageListProps) {
  const { entries, hasOlder, hasNewer } = view;
  const chat = useChat();
  const nameOf = useNames();
  const { messages: t, reading } = useTexts();
  const today = useToday();
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const atEnd = useRef(true);
  const [chosen, setChosen] = useState<Spot>();
  /** The newest message when one left the end. */
  const [left, setLeft] = useState<Spot>();
  const grewUp = useGrowth(view);
  const older = usePages(box, roomId, view, 'older');
  const newer = usePages(box, roomId, view, 'newer');
  const isAway = useConnection().status === 'reconnecting';
  const room = useRoom(roomId);
  const [opened] = useState(room);
  const line = useNewLine(roomId, entries, opened, atEnd);
  const lineAt = useMemo(() => indexWithId(entries, line.above), [entries, line.above]);
  const scroll = useScroll(box, list, view, atEnd, line.start, lineAt, TOP_PX);
  const { toMessage } = scroll;
  /** The id of a message to be led to, once it is here. */
  const [wanted, setWanted] = useState<string>();
  const unread = useUnread(box, list, roomId, view, TOP_PX);
  const readAll = useReading(box, roomId, view);

  const toEnd = () => {
    chat.showPresent(roomId);
    scroll.toEnd();
  };
  const done = () => {
    readAll();
    toEnd();
    line.clear();
  };
  useImperativeHandle(handle, () => ({
    toEnd: () => {
      toEnd();
      line.clear();
    },
    done,
  }));
  const toUnread = () => {
    if (unread.index !== undefined) toMessage(unread.index);
    // What was not here comes into sight by itself; what was, or came beside it, is led to.
    else goToUnread(chat, roomId).then(setWanted, () => undefined);
  };
  const wantedAt = useMemo(() => indexWithId(entries, wanted), [entries, wanted]);
  useLayoutEffect(() => {
    if (wantedAt === undefined) return;
    setWanted(undefined);
    toMessage(wantedAt);
  }, [wantedAt, toMessage]);

  const freshBelow = unread.where === 'above' ? 0 : unread.count;

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
  const { acts, menu, closeMenu, said } = useActs(roomId, onEdit);
  const onKeyDown = useMessageKeys(box, entries, acts);
  const pressed = useLongPress((target) => {
    const line = (target as Element).closest<HTMLElement>('[data-index]');
    const entry = entries[Number(line?.dataset.index)];
    if (line && entry && !entry.deleted) acts.openMenu(entry, line.getBoundingClientRect());
  });

  return (
    <div className={styles.frame}>
      <div
        ref={box}
        className={styles.scroller}
        role="log"
        aria-label={t.list}
        // What is new is told elsewhere: older pages are not news.
        aria-live="off"
        onKeyDown={onKeyDown}
        {...pressed}
        onScroll={() => {
          scroll.onScroll();
          unread.look();
          older.onScroll();
          newer.onScroll();
        }}
      >
        <div className={styles.column}>
          <div className={styles.top}>
            {!hasOlder && <span>{`${beginning}${entries.length === 0 ? ` ${t.writeFirst}` : ''}`}</span>}
            {hasOlder && older.state === 'loading' && <span>{isAway ? t.olderAway : t.loadingOlder}</span>}
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
            // The heights of others say nothing of these.
            key={view.stretch}
            ref={list}
            as="ol"
            item="li"
            scrollRef={box}
            startMargin={TOP_PX}
            bufferSize={AHEAD_PX}
            shift={grewUp}
            // Where the Tab and arrow keys lead to.
            keepMounted={kept.filter((index) => index >= 0)}
            data={entries}
          >
            {(entry, index) => {
              const isNew = entry.id !== undefined && entry.id === line.above;
              const { startsDay, startsGroup } = beginningOf(entry, entries[index - 1], isNew);
              return (
                <Boundary key={entry.key} of={entry} instead={<p className={styles.broken}>{t.cannotShow}</p>}>
                  <MessageLine
                    entry={entry}
                    index={index}
                    isNew={isNew}
                    startsGroup={startsGroup}
                    day={startsDay ? dayOf(entry.date, today) : undefined}
                    name={nameOf(entry.from)}
                    tabStop={index === at}
                    onFocus={onFocus}
                    own={entry.from === chat.user.id}
                    acts={acts}
                    isEdited={entry.key === editing}
                  />
                </Boundary>
              );
            }}
          </Virtualizer>
          {hasNewer && (
            <div className={styles.bottom}>
              {newer.state === 'loading' && <span>{t.loadingNewer}</span>}
              {newer.state === 'failed' && (
                <>
                  <span>{t.newerFailed}</span>
                  <Button look="text" onClick={newer.load}>
                    {t.tryAgain}
                  </Button>
                </>
              )}
            </div>
          )}
        </div>
      </div>
      <p className="sr-only" role="status">
        {said}
      </p>
      {menu && <MessageMenu entry={menu.entry} at={menu.at} acts={acts} onClose={closeMenu} />}
      {unread.where !== 'nowhere' && (unread.where === 'above' || scroll.away) && (
        <UnreadBar
          count={unread.count}
          since={unread.since}
          today={today}
          onJump={() => {
            toUnread();
            onJump();
          }}
          onRead={readAll}
        />
      )}
      {scroll.away && (
        <button
          type="button"
          className={styles.jump}
          data-fresh={freshBelow > 0}
          onClick={() => {
            // First to where reading stopped; who has been there goes on to the end.
            if (unread.where === 'below') toUnread();
            else toEnd();
            onJump();
          }}
        >
          <DownIcon />
          <span>{freshBelow > 0 ? reading.count(freshBelow) : t.newest}</span>
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

function indexWithId(entries: RoomView['entries'], id: string | undefined): number | undefined {
  if (id === undefined) return undefined;
  const at = entries.findLastIndex((entry) => entry.id === id);
  return at < 0 ? undefined : at;
}

/** Whether others came above what was the first message the last time. */
function useGrowth({ entries, stretch }: RoomView): boolean {
  const first = entries[0]?.key;
  const before = useRef({ first, stretch });
  useLayoutEffect(() => {
    before.current = { first, stretch };
  }, [first, stretch]);
  return before.current.stretch === stretch && before.current.first !== first && before.current.first !== undefined;
}
