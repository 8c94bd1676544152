import { z } from 'zod';
import { userIdSchema } from './ids';

export const MAX_USERNAME_LENGTH = 32;
/** bcrypt reads no further. */
export const MAX_PASSWORD_BYTES = 72;
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

const utf8 = new TextEncoder();

/** Any password that bcrypt reads whole: not empty, at most 72 bytes of UTF-8, no NUL. */
export const passwordSchema = z
  .string()
  .min(1, 'must not be empty')
  .refine((p) => utf8.encode(p).length <= MAX_PASSWORD_BYTES, `must be at most ${MAX_PASSWORD_BYTES} bytes`)
  .refine((p) => !p.includes('\0'), 'must not contain NUL');

/** A password for a new account of our own API. */
export const newPasswordSchema = passwordSchema.refine(
  (p) => [...p].length >= MIN_PASSWORD_LENGTH,
  `must be at least ${MIN_PASSWORD_LENGTH} characters`,
);

export const userSchema = z.strictObject({ id: userIdSchema, username: z.string() });
/** An account as others see it. */
export type User = z.infer<typeof userSchema>;

export const presenceSchema = z.strictObject({ id: userIdSchema, username: z.string(), online: z.boolean() });
/** An account and whether it has a live connection. */
export type Presence = z.infer<typeof presenceSchema>;

/** The demo's people, there where demo data is on. */
export const DEMO_USERNAMES = ['Pablo', 'Joe', 'Mary', 'Alex'] as const;
export const DEMO_PASSWORD = 'password123';

/** A name as somebody signing in typed it: accounts of the demo's servers keep to no rule of ours. */
export const signInNameSchema = z.string().min(1, 'must not be empty').max(200);
