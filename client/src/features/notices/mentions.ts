/** Whether a text has `@name` as a word of its own, in capitals or not. */
export function mentions(text: string, name: string): boolean {
  const word = name.normalize('NFC').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  // A mark of a letter, such as an accent of its own, belongs to the word too.
  return new RegExp(`(?:^|[^\\p{L}\\p{N}\\p{M}_@])@${word}(?![\\p{L}\\p{N}\\p{M}_])`, 'iu').test(text.normalize('NFC'));
}
