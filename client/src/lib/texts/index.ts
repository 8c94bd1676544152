import { useSyncExternalStore } from 'react';
import { preferences } from '../preferences';
import { createStore } from '../store';
import { en, type Texts } from './en';

export type { Texts };
export type Language = 'en' | 'de';

const LOADERS: Record<Language, () => Promise<Texts>> = {
  en: async () => en,
  de: async () => (await import('./de')).de,
};

const store = createStore<{ language: Language; texts: Texts }>({ language: 'en', texts: en });

/** The language that was chosen, else the first of the browser's that there is a catalogue for. */
function wanted(): Language {
  const { language } = preferences.get();
  if (language !== 'system') return language;
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return spoken.find((tag): tag is Language => tag in LOADERS) ?? 'en';
}

async function follow(): Promise<void> {
  const language = wanted();
  // Without an answer of the server the language stays as it is.
  const texts = await LOADERS[language]().catch(() => undefined);
  // Another one may have been chosen while this one was loading.
  if (texts === undefined || language !== wanted()) return;
  document.documentElement.lang = language;
  store.set({ language, texts });
}

/** Loads the catalogue of the language wanted, and follows changes of the preference from then on. */
export async function startTexts(): Promise<void> {
  preferences.subscribe(() => void follow());
  await follow();
}

/** The catalogue now, for what is no component. */
export const texts = (): Texts => store.get().texts;

/** The language of the catalogue, and what tells of another one. */
export const language = (): Language => store.get().language;
export const subscribeToLanguage = store.subscribe;

/** The catalogue; renders again in another language. */
export function useTexts(): Texts {
  return useSyncExternalStore(store.subscribe, store.get).texts;
}

/** The language of the catalogue, for `Intl`; with the region of the browser where that has the same language. */
export function useLocale(): string {
  const { language } = useSyncExternalStore(store.subscribe, store.get);
  return localeOf(language);
}

/** As `useLocale`, for what is no component. */
export const locale = (): string => localeOf(store.get().language);

function localeOf(language: Language): string {
  return navigator.languages.find((tag) => tag.startsWith(`${language}-`)) ?? (language === 'en' ? 'en-GB' : language);
}
