import { z } from 'zod';
import { userIdSchema } from '../../ids';
import { growing } from '../../views';

export const MAX_USERNAME_LENGTH = 32;
export const MAX_PASSWORD_LENGTH = 256;
export const MIN_PASSWORD_LENGTH = 8;

// Control, format (zero-width, bidi), unassigned, private use, surrogate; line and paragraph separators.
// ZWJ and ZWNJ are format characters too: names that look alike must be alike.
// The last ones are blank though Unicode calls them letters and symbols.
const INVISIBLE =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}]/u;
/** Something that is seen by itself, as marks and spaces are not. */
const BASE = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** A mark without a letter below it would sit on what stands before the name; a pile of them covers other lines. */
const STRAY_MARKS = /(?:^|\s)\p{M}|\p{Mn}{5}/u;

/**
 * A user name as it is stored: NFC, single plain spaces within, 1 to 32 characters (code points), all of them visible. Which
 * names are taken, reserved or of mixed scripts the auth service knows.
 */
export const usernameSchema = z
  .string()
  .max(4 * MAX_USERNAME_LENGTH)
  .transform((name) =>
    name
      .normalize('NFC')
      .replace(/\p{Zs}+/gu, ' ')
      .trim(),
  )
  .refine((name) => name.length > 0, 'must not be empty')
  .refine((name) => [...name].length <= MAX_USERNAME_LENGTH, `must be at most ${MAX_USERNAME_LENGTH} characters`)
  .refine((name) => !INVISIBLE.test(name), 'must not contain invisible characters')
  .refine((name) => BASE.test(name), 'must contain a letter, digit or symbol')
  .refine((name) => !STRAY_MARKS.test(name), 'must not contain marks without a letter, or so many');

const charactersOf = (text: string) => [...text.normalize('NFC')].length;

/** Any password that somebody may have: a decomposed spelling of the longest one is longer still. */
export const passwordSchema = z
  .string()
  .min(1, 'must not be empty')
  .max(16 * MAX_PASSWORD_LENGTH, 'too long')
  .refine((p) => !p.includes('\0'), 'must not contain NUL')
  .refine((p) => !/\p{Cs}/u.test(p), 'must not contain half a character');

/**
 * A password that somebody chooses: 8 to 256 characters (code points after NFC), none of them a control character. The auth
 * service refuses common ones besides.
 */
export const newPasswordSchema = passwordSchema
  .refine((p) => charactersOf(p) >= MIN_PASSWORD_LENGTH, `must be at least ${MIN_PASSWORD_LENGTH} characters`)
  .refine((p) => charactersOf(p) <= MAX_PASSWORD_LENGTH, `must be at most ${MAX_PASSWORD_LENGTH} characters`)
  .refine((p) => !/\p{Cc}/u.test(p), 'must not contain control characters');

export const userSchema = z.strictObject({ id: userIdSchema, username: z.string() });
/** An account as others see it. */
export type User = z.infer<typeof userSchema>;

export const accountSchema = userSchema.extend({
  /** ISO 8601; null where nobody noted it. */
  createdAt: z.string().nullable(),
  /** Since when it lets nobody in. */
  suspendedAt: z.string().nullable(),
});
/** An account as operators see it. */
export type Account = z.infer<typeof accountSchema>;

/** Who may register: everybody, nobody, or (where nobody may, and nobody has) the first user. */
export const registrationStateSchema = growing(['open', 'closed', 'first'], 'closed');

/** A name as somebody signing in typed it: accounts of the demo's servers keep to no rule of ours. */
export const signInNameSchema = z.string().min(1, 'must not be empty').max(200);
