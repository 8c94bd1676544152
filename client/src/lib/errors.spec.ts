import {
  type ErrorBody,
  MAX_PASSWORD_LENGTH,
  MIN_PASSWORD_LENGTH,
  newPasswordSchema,
  passwordSchema,
  signInNameSchema,
  usernameSchema,
} from '@app/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { explain, explainField } from './errors';
import { preferences } from './preferences';
import { startTexts, texts } from './texts';

const invalid = (message: string): ErrorBody => ({ code: 'invalid', message });

it('tells people in sentences what is invalid', () => {
  const said = (message: string) => explain(invalid(message));
  expect(said('message: must not be empty')).toBe('The message must not be empty.');
  expect(said('message: must be at most 4000 characters')).toBe('The message must be at most 4000 characters.');
  expect(said('userId: must be somebody else')).toBe('This is not allowed.');
  expect(said('Bad Request')).toBe('This is not allowed.');
});

it('says when to try again', () => {
  expect(explain({ code: 'rate_limited', message: '', retryAfterMs: 3100 })).toBe('Too fast. Try again in 4 s.');
  expect(explain({ code: 'rate_limited', message: '', retryAfterMs: 120_000 })).toBe('Too fast. Try again in 2 min.');
  expect(explain({ code: 'rate_limited', message: '' })).toBe('Too fast. Try again in a moment.');
});

/** What a schema says is wrong with a value. */
const problem = (schema: z.ZodType, value: string) => schema.safeParse(value).error?.issues[0]?.message ?? 'nothing';

it.each([
  ['username', problem(usernameSchema, '  '), 'The user name must not be empty.'],
  ['username', problem(usernameSchema, 'x'.repeat(33)), 'The user name must be at most 32 characters.'],
  ['username', problem(usernameSchema, 'x'.repeat(200)), 'The user name is too long.'],
  ['username', problem(usernameSchema, 'a\u200bb'), 'The user name must not contain invisible characters.'],
  ['username', problem(signInNameSchema, 'x'.repeat(201)), 'The user name is too long.'],
  ['password', problem(newPasswordSchema, 'short'), `The password must be at least ${MIN_PASSWORD_LENGTH} characters.`],
  [
    'password',
    problem(newPasswordSchema, 'x'.repeat(257)),
    `The password must be at most ${MAX_PASSWORD_LENGTH} characters.`,
  ],
  ['password', problem(newPasswordSchema, 'a\tb is a tab'), 'The password must not contain control characters.'],
  ['password', 'must not be blank', 'The password must not be blank.'],
  ['password', 'must not be a common password', 'The password is one of the most common ones: choose another.'],
  ['password', 'must not be a simple pattern', 'The password is a simple pattern: choose another.'],
  [
    'password',
    "must not be a name of one's own or of this chat",
    'The password is little more than your name or that of this chat: choose another.',
  ],
  ['password', problem(passwordSchema, 'a\0b'), 'The password must not contain NUL.'],
])('knows what the contracts find wrong: %s %s', (field, wrong, sentence) => {
  expect(explainField(field, wrong)).toBe(sentence);
});

describe('in German', () => {
  afterEach(() => {
    preferences.change({ language: 'system' });
  });

  it('explains the same in German, never in the words of the server', async () => {
    preferences.change({ language: 'de' });
    await startTexts();
    expect(texts().settings.close).toBe('Schließen');
    expect(explain(invalid('message: must be at most 4000 characters'))).toBe(
      'Die Nachricht darf höchstens 4000 Zeichen lang sein.',
    );
    expect(explain(invalid('something new in the server'))).toBe('Diese Angabe ist nicht erlaubt.');
    expect(explain({ code: 'conflict', message: 'This user name is taken' })).toBe('Das gibt es schon.');
    expect(explain({ code: 'rate_limited', message: '', retryAfterMs: 3100 })).toBe(
      'Zu schnell. Versuche es in 4 s noch einmal.',
    );
  });
});
