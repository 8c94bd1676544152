import type { ChatError } from '@app/contracts';
import { dictionary } from '@zxcvbn-ts/language-common';
import fc from 'fast-check';
import { requireGoodPassword } from './password-policy';

/** Why a password is refused; undefined: it is taken. */
function refusal(password: string, username = 'Victoria'): string | undefined {
  try {
    requireGoodPassword(password, username);
    return undefined;
  } catch (error) {
    return (error as ChatError).code === 'invalid' ? (error as ChatError).message : 'another error';
  }
}
const isTaken = (password: string, username?: string) => refusal(password, username) === undefined;

it('refuses each of a published list, in any case and spelling', () => {
  const spelled = dictionary['passwords-common'].flatMap((password) => [password, ` ${password.toUpperCase()} `]);
  expect(spelled.filter((password) => isTaken(password))).toEqual([]);
  expect(isTaken('\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44')).toBe(false);
  expect(isTaken('pass\u200bword')).toBe(false);
});

it('says why', () => {
  expect(refusal('password')).toBe('password: must not be a common password');
  expect(refusal('        ')).toBe('password: must not be blank');
  expect(refusal('abcdefgh')).toBe('password: must not be a simple pattern');
  expect(refusal('victoria1')).toBe("password: must not be a name of one's own or of this chat");
});

it.each([
  ...['        ', '\u00a0'.repeat(40), '\u3000'.repeat(8), '\u200b'.repeat(12)],
  ...['aaaaaaaa', '😀'.repeat(8), 'üüüüüüüüüüüü', '0'.repeat(20), '. . . . . . . .'],
  ...[
    'abcdefgh',
    'hgfedcba',
    '87654321',
    '1234567890',
    '0987654321',
    'qwertyuiop',
    'poiuytrewq',
    'qwertzuiop',
    'йцукенгш',
  ],
  ...['abcd1234', 'aaaabbbb', '1111222233334444', 'abababab', '12121212', '12341234', 'asdfasdf', '1 2 3 4 5 6 7 8'],
  ...[
    'password',
    'PASSWORD',
    'PassWord',
    'Password1!',
    'P@ssw0rd!',
    'password2024',
    'password12345',
    '!!password!!',
    'p a s s w o r d',
  ],
  ...['password123', 'iloveyou1', 'Summer2024', 'adminadmin', 'letmein123', 'ＰＡＳＳＷＯＲＤ１'],
  ...[
    'victoria',
    'Victoria',
    'VICTORIA1',
    'victoria-1234',
    'victoriavictoria',
    'airotciv',
    'Victoria2024',
    ' victoria ',
  ],
  ...['redis-chat', 'RedisChat', 'redis chat 1', 'redischat2024', 'chatchatchat', 'tahcsider'],
])('refuses %j', (password) => {
  expect(isTaken(password)).toBe(false);
});

it.each([
  ['Ann Lee', 'annlee12'],
  ['Ann Lee', 'Lee-Ann-1'],
  ['Zoë Müller', 'ZOË MÜLLER'],
  ['李小龍先生', '李小龍先生李小龍先生'],
  ['Straße 12', 'STRASSE12'],
])('refuses to %j the password %j', (username, password) => {
  expect(isTaken(password, username)).toBe(false);
});

it.each([
  ...[
    'Wacholder und Ginster',
    'correct horse battery staple',
    'ü'.repeat(64),
    'x'.repeat(73),
    'tr0ub4dor&3',
    'kR7#pq!2',
  ],
  ...[
    'schöne grüße',
    '正確馬電池訂書針',
    'пароль из леса',
    'victorias secret garden',
    'anna kauft ein fahrrad',
    'my chat with ann',
  ],
])('takes %j', (password) => {
  expect(isTaken(password, 'Ann')).toBe(true);
});

it('takes what chance makes, and is quick about the longest', () => {
  fc.assert(fc.property(fc.uuid(), (password) => expect(isTaken(password)).toBe(true)));
  const start = performance.now();
  for (const unit of ['a', 'ab', 'abc', '12345', 'ü', '😀', 'password', ' '])
    isTaken(unit.repeat(256).slice(0, 256), 'ab'.repeat(16));
  expect(performance.now() - start).toBeLessThan(500);
});
