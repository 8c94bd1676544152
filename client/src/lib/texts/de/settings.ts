import type { Texts } from '../en';

export const settings: Texts['settings'] = {
  settings: 'Einstellungen',
  close: 'Schließen',
  notLoaded: 'Die Einstellungen konnten nicht geladen werden. Versuche es noch einmal, wenn du online bist.',
  appearance: 'Darstellung',
  theme: 'Farben',
  asSystem: 'System',
  light: 'Hell',
  dark: 'Dunkel',
  density: 'Abstände',
  comfortable: 'Luftig',
  compact: 'Kompakt',
  language: 'Sprache',
  notices: 'Hinweise',
  notifications: 'Benachrichtigungen',
  notificationsHint: 'Bei privaten Nachrichten und Erwähnungen, die du nicht gerade vor dir hast.',
  notificationsDenied:
    'Dein Browser blockiert Benachrichtigungen dieser Seite. Erlaube sie in seinen Einstellungen für diese Seite und lade sie neu.',
  notificationsUnsupported: 'Dieser Browser kann keine Benachrichtigungen zeigen.',
  sound: 'Ton',
  soundHint: 'Ein kurzer Ton bei jedem Hinweis.',
  sessions: 'Wo du angemeldet bist',
  sessionsLoading: 'Wird geladen …',
  retry: 'Noch einmal versuchen',
  noOtherSessions: 'Du bist sonst nirgends angemeldet.',
  showAllSessions: (count) => `Alle ${count} zeigen`,
  device: (browser, system) =>
    browser && system ? `${browser} auf ${system}` : (browser ?? system ?? 'Unbekanntes Gerät'),
  thisDevice: 'Dieses Gerät',
  lastUsed: (when) => `Zuletzt benutzt: ${when}`,
  signOut: 'Abmelden',
  signOutDevice: (device) => `${device} abmelden`,
  signOutOthers: 'Alle anderen Geräte abmelden',
  signOutEverywhere: 'Überall abmelden',
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
