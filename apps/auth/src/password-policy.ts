import { ChatError } from '@app/contracts';
import { dictionary } from '@zxcvbn-ts/language-common';

/** Some 50,000 that people choose most, lower case. */
const COMMON = new Set(dictionary['passwords-common']);
/** What this chat is called. */
const PRODUCT = ['redischat', 'redis', 'chat', 'tahcsider', 'sider', 'tahc'];
/** From so many characters on no pattern is looked for. */
const LONG = 32;
/** Fewer signs than this that do not follow from those before are a pattern. */
const MIN_SIGNS = 5;
/** A shorter name is part of too many words. */
const MIN_NAME = 3;
/** Keys that lie side by side, besides the alphabets and digits. */
const ROWS = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiopü',
  'asdfghjklöä',
  'yxcvbnm',
  'azertyuiop',
  'qsdfghjklm',
].concat(['йцукенгшщзхъ', 'фывапролджэ', 'ячсмитьбю', '1234567890']);
const LOOKS_LIKE: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
};

/**
 * Refuses a password for a new account, or a new one, that is among the first to be tried.
 * @throws ChatError `invalid`
 */
export function requireGoodPassword(password: string, username: string, field = 'password'): void {
  const problem = problemOf(password, username);
  if (problem) throw new ChatError('invalid', `${field}: ${problem}`);
}

function problemOf(password: string, username: string): string | undefined {
  const folded = fold(password);
  const dense = compact(folded);
  if (dense === '') return 'must not be blank';
  if (containsLittleElse(dense, [...namesIn(username), ...PRODUCT]))
    return "must not be a name of one's own or of this chat";
  if ([...folded].length < LONG && isPattern(dense)) return 'must not be a simple pattern';
  if ([folded.trim(), dense].some(isCommon)) return 'must not be a common password';
  return undefined;
}

/** One for all that differ in case or in how the same character is written. */
function fold(text: string): string {
  const visible = text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  return visible.toUpperCase().toLowerCase().normalize('NFKC');
}

/** Without what only parts. */
function compact(folded: string): string {
  return folded.replace(/[\s\p{Z}\p{Cc}]+/gu, '');
}

function isCommon(folded: string): boolean {
  const likened = folded.replace(/[@43105$!7]/g, (sign) => LOOKS_LIKE[sign] ?? sign);
  if (COMMON.has(folded) || COMMON.has(likened)) return true;
  // A common one with little before and after it: `Password1!`, `2024summer`. The letters alone are looked up.
  const [, before = '', word = '', after = ''] = /^([^\p{L}]*)(.*?)([^\p{L}]*)$/u.exec(folded) ?? [];
  const isShort = signs(before) + signs(after) < MIN_SIGNS;
  return (
    isShort &&
    word.length >= 4 &&
    (COMMON.has(word) || COMMON.has(word.replace(/[@43105$!7]/g, (s) => LOOKS_LIKE[s] ?? s)))
  );
}

/** Runs, repetitions, or hardly any different characters. */
function isPattern(text: string): boolean {
  const unit = /^(.+?)\1+$/u.exec(text)?.[1];
  if (unit && (COMMON.has(unit) || signs(unit) < MIN_SIGNS)) return true;
  return signs(text) < MIN_SIGNS || new Set(text).size < 4;
}

/** A name of one's own and its parts, forwards and backwards. */
function namesIn(username: string): string[] {
  const folded = fold(username);
  const parts = [compact(folded), folded.replace(/[^\p{L}\p{N}]+/gu, ''), ...folded.split(/[^\p{L}\p{N}]+/u)];
  const names = [...new Set(parts)].filter((part) => [...part].length >= MIN_NAME);
  return names.flatMap((name) => [name, [...name].reverse().join('')]);
}

/** Whether a text is made of such words and little more. */
function containsLittleElse(text: string, words: readonly string[]): boolean {
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  const letters = text.replace(/[^\p{L}\p{N}]+/gu, '');
  const rest = longestFirst.reduce((left, word) => left.replaceAll(word, ' '), letters);
  return rest !== letters && signs(rest.replaceAll(' ', '')) < MIN_SIGNS;
}

/** How many characters a text has, where a run (`aaaa`, `4567`, `fedc`, `qwert`) counts as one. */
function signs(text: string): number {
  const characters = [...text];
  let count = 0;
  for (let i = 0; i < characters.length; count++) {
    const length = runLength(characters, i);
    i += length >= 3 ? length : 1;
  }
  return count;
}

function runLength(characters: readonly string[], from: number): number {
  const steps = stepsBetween(characters[from], characters[from + 1]);
  let length = 1;
  for (let kept = steps; kept.size > 0; ) {
    length += 1;
    const next = stepsBetween(characters[from + length - 1], characters[from + length]);
    kept = new Set([...kept].filter((step) => next.has(step)));
  }
  return length;
}

/** The ways in which one character follows another: the same, the next or the one before, in an alphabet or on a keyboard. */
function stepsBetween(a: string | undefined, b: string | undefined): Set<string> {
  const steps = new Set<string>();
  if (a === undefined || b === undefined) return steps;
  const distance = (b.codePointAt(0) ?? 0) - (a.codePointAt(0) ?? 0);
  if (Math.abs(distance) <= 1) steps.add(`by ${distance}`);
  for (const [i, row] of ROWS.entries()) {
    const [at, next] = [row.indexOf(a), row.indexOf(b)];
    if (at >= 0 && next >= 0 && Math.abs(next - at) === 1) steps.add(`row ${i} ${next - at}`);
  }
  return steps;
}
