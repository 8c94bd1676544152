import { useSyncExternalStore } from 'react';
import { language, subscribeToLanguage } from '.';
import { emptyEdit as deEmptyEdit, notChanged as deNotChanged } from './de/changes';
import { dialog as deDialog } from './de/dialog';
import { overlays as deOverlays } from './de/overlays';
import { session as deSession } from './de/session';
import { emptyEdit, notChanged } from './en/changes';
import { dialog } from './en/dialog';
import { overlays } from './en/overlays';
import { session } from './en/session';

const en = { dialog, emptyEdit, notChanged, overlays, session };
/** What is said where something is opened that few need at first: it comes with that, in all languages. */
export type MoreTexts = typeof en;

const de: MoreTexts = {
  dialog: deDialog,
  emptyEdit: deEmptyEdit,
  notChanged: deNotChanged,
  overlays: deOverlays,
  session: deSession,
};

const CATALOGUES = { en, de };

/** As `texts`, for what is loaded on demand. */
export const moreTexts = (): MoreTexts => CATALOGUES[language()];

/** As `useTexts`, for what is loaded on demand. */
export function useMoreTexts(): MoreTexts {
  return CATALOGUES[useSyncExternalStore(subscribeToLanguage, language)];
}
