import type { Message } from '@app/contracts';
import { useEffect, useState } from 'react';
import { isolated } from '../../lib/bidi';
import { useChangedMessages, useChat, useNames, useNewMessages, useRooms } from '../../lib/chat';
import { toPlainText } from '../../lib/markdown';
import { usePreferences } from '../../lib/preferences';
import { otherUser, roomName } from '../../lib/rooms';
import { formatRoute, navigate } from '../../lib/route';
import { useTexts } from '../../lib/texts';
import { isWatched } from '../../lib/watched';
import { setFavicon } from './favicon';
import { mentions } from './mentions';
import { offerNotifications } from './offer';

/** What is older was missed while there was no connection: no news any more. */
const NEWS_SECONDS = 60;

/** Notifications that can still be withdrawn. */
const MAX_SHOWN = 50;

interface NoticesProps {
  /** The conversation that the address names. */
  roomId: string | undefined;
  /** The conversation that is in sight: another page of a small screen may be there instead. */
  inSight: string | undefined;
  /** How many messages of a room one has not seen; muted rooms do not count here. */
  unread: ReadonlyMap<string, number>;
}

/** Tells of what comes in where one does not look: in the title and icon of the tab, by the browser, by a tone. */
export function Notices({ roomId, inSight, unread }: NoticesProps) {
  const chat = useChat();
  const nameOf = useNames();
  const rooms = useRooms();
  const { notices } = useTexts();
  const { mutedRooms, notifications, sound } = usePreferences();
  const nameOfRoom = (id: string) =>
    roomName(
      id,
      rooms.find((room) => room.id === id),
      chat.user.id,
      nameOf,
    );

  /** Notifications of the browser, by the message's id: to be withdrawn when it is deleted. */
  const [shown] = useState(() => new Map<string, Notification>());

  const counts = [...unread].map(([id, count]) => (mutedRooms.includes(id) ? 0 : count));
  const sum = counts.reduce((total, count) => total + count, 0);
  const title = notices.title(sum > 99 ? '99+' : sum, roomId === undefined ? undefined : isolated(nameOfRoom(roomId)));
  useEffect(() => {
    document.title = title;
    setFavicon(sum);
  }, [title, sum]);
  useEffect(
    () => () => {
      document.title = 'redis-chat';
      setFavicon(0);
    },
    [],
  );

  useNewMessages((message) => {
    if (message.deleted || message.from === chat.user.id || mutedRooms.includes(message.roomId)) return;
    // Behind a dialog it is not what one looks at.
    const isRead = message.roomId === inSight && isWatched() && document.querySelector('dialog[open]') === null;
    const isPrivate = otherUser(message.roomId, chat.user.id) !== undefined;
    if (!isPrivate && !mentions(message.message, chat.user.username)) return;
    offerNotifications();
    if (isRead || chat.now() / 1000 - message.date > NEWS_SECONDS) return;
    if (sound) import('./sound').then(({ playTone }) => playTone()).catch(() => undefined);
    const name = isolated(nameOf(message.from) ?? nameOfRoom(message.roomId));
    if (!notifications) return;
    const title = isPrivate ? name : notices.mentioned(name, isolated(nameOfRoom(message.roomId)));
    const notification = notify(message, title);
    if (notification) shown.set(message.id, notification);
    for (const [id] of shown) if (shown.size > MAX_SHOWN) shown.delete(id);
  });
  // An edit is no news, and what is deleted is none any more.
  useChangedMessages(({ id, deleted }) => {
    if (!deleted) return;
    shown.get(id)?.close();
    shown.delete(id);
  });

  return null;
}

/** Shows a notification of the browser, where that was allowed; the same message in several tabs is one. */
function notify({ id, roomId, message }: Message, title: string): Notification | undefined {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return undefined;
  try {
    const options = { body: toPlainText(message), tag: `message-${id}`, icon: '/icon-192.png', silent: true };
    const notification = new Notification(title, options);
    notification.onclick = () => {
      window.focus();
      navigate(formatRoute({ roomId, people: false }));
      notification.close();
    };
    return notification;
  } catch {
    // Android's browsers allow them to service workers alone.
    return undefined;
  }
}
