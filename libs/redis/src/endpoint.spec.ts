import fc from 'fast-check';
import { parseEndpoint } from './endpoint';

const plain = { tls: false };

describe('the address of a Redis', () => {
  it.each([
    ['h', { host: 'h', port: 6379, ...plain }],
    ['h:7000', { host: 'h', port: 7000, ...plain }],
    ['127.0.0.1:7000', { host: '127.0.0.1', port: 7000, ...plain }],
    ['redis://h', { host: 'h', port: 6379, ...plain }],
    ['REDIS://h:1/', { host: 'h', port: 1, ...plain }],
    ['redis://h:6379/3', { host: 'h', port: 6379, db: 3, ...plain }],
    ['redis://h/0', { host: 'h', port: 6379, db: 0, ...plain }],
    ['redis://[::1]:7000/2', { host: '::1', port: 7000, db: 2, ...plain }],
    ['redis://:secret@h', { host: 'h', port: 6379, password: 'secret', ...plain }],
    ['redis://ann:a%40b%3A%2F%23%3F%25@h', { host: 'h', port: 6379, username: 'ann', password: 'a@b:/#?%', ...plain }],
    ['redis://ann:a:b@c@h', { host: 'h', port: 6379, username: 'ann', password: 'a:b@c', ...plain }],
    ['rediss://h', { host: 'h', port: 6379, tls: true }],
  ])('%s', (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint);
  });

  it('takes the password from beside it', () => {
    expect(parseEndpoint('redis://ann@h', 'secret')).toMatchObject({ username: 'ann', password: 'secret' });
    expect(parseEndpoint('redis://ann:old@h', 'new')).toMatchObject({ username: 'ann', password: 'new' });
    expect(parseEndpoint('h', 'secret')).toMatchObject({ password: 'secret' });
  });

  it('of Sentinels may name a database', () => {
    const sentinels = [
      { host: 'a', port: 26379 },
      { host: 'b', port: 26380 },
    ];
    const endpoint = { host: 'a', port: 26379, tls: false, sentinels, master: 'mymaster' };
    expect(parseEndpoint('redis+sentinel://a,b:26380/mymaster')).toEqual(endpoint);
    expect(parseEndpoint('redis+sentinel://:x@a,b:26380/mymaster/3')).toEqual({ ...endpoint, password: 'x', db: 3 });
  });

  it('of a Cluster names none but the one there is', () => {
    const nodes = [
      { host: 'a', port: 6379 },
      { host: '::1', port: 7000 },
    ];
    const endpoint = { host: 'a', port: 6379, tls: true, nodes };
    for (const path of ['', '/', '/0']) expect(parseEndpoint(`rediss+cluster://a,[::1]:7000${path}`)).toEqual(endpoint);
  });
});

/** None of these may be taken for something else in silence. */
const WRONG = [
  ...['', ' ', ':6379', 'http://h', 'redis:h', 'redis:/h', '//h', '/var/run/redis.sock', 'redis://', 'redis:///3'],
  // what is not used
  ...[
    'redis://h:6379?db=3',
    'redis://h:6379/?db=3',
    'redis://h/3?',
    'h:6379?db=3',
    'redis://h#3',
    'redis://h/3#',
    'h#',
  ],
  ...['rediss://h?ssl_cert_reqs=none', 'redis+sentinel://h/m?db=3', 'redis+cluster://h?x', 'redis+cluster://h#x'],
  // paths
  ...[
    'redis://h/3/4',
    'redis://h/3/',
    'redis://h//3',
    'redis://h/db3',
    'redis://h/-1',
    'redis://h/3.5',
    'redis://h/1e3',
  ],
  ...['redis://h/0x3', 'redis://h/%33', 'redis+cluster://h/3', 'redis+cluster://h/x', 'redis+cluster://h/0/0'],
  ...[
    'redis+sentinel://h',
    'redis+sentinel://h/',
    'redis+sentinel://h/m/x',
    'redis+sentinel://h/m/3/4',
    'redis+sentinel://h/m m',
  ],
  // ports and hosts
  ...[
    'redis://h:0',
    'redis://h:65536',
    'redis://h:',
    'redis://h:6379x',
    'redis://h:+1',
    'redis://h:1:2',
    'redis://h:６',
  ],
  ...[
    'redis://a,b',
    'redis://[::1',
    'redis://::1',
    'redis://[x]',
    'redis://h%20',
    'redis://h!',
    'redis+cluster://a,,b',
  ],
  ...['redis+sentinel://a,/m', 'redis+cluster://', 'redis+sentinel:///m', 'redis+cluster://a:0'],
  // user and password
  ...[
    'redis://ann@h',
    'redis://ann:@h',
    'redis://@h',
    'redis://:@h',
    'redis://:a%@h',
    'redis://:a%zz@h',
    'redis://%ff:x@h',
  ],
  ...['redis://:a/b@h', 'redis://:a#b@h', 'redis://:a?b@h', 'redis+cluster://ann@h', 'redis+sentinel://ann@h/m'],
  // what hides at the ends
  ...[
    'redis://h ',
    ' redis://h',
    'redis://h\n',
    'redis://h\r',
    'redis://h\t',
    'redis://h\0',
    'redis://h\u00a0',
    'redis://h\\3',
  ],
];

it.each(WRONG)('%j is refused in a line', (text) => {
  expect(() => parseEndpoint(text)).toThrow(/^[^\n]+$/);
});

it('never tells a password', () => {
  for (const text of [
    'http://u:s3cret@h',
    'redis://u:s3cret@h?x',
    'redis://u:s3cret%@h',
    'redis://u:s3cret@h:0',
    'redis://u:s3cret/@h',
  ]) {
    expect(() => parseEndpoint(text)).toThrow(/^(?!.*s3cret)/);
  }
});

const secret = fc.string({ unit: 'grapheme', minLength: 1 });
const address = fc.record({
  host: fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((ip) => `[${ip}]`),
  ),
  port: fc.integer({ min: 1, max: 65_535 }),
  db: fc.option(fc.nat(999_999_999), { nil: undefined }),
  username: fc.option(secret, { nil: undefined }),
  password: secret,
});
const spelled = ({ host, port, db, username, password }: typeof address extends fc.Arbitrary<infer T> ? T : never) =>
  `redis://${encodeURIComponent(username ?? '')}:${encodeURIComponent(password)}@${host}:${port}${db === undefined ? '' : `/${db}`}`;

it('is read as it was meant, whatever stands in it', () => {
  fc.assert(
    fc.property(address, ({ host, ...rest }) => {
      const { username, db, ...always } = rest;
      expect(parseEndpoint(spelled({ host, ...rest }))).toEqual({
        ...always,
        host: host.replace(/^\[|\]$/g, ''),
        tls: false,
        ...(username !== undefined && { username }),
        ...(db !== undefined && { db }),
      });
    }),
  );
});

it('is refused with anything more behind it', () => {
  const more = fc.tuple(fc.constantFrom('?', '#', '/', ' ', '\\', '%', ',', ';', '&', ':'), fc.string());
  fc.assert(
    fc.property(address, more, (parts, [mark, rest]) => {
      expect(() =>
        parseEndpoint(`${spelled({ ...parts, db: parts.db ?? 1 })}${mark}${rest.replaceAll('@', '')}`),
      ).toThrow();
    }),
  );
});
