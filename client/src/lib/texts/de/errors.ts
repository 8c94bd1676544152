import type { Texts } from '../en';

export const errors: Texts['errors'] = {
  tooFast: (when) => `Zu schnell. Versuche es ${when} noch einmal.`,
  soon: 'in einem Moment',
  inSeconds: (seconds) => `in ${seconds} s`,
  inMinutes: (minutes) => `in ${minutes} min`,
  unavailable: 'Der Server ist nicht erreichbar. Versuche es in einem Moment noch einmal.',
  overloaded: 'Der Server ist überlastet. Versuche es in einem Moment noch einmal.',
  internal: 'Auf dem Server ist etwas schiefgegangen. Versuche es in einem Moment noch einmal.',
  forbidden: 'Darauf hast du keinen Zugriff.',
  notFound: 'Das gibt es nicht.',
  unauthorized: 'Du bist abgemeldet. Melde dich wieder an.',
  conflict: 'Das gibt es schon.',
  fields: {
    username: 'Der Benutzername',
    password: 'Das Passwort',
    message: 'Die Nachricht',
    other: 'Diese Angabe',
  },
  problems: {
    missing: 'fehlt',
    empty: 'darf nicht leer sein',
    tooLong: 'ist zu lang',
    atLeast: (count) => `muss mindestens ${count} Zeichen lang sein`,
    atMost: (count) => `darf höchstens ${count} Zeichen lang sein`,
    atMostBytes: (count) => `darf höchstens ${count} Bytes lang sein`,
    invisible: 'darf keine unsichtbaren Zeichen enthalten',
    nul: 'darf kein NUL-Zeichen enthalten',
    other: 'ist nicht erlaubt',
  },
};
