const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
const SPACES = /\s+/gu;

/** Full case folding, a character at a time: what stands around a sigma is not to count. */
export function foldCase(text: string): string {
  return [...text].map((char) => char.toLowerCase().toUpperCase().toLowerCase()).join('');
}

/** A name without what only its typing makes different: width and composition, invisible characters, kinds of spaces. */
export function plainForm(name: string): string {
  return name.normalize('NFKC').replace(IGNORABLE, '').replace(SPACES, ' ').trim();
}

/** What names have in common that are the same but for case (and `plainForm`). Who signs in may type any of them. */
export function caseKey(name: string): string {
  return plainForm(foldCase(plainForm(name)));
}
