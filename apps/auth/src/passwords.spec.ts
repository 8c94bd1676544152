import { loadConfig } from '@app/service';
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
