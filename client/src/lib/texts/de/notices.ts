import type { Texts } from '../en';

export const notices: Texts['notices'] = {
  title: (unread, room) => `${unread !== 0 ? `(${unread}) ` : ''}${room === undefined ? '' : `${room} · `}redis-chat`,
  mentioned: (name, room) => `${name} in ${room}`,
  offer: 'Benachrichtigt werden, wenn dir jemand schreibt?',
  turnOn: 'Einschalten',
  notNow: 'Nicht jetzt',
  mute: 'Stummschalten',
  unmute: 'Stummschaltung aufheben',
  muted: 'stumm',
};
