import type { Message } from '../features/messages/schemas';

/** The end of the year 9999: what lies beyond may be no date anywhere, and Infinity is no JSON. */
const LAST_DATE = 253_402_300_799;

/**
 * A message written by a server of the demo, in our form: fields spelled either way, ids numbers or strings. It has no
 * `seq`; its id is derived from date and content, so that it is the same wherever it is met. Its date is one that there is.
 * @param fallbackDate Unix seconds, for one that carries no usable date
 * @returns undefined for what is no message
 */
export function readForeignMessage(value: unknown, roomId: string, fallbackDate: number): Message | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const from = fields.from ?? fields.From;
  const message = fields.message ?? fields.Message;
  if ((typeof from !== 'string' && typeof from !== 'number') || typeof message !== 'string') return undefined;
  const written = numberOf(fields.date ?? fields.Date);
  const date = Number.isFinite(written) && written > 0 ? written : fallbackDate;
  const id = `x${date}-${hash53(`${from}\n${roomId}\n${message}`)}`;
  return { id, from: String(from), date: Math.max(-LAST_DATE, Math.min(date, LAST_DATE)), message, roomId };
}

/** Anything may stand there: an object's own conversion is not to be called. */
function numberOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}

/** A 53-bit hash in base 36: two multiplicative halves (as in MurmurHash's mixing), enough to tell messages of a moment apart. */
function hash53(text: string): string {
  let a = 0x9747b28c;
  let b = 0x5bd1e995;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x85ebca6b);
    b = Math.imul(b ^ unit, 0xc2b2ae35);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return ((b & 0x1fffff) * 2 ** 32 + (a >>> 0)).toString(36);
}
