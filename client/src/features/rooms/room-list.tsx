import type { RoomListItem } from '@app/client';
import { roomKind } from '@app/contracts';
import { useRef } from 'react';
import { Avatar } from '../../components/avatar';
import { Boundary } from '../../components/boundary';
import { BellIcon, ClockIcon, WarningIcon } from '../../components/icons';
import { Link } from '../../components/link';
import { isolated } from '../../lib/bidi';
import { type NameOf, useChat, useNames, useOnline, usePresenceKnown, useRooms, useUnsent } from '../../lib/chat';
import { toPlainText } from '../../lib/markdown';
import { usePreferences } from '../../lib/preferences';
import { inListOrder, otherUser, roomName } from '../../lib/rooms';
import { formatRoute } from '../../lib/route';
import { useRoving } from '../../lib/roving';
import { type Texts, useTexts } from '../../lib/texts';
import { shortTimeOf, toDate, useToday } from '../../lib/time';
import styles from './room-list.module.css';
import { useFold } from './use-fold';

interface RoomListProps {
  /** The room that is open. */
  current: string | undefined;
}

/** The rooms everybody knows first, then one's private conversations, each by last activity: one stop of the Tab key. */
export function RoomList({ current }: RoomListProps) {
  const rooms = useRooms();
  const texts = useTexts().rooms;
  const root = useRef<HTMLDivElement>(null);
  const fold = useFold(root, current, rooms);
  const walk = useRoving(root, 'a');
  const { open, direct } = inListOrder(rooms);
  // Before the list is here there is no room at all.
  const nobody = direct.length === 0 && rooms.length > 0;
  const lines = (list: readonly RoomListItem[]) =>
    list.map((room) => (
      <Boundary key={room.id} of={room} instead={<PlainLine roomId={room.id} current={room.id === current} />}>
        <RoomLine room={room} current={room.id === current} />
      </Boundary>
    ));

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of what is inside
    <div ref={root} onKeyDown={walk}>
      {fold.above > 0 && (
        <div className={styles.beyond} data-edge="top">
          <button type="button" onClick={fold.goUp}>
            <span>{`↑ ${texts.unreadRooms(fold.above)}`}</span>
          </button>
        </div>
      )}
      <div>
        {open.length > 0 && (
          <>
            <h2 className={styles.title}>{texts.rooms}</h2>
            <ul className={styles.list}>{lines(open)}</ul>
          </>
        )}
        {(direct.length > 0 || nobody) && <h2 className={styles.title}>{texts.direct}</h2>}
        {direct.length > 0 && <ul className={styles.list}>{lines(direct)}</ul>}
        {nobody && <p className={styles.empty}>{texts.noDirect}</p>}
      </div>
      {fold.below > 0 && (
        <div className={styles.beyond} data-edge="bottom">
          <button type="button" onClick={fold.goDown}>
            <span>{`↓ ${texts.unreadRooms(fold.below)}`}</span>
          </button>
        </div>
      )}
    </div>
  );
}

interface RoomLineProps {
  room: RoomListItem;
  current: boolean;
}

function RoomLine({ room, current }: RoomLineProps) {
  const chat = useChat();
  const { rooms: texts, presence, notices } = useTexts();
  const muted = usePreferences().mutedRooms.includes(room.id);
  const nameOf = useNames();
  const online = useOnline();
  const known = usePresenceKnown();
  const today = useToday();
  const other = otherUser(room.id, chat.user.id);
  const name = roomName(room.id, room, chat.user.id, nameOf);
  const last = room.lastMessage;
  const id = `room-${room.id}`;
  const state = [
    ...(other === undefined
      ? []
      : [!known ? presence.unknown : online.has(other) ? presence.online : presence.offline]),
    ...(room.unread > 0 ? [texts.unread(room.unread)] : []),
    ...(muted ? [notices.muted] : []),
  ];

  return (
    <li>
      <Link
        href={formatRoute({ roomId: room.id, people: false })}
        className={styles.room}
        aria-current={current ? 'page' : undefined}
        aria-labelledby={`${id}-name ${id}-state`}
        aria-describedby={last ? `${id}-last` : undefined}
        data-unread={room.unread > 0 && !muted}
      >
        <Avatar
          id={other ?? room.id}
          name={other === undefined ? '#' : name}
          kind={other === undefined ? 'room' : 'person'}
          online={other === undefined || !known ? undefined : online.has(other)}
        />
        <span className={styles.first}>
          <span id={`${id}-name`} className={`one-line ${styles.name}`} dir="auto" title={name}>
            {name}
          </span>
          {muted && (
            <span className={styles.muted}>
              <BellIcon off />
            </span>
          )}
          {last && (
            <time className={styles.time} dateTime={toDate(last.date).toISOString()}>
              {shortTimeOf(last.date, today)}
            </time>
          )}
        </span>
        <span className={styles.second}>
          <Boundary of={last} instead={<span className={styles.last} />}>
            <Preview id={`${id}-last`} room={room} />
          </Boundary>
          {room.unread > 0 && (
            <span className={styles.count} data-muted={muted} aria-hidden="true">
              {room.unread > 99 ? '99+' : room.unread}
            </span>
          )}
        </span>
        <span id={`${id}-state`} className="sr-only">
          {state.join(' ')}
        </span>
      </Link>
    </li>
  );
}

/** What is left of a line that cannot be shown: the way there. */
function PlainLine({ roomId, current }: { roomId: string; current: boolean }) {
  const { rooms } = useTexts();
  return (
    <li>
      <Link
        href={formatRoute({ roomId, people: false })}
        className={styles.room}
        aria-current={current ? 'page' : undefined}
      >
        {rooms.unnamedRoom}
      </Link>
    </li>
  );
}

function Preview({ id, room }: { id: string; room: RoomListItem }) {
  const chat = useChat();
  const nameOf = useNames();
  const { rooms, messages } = useTexts();
  const unsent = useUnsent(room.id);
  if (unsent) {
    // What one has written oneself is the last that was said, whether the server has it or not.
    const failed = unsent.state === 'failed';
    return (
      <>
        <span
          className={styles.unsent}
          data-state={unsent.state}
          role="img"
          aria-label={failed ? rooms.notSent : messages.sending}
        >
          {failed ? <WarningIcon /> : <ClockIcon />}
        </span>
        <span id={id} className={`one-line ${styles.last}`} dir="auto">
          {rooms.lastByYou(isolated(toPlainText(unsent.message)))}
        </span>
      </>
    );
  }
  return (
    <span id={id} className={`one-line ${styles.last}`} dir="auto">
      {room.lastMessage ? preview(rooms, room, chat.user.id, nameOf) : rooms.noMessages}
    </span>
  );
}

/** The last message on one line, with its sender where that is not plain. */
function preview(texts: Texts['rooms'], room: RoomListItem, me: string, nameOf: NameOf): string {
  const last = room.lastMessage;
  if (last === null) return '';
  const message = last.deleted ? texts.deleted : isolated(toPlainText(last.message));
  if (last.from === me) return texts.lastByYou(message);
  const name = roomKind(room.id) === 'direct' ? null : nameOf(last.from);
  // A name that comes late would move the text.
  if (name === undefined) return '\u00a0';
  return name ? texts.lastBy(isolated(name), message) : message;
}
