import { createHash } from 'node:crypto';
import { ChatError } from '@app/contracts';

/** A place in a room's history (see lua/page.lua). */
export interface Place {
  /** As Redis writes it. */
  score: string;
  digest: string;
  place: number;
}

const FORM = /^(-?(?:inf|\d+(?:\.\d+)?(?:e[+-]?\d+)?))~([0-9a-f]{12})~(\d{1,9})$/;

/** What tells a stored message from others of its score. */
export function digestOf(member: string): string {
  return createHash('sha1').update(member).digest('hex').slice(0, 12);
}

/** The opaque cursor of a stored message. */
export function encodeCursor({ score, digest, place }: Place): string {
  return Buffer.from(`${score}~${digest}~${place}`).toString('base64url');
}

/**
 * @throws ChatError `invalid` for a cursor that this service did not make
 */
export function decodeCursor(cursor: string): Place {
  const [, score, digest, place] = FORM.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (score === undefined || digest === undefined) throw new ChatError('invalid', 'cursor: is not valid');
  return { score, digest, place: Number(place) };
}
