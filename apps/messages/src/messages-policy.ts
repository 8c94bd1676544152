import { ChatError } from '@app/contracts';

/** C0 and C1, but for tab and line feed. */
const CONTROL = /(?![\t\n])\p{Cc}/gu;
/** Anything that is seen: not what is blank, joins, turns or marks what is not there. */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * A message's text as it is stored: as sent, but without control characters and broken surrogates.
 * @param maxLength in code points
 * @throws ChatError `invalid` when nothing visible is left or it is too long
 */
export function cleanText(text: string, maxLength: number): string {
  const clean = text.replace(/\r\n?/g, '\n').replace(CONTROL, '').toWellFormed();
  if (!VISIBLE.test(clean)) throw new ChatError('invalid', 'message: must not be empty');
  // A code point takes at most two units: most texts need no counting.
  if (clean.length > maxLength && [...clean].length > maxLength) {
    throw new ChatError('invalid', `message: must be at most ${maxLength} characters`);
  }
  return clean;
}
