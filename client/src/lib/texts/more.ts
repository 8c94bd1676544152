import { useSyncExternalStore } from 'react';
import { language, subscribeToLanguage } from '.';
import { de } from './de/more';
import { en, type MoreTexts } from './en/more';

export type { MoreTexts };

const CATALOGUES = { en, de };

/** As `texts`, for what is loaded on demand. */
export const moreTexts = (): MoreTexts => CATALOGUES[language()];

/** As `useTexts`, for what is loaded on demand. */
export function useMoreTexts(): MoreTexts {
  return CATALOGUES[useSyncExternalStore(subscribeToLanguage, language)];
}
