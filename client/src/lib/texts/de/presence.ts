import type { Texts } from '../en';

export const presence: Texts['presence'] = {
  online: 'online',
  offline: 'offline',
  unknown: 'Anwesenheit unbekannt',
  wereOnline: 'Online, bevor die Verbindung abriss',
  others: 'Andere',
  people: 'Personen',
  onlineGroup: 'Online',
  offlineGroup: 'Offline',
  you: 'du',
  back: 'Zurück',
  closePeople: 'Personen schließen',
  loading: 'Wird geladen …',
  tryAgain: 'Noch einmal versuchen',
  morePeople: 'Weitere Personen zeigen',
  alone: 'Außer dir ist noch niemand hier. Schicke jemandem die Adresse dieser Seite.',
  connection: 'Verbindung',
  connecting: 'Verbindung wird hergestellt …',
  reconnecting: 'Verbindung unterbrochen.',
  noNetwork: 'Offline.',
  fromDevice: 'Zu sehen ist, was dieses Gerät behalten hat.',
  waiting: (count) =>
    count === 1
      ? '1 Nachricht wird gesendet, sobald du wieder verbunden bist.'
      : `${count} Nachrichten werden gesendet, sobald du wieder verbunden bist.`,
  nextTry: (seconds) => `Nächster Versuch in ${seconds} s.`,
  trying: 'Neuer Versuch …',
  now: 'Jetzt',
};
