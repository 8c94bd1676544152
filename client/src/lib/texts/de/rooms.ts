import type { Texts } from '../en';

export const rooms: Texts['rooms'] = {
  rooms: 'Räume',
  direct: 'Direktnachrichten',
  noDirect: 'Noch niemand. Wähle unter „Personen“ jemanden aus, um dich zu zweit zu unterhalten.',
  noMessages: 'Noch keine Nachrichten',
  lastBy: (name, message) => `${name}: ${message}`,
  lastByYou: (message) => `Du: ${message}`,
  unread: (count) => `${count} neu`,
  unreadRooms: (count) => `${count} ungelesen`,
  notSent: 'Nicht gesendet',
  deleted: 'Nachricht gelöscht',
  unnamedRoom: 'Raum',
  unnamedDirect: 'Unterhaltung',
};
