import type { Texts } from '../en';

export const app: Texts['app'] = {
  loading: 'Wird geladen',
  unreachable: 'Der Server ist nicht erreichbar. Alle paar Sekunden folgt ein neuer Versuch.',
  tryNow: 'Jetzt versuchen',
  skip: 'Zur Unterhaltung springen',
  newConversation: 'Neue Unterhaltung',
  showPeople: 'Personen zeigen',
  signOut: 'Abmelden',
  notSignedOut: (why) => `Nicht abgemeldet. ${why}`,
  onlineCount: (count) => `${count} online`,
  roomBegins: (room) => `Hier beginnt ${room}.`,
  directBegins: (name) => `Hier beginnt deine Unterhaltung mit ${name}. Niemand sonst kann sie lesen.`,
};
