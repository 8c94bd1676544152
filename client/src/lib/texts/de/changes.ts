import type { MoreTexts } from '../en/more';

export const notChanged: MoreTexts['notChanged'] = {
  notSaved: (why) => `Änderung nicht gespeichert. ${why}`,
  notDeleted: (why) => `Nicht gelöscht. ${why}`,
  conflict: 'Du hast sie auf einem anderen Gerät geändert. Welcher Text soll bleiben?',
  locked: 'Sie kann nicht mehr geändert werden.',
  yours: 'Dein Text',
  useMine: 'Meinen Text nehmen',
  keepPresent: 'Den jetzigen behalten',
};

export const emptyEdit: MoreTexts['emptyEdit'] = {
  title: 'Nachricht löschen?',
  text: 'Du hast den ganzen Text entfernt.',
};
