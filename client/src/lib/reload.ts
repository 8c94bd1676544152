import { unsentInBrowser } from '@app/client';
import { draftsInBrowser } from './kept';

/** The pages of this tab that were left for a newer one, by what they were built as. */
const KEY = 'redis-chat:reloaded';
/** The name of this file has a hash of what is in it. */
const BUILD = import.meta.url;
/** What one may have written something into. */
const FIELDS =
  'textarea, input:not([type]), input[type=text], input[type=search], input[type=password], [contenteditable=true]';

/**
 * Loads the page anew, unless this very one was left so before: the server may have no other.
 * @returns whether it does
 */
export function reloadOnce(reload = () => window.location.reload()): boolean {
  try {
    const left = sessionStorage.getItem(KEY)?.split('\n') ?? [];
    if (left.includes(BUILD)) return false;
    sessionStorage.setItem(KEY, [...left, BUILD].join('\n'));
    // Where nothing can be noted it would go on for ever.
    if (!sessionStorage.getItem(KEY)?.includes(BUILD)) return false;
  } catch {
    return false;
  }
  reload();
  return true;
}

/**
 * Whether a reload finds all that was written: what is not sent, and what stands in any field.
 * @param unsent how much the server does not have
 */
export function losesNothing(unsent: number): boolean {
  if (unsent > unsentInBrowser()) return false;
  const kept = new Set(draftsInBrowser());
  const written = [...document.querySelectorAll<HTMLElement & { value?: string }>(FIELDS)].map(
    (field) => field.value ?? field.textContent ?? '',
  );
  return written.every((text) => text === '' || kept.has(text));
}
