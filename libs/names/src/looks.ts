import { foldCase, plainForm } from './case-key';
import { replaceConfusables, skeleton } from './skeleton';

/** A skeleton may have more blanks than the text had. */
const look = (text: string) => skeleton(text).replace(/\s+/gu, ' ').trim();

/** An `I` within small letters is read as `l`, an `l` among capitals as `I`. */
function asRead(word: string): string {
  if (/\p{Ll}/u.test(word.replaceAll('l', ''))) return word.charAt(0) + word.slice(1).replaceAll('I', 'l');
  return /\p{Lu}/u.test(word) ? word.replaceAll('l', 'I') : word;
}

/**
 * How a name looks, as keys: two names with one of them in common would be taken for each other, and only one may exist.
 *
 * `f:` are looks in lower case, the first of them that of the name itself. `v:` are those of the name as it is written and in
 * capitals: a "ВЕТА" of Cyrillic capitals looks like another name only as it stands; "ſ" looks like "f" though it means "s";
 * of "ȧ" the list tells what it looks like as a whole. Looks in lower case are apart from the others, or "Ian" and "Lan"
 * would be one: nobody sees the second as "lan".
 */
export function looks(name: string): string[] {
  const plain = plainForm(name);
  const shown = [plain, name, replaceConfusables(name.normalize('NFC')), plainForm(plain.toUpperCase())];
  const folded = [plain, plain.replace(/\S+/gu, asRead)].map((form) => `f:${look(plainForm(foldCase(form)))}`);
  return [...new Set([...folded, ...shown.map((form) => `v:${look(form)}`)])];
}
