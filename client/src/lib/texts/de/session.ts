import type { MoreTexts } from '../en/more';

export const session: MoreTexts['session'] = {
  signIn: {
    title: 'Anmelden',
    act: 'Anmelden',
    busy: 'Anmeldung läuft …',
    ask: 'Neu hier?',
    other: 'Konto anlegen',
  },
  register: {
    title: 'Konto anlegen',
    act: 'Konto anlegen',
    busy: 'Konto wird angelegt …',
    ask: 'Schon ein Konto?',
    other: 'Zur Anmeldung',
  },
  ended: 'Deine Sitzung ist beendet. Melde dich wieder an, um dort weiterzumachen, wo du warst.',
  unsent: (messages, drafts) => {
    const unsent =
      messages > 0 &&
      (messages === 1 ? '1 Nachricht wurde nicht gesendet.' : `${messages} Nachrichten wurden nicht gesendet.`);
    const begun =
      drafts > 0 && (drafts === 1 ? '1 Nachricht ist nur begonnen.' : `${drafts} Nachrichten sind nur begonnen.`);
    const where =
      messages + drafts === 1
        ? 'Sie wartet in diesem Browser, bis du dich wieder anmeldest; meldet sich jemand anderes an, ist sie weg.'
        : 'Sie warten in diesem Browser, bis du dich wieder anmeldest; meldet sich jemand anderes an, sind sie weg.';
    return [unsent, begun, where].filter(Boolean).join(' ');
  },
  username: 'Benutzername',
  password: 'Passwort',
  passwordHint: (characters) => `Mindestens ${characters} Zeichen.`,
  showPassword: 'Passwort zeigen',
  hidePassword: 'Passwort verbergen',
  lookAround: 'Oder sieh dich um als',
  notLetIn: 'Dieses Konto ist gesperrt. Frage die Leute, die diesen Chat betreiben.',
  noMatch: 'Benutzername und Passwort passen nicht zusammen.',
  taken: 'Dieser Name ist vergeben. Wähle einen anderen.',
  tooManyAttempts: (when) => `Zu viele Versuche. Versuche es ${when} noch einmal.`,
  noNewAccounts: 'Neue Konten sind hier nicht erlaubt.',
  closed: 'Neu hier? Bitte den Betreiber dieses Servers um ein Konto.',
  first: 'Hier hat noch niemand ein Konto. Lege das erste an; danach kann es niemand mehr.',
};
