import { createHmac } from 'node:crypto';

/** bcrypt reads no further. */
const BCRYPT_BYTES = 72;
/** Begins the hash of a password longer than that; what follows is bcrypt's own. Any other hash is plain bcrypt. */
export const LONG_MARK = '$hmac-sha384';

/** A text for bcrypt, and what marks its hash. */
export interface BcryptInput {
  text: string;
  mark: '' | typeof LONG_MARK;
}

/** A password as it is compared: NFC with one kind of space (OpaqueString, RFC 8265). */
export function opaque(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/** What bcrypt hashes for a password. A short one stays as it is, so that a server of the demo can check it. */
export function inputOf(password: string): BcryptInput {
  const form = opaque(password);
  return fits(form) ? { text: form, mark: '' } : { text: shortened(form), mark: LONG_MARK };
}

/** What bcrypt may be asked about a password that somebody typed and a plain hash: also as it was typed, as older hashes and the demo's have it. */
export function plainInputs(password: string): string[] {
  return [...new Set([opaque(password), password])].filter(fits);
}

function fits(text: string): boolean {
  return Buffer.byteLength(text) <= BCRYPT_BYTES;
}

/** 64 characters that depend on all of a long password. Its key is no secret: it makes these of no use with other programs' hashes. */
function shortened(form: string): string {
  return createHmac('sha384', 'redis-chat long password').update(form).digest('base64');
}
