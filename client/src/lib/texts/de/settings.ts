import type { Texts } from '../en';

export const settings: Texts['settings'] = {
  settings: 'Einstellungen',
  close: 'Schließen',
  notLoaded: 'Die Einstellungen konnten nicht geladen werden. Versuche es noch einmal, wenn du online bist.',
  unsentTitle: (count) =>
    count === 1 ? '1 Nachricht wurde nicht gesendet' : `${count} Nachrichten wurden nicht gesendet`,
  draftsTitle: (count) => (count === 1 ? 'Du hast eine Nachricht begonnen' : `Du hast ${count} Nachrichten begonnen`),
  draftsToo: (count) => (count === 1 ? 'Eine weitere hast du begonnen.' : `${count} weitere hast du begonnen.`),
  unsentText: (count) =>
    count === 1
      ? 'Wenn du dich jetzt abmeldest, geht sie verloren.'
      : 'Wenn du dich jetzt abmeldest, gehen sie verloren.',
  stay: 'Angemeldet bleiben',
  signOutAnyway: 'Trotzdem abmelden',
};
