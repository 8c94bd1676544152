import type { MoreTexts } from '../en/more';

export const overlays: MoreTexts['overlays'] = {
  switcher: {
    title: 'Zu einem Raum oder einer Person springen',
    field: 'Raum oder Person',
    newTitle: 'Neue Nachricht',
    newField: 'An wen?',
    rooms: 'Räume',
    people: 'Personen',
    looking: 'Weitere Personen werden gesucht …',
    nothing: (query) => `Nichts heißt „${query}“. Versuche es mit einem Teil des Namens.`,
    offline: 'Du bist offline: Hier ist nur zu finden, wen diese Seite schon kennt.',
    nothingOffline: (query) => `Du bist offline, und nichts, was hier bekannt ist, heißt „${query}“.`,
    partly: 'Es konnten nicht alle durchsucht werden.',
    shortcuts: 'Tastenkürzel',
  },
  shortcuts: {
    jump: 'Zu einem Raum oder einer Person springen',
    room: 'Voriger oder nächster Raum',
    unseenRoom: 'Voriger oder nächster Raum mit Neuem',
    send: 'Nachricht senden',
    again: 'Im leeren Feld: deine letzte Nachricht bearbeiten',
    editMessage: 'An einer eigenen Nachricht: sie bearbeiten',
    deleteMessage: 'An einer eigenen Nachricht: sie löschen',
    messageMenu: 'An einer Nachricht: alles, was mit ihr geht',
    newLine: 'Neue Zeile beginnen',
    emoji: 'Ein Emoji auswählen',
    newest: 'Zur neuesten Nachricht und zum Schreiben',
    walk: 'In Nachrichten und Listen: eins hinauf oder hinunter',
    settings: 'Einstellungen öffnen',
    help: 'Diese Tastenkürzel zeigen',
  },
};
