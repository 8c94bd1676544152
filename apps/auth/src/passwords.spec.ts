import { loadConfig } from '@app/service';
import bcrypt from 'bcrypt';
import fc from 'fast-check';
import { Passwords } from './passwords';

const passwords = new Passwords(loadConfig({ BCRYPT_ROUNDS: '4' }));

it('recognises the password of a hash, and no other', async () => {
  const hash = await passwords.hash('päss wörd');
  expect(hash).toMatch(/^\$2b\$04\$/);
  expect(await passwords.matches('päss wörd', hash)).toBe(true);
  expect(await passwords.matches('pass word', hash)).toBe(false);
  expect(await passwords.hash('päss wörd')).not.toBe(hash);
});

it.each(['$2a$', '$2b$', '$2y$'])('knows the hashes of other platforms: %s', async (prefix) => {
  const hash = (await passwords.hash('password123')).replace('$2b$', prefix);
  expect(await passwords.matches('password123', hash)).toBe(true);
  expect(await passwords.matches('password124', hash)).toBe(false);
});

it.each([undefined, '', 'plain text', '$2b$04$', '$1$abc$def', '$2y$'])('matches nothing with %j', async (hash) => {
  expect(await passwords.matches('nobody', hash)).toBe(false);
  expect(await passwords.matches('plain text', hash)).toBe(false);
});

describe('the forms of a password', () => {
  const NFD = 'Zu\u0308richsee';
  const NFC = NFD.normalize('NFC');

  it('match however their characters are composed, and whichever space is typed', async () => {
    for (const [chosen, typed] of [
      [NFC, NFD],
      [NFD, NFC],
      ['a\u00a0space between', 'a space between'],
      ['ＡＢＣ stays as it is', 'ＡＢＣ stays as it is'],
    ] as const) {
      expect(await passwords.matches(typed, await passwords.hash(chosen))).toBe(true);
    }
    expect(await passwords.matches('ABC is wide', await passwords.hash('ＡＢＣ is wide'))).toBe(false);
  });

  it('open an older hash as they were typed then', async () => {
    const older = await bcrypt.hash(NFD, 4);
    expect(await passwords.matches(NFD, older)).toBe(true);
    const demos = await bcrypt.hash('a\u00a0b c d e', 4);
    expect(await passwords.matches('a\u00a0b c d e', demos)).toBe(true);
  });

  it('keep plain bcrypt as long as bcrypt reads all of them', async () => {
    for (const password of ['x', 'x'.repeat(72), 'ü'.repeat(36), 'u\u0308'.repeat(36)]) {
      const hash = await passwords.hash(password);
      expect(hash).toMatch(/^\$2b\$04\$.{53}$/);
      expect(await bcrypt.compare(password.normalize('NFC'), hash)).toBe(true);
    }
  });

  it.each(['x'.repeat(73), 'ü'.repeat(37), 'ü'.repeat(64), 'u\u0308'.repeat(64), '😀'.repeat(256)])(
    'count to the last byte beyond that, under a mark: %j',
    async (password) => {
      const hash = await passwords.hash(password);
      expect(hash).toMatch(/^\$hmac-sha384\$2b\$04\$.{53}$/);
      expect(await passwords.matches(password, hash)).toBe(true);
      expect(await passwords.matches(password.normalize('NFD'), hash)).toBe(true);
      for (const other of [
        `${password}x`,
        password.slice(0, -2),
        Buffer.from(password).subarray(0, 72).toString(),
        hash,
      ])
        expect(await passwords.matches(other, hash)).toBe(false);
    },
  );

  it('never match by their first 72 bytes', async () => {
    const hash = await passwords.hash('x'.repeat(72));
    expect(await passwords.matches('x'.repeat(73), hash)).toBe(false);
    expect(await passwords.matches(`${'x'.repeat(72)}ü`, hash)).toBe(false);
  });

  it('are one password exactly when they are one text in NFC', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), async (password) => {
        fc.pre(!password.includes('\0'));
        const hash = await passwords.hash(password);
        expect(await passwords.matches(password.normalize('NFD'), hash)).toBe(true);
        expect(await passwords.matches(`${password}.`, hash)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it.each(['short one', NFD, 'ü'.repeat(64)])('ask bcrypt as often without a user as with one: %j', async (typed) => {
    const compare = jest.spyOn(bcrypt, 'compare');
    const asked = async (hash: string | undefined) => {
      compare.mockClear();
      await passwords.matches(typed, hash);
      return compare.mock.calls.length;
    };
    const counts = [undefined, 'no hash', await bcrypt.hash('another', 4), await passwords.hash('another'.repeat(20))];
    const seen = [];
    for (const hash of counts) seen.push(await asked(hash));
    expect(new Set(seen).size).toBe(1);
    compare.mockRestore();
  });
});
