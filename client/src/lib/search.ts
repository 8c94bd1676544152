/** A text as it is compared when something is looked for: without case, accents and such. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss').trim();
}

/**
 * Those whose name holds what is looked for: first those whose name begins with it, then those with a word that does,
 * then the others, each in the order given.
 * @param query as typed; nothing finds everything
 */
export function find<T>(things: readonly T[], query: string, nameOf: (thing: T) => string): T[] {
  const wanted = fold(query);
  const found: [T[], T[], T[]] = [[], [], []];
  for (const thing of things) {
    const name = fold(nameOf(thing));
    if (name.startsWith(wanted)) found[0].push(thing);
    else if (name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted))) found[1].push(thing);
    else if (name.includes(wanted)) found[2].push(thing);
  }
  return found.flat();
}
