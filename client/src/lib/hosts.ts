/** Letters beyond ASCII that no reader takes for one of ASCII's: those of Western and Central European languages. */
const EUROPEAN = /^[a-z0-9\u00DF-\u00F6\u00F8-\u017E-]*$/u;
/** Among those: without a dot, with a bar or an apostrophe of their own, they look like others. */
const DECEIVING = /[\u0131\u0138\u0140\u0142\u0149\u017F]/u;
/** What East Asian languages write with, and those of their letters that look like a stroke. */
const EAST_ASIAN =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}\u30FC\u3005\u30070-9-]+$/u;
const STROKES = /^[\u3078\u30BD\u30CE\u30D8\u30F3\u30FC\u4E00\u4E36\u4E3F\u5DE5\u4E8C\u516B\u53E3\u30070-9-]+$/u;
/** Scripts without a letter that looks like a Latin one; each by itself. */
const APART = [
  'Arabic',
  'Hebrew',
  'Devanagari',
  'Bengali',
  'Gujarati',
  'Gurmukhi',
  'Tamil',
  'Telugu',
  'Kannada',
  'Thai',
].map((script) => new RegExp(`^(?:\\p{Script=${script}}|\\p{M}|[0-9-])+$`, 'u'));
/** Those with letters that have a Latin double, and the doubles, as browsers know them. */
const ALIKE = [
  { script: /^[\p{Script=Cyrillic}0-9-]+$/u, doubles: /[аысԁеԍһіюјӏорԗԛѕԝхуъьҽпгѵѡ0-9-]/gu },
  { script: /^[\p{Script=Greek}0-9-]+$/u, doubles: /[αικνρυωηοτγςϲ0-9-]/gu },
];

/**
 * A host as it may be shown: as it was written, where that is what it says; else in its ASCII form, which nobody takes for
 * another host. Written otherwise (full width, percent signs) it is shown as where it leads.
 * @param written as it stands in the text
 * @param ascii what it leads to: a URL's `hostname`
 */
export function shownHost(written: string, ascii: string): string {
  const plain = written.toLowerCase();
  if (plain === ascii) return written;
  return plain === plain.normalize('NFKC') && /[^ -~]/.test(plain) && isClear(plain, ascii) ? written : ascii;
}

/** Whether each part of a host is of one script that can be told from Latin, and all of them together of no more than one more. */
function isClear(host: string, ascii: string): boolean {
  const labels = host.split('.');
  if (labels.length !== ascii.split('.').length) return false;
  const foreign = labels.filter((label) => /[^ -~]/.test(label));
  if (foreign.every((label) => EUROPEAN.test(label) && !DECEIVING.test(label))) return true;
  // They stand by themselves: beside Latin parts they would have to be told from them. What is made of doubles alone may be
  // another word.
  for (const { script, doubles } of ALIKE) {
    if (labels.every((label) => script.test(label) && label.replace(doubles, '') !== '')) return true;
  }
  if (foreign.some((label) => /\p{Nd}/u.test(label.replace(/[0-9]/g, '')))) return false;
  if (foreign.every((label) => EAST_ASIAN.test(label) && !STROKES.test(label))) return true;
  return APART.some((script) => foreign.every((label) => script.test(label)));
}
