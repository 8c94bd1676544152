import { domainToASCII } from 'node:url';
import { type Config, loadConfig } from '@app/service';
import fc from 'fast-check';
import { Origins } from './origin';
import { Proxies } from './proxies';

const log = { note: jest.fn() };
beforeEach(() => log.note.mockClear());

interface Asked {
  origin?: string;
  host?: string;
  /** What a proxy says. */
  proto?: string;
  forwardedHost?: string;
  /** Who is connected. */
  from?: string;
}

function originsOf(env: NodeJS.ProcessEnv) {
  const config: Config = loadConfig(env);
  return new Origins(config, new Proxies(config), log as never);
}

function request({ origin, host, proto, forwardedHost, from = '127.0.0.1' }: Asked) {
  // Node.js reads headers as Latin-1.
  const asRead = (text?: string) => text && Buffer.from(text).toString('latin1');
  const headers = { origin, host: asRead(host), 'x-forwarded-proto': proto, 'x-forwarded-host': asRead(forwardedHost) };
  return { headers, socket: { remoteAddress: from } } as never;
}

const derived = originsOf({ ALLOWED_ORIGINS: 'https://chat.example, http://localhost:5173,' });
const allows = (asked: Asked, origins = derived) => origins.isAllowed(request(asked));
const HOST = 'chat.local:3000';

describe("without PUBLIC_URL the host asked is one's own origin", () => {
  it.each([
    [undefined, HOST],
    ['http://chat.local:3000', HOST],
    ['https://chat.local:3000', HOST],
    ['HTTP://CHAT.local.:03000', HOST],
    ['https://chat.example', HOST],
    ['https://chat.example:443', HOST],
    ['https://CHAT.example.', HOST],
    ['http://localhost:5173', HOST],
    ['https://chat.local', 'chat.local:443'],
    ['https://chat.local:443', 'chat.local'],
    ['http://chat.local', 'chat.local:80'],
    ['https://chat.local', 'CHAT.LOCAL.:443'],
    ['https://xn--bcher-kva.example', 'bücher.example'],
    ['http://[::1]:3000', '[0:0:0:0:0:0:0:1]:3000'],
    ['http://[2001:db8::a]', '[2001:DB8:0::A]:80'],
    ['http://127.0.0.1:3000', '127.0.0.1:3000'],
  ])('%s at %s is allowed', (origin, host) => {
    expect(allows({ origin, host })).toBe(true);
  });

  it.each([
    '',
    'null',
    'NULL',
    '*',
    'chat.local:3000',
    'http://chat.local',
    'http://chat.local:3001',
    'http://chat.local:3000.evil.example',
    'http://evil.example/chat.local:3000',
    'http://chat.local:3000/x',
    'http://chat.local:3000?',
    'http://chat.local:3000#',
    'http://chat.local:3000@evil.example',
    'http://evil@chat.local:3000',
    'http://chat.local:3000\\@evil.example',
    'http://evil.chat.local:3000',
    'http://chat.local..:3000',
    'http://chat.loc al:3000',
    'http://%63hat.local:3000',
    'ftp://chat.local:3000',
    'ws://chat.local:3000',
    'file://',
    'file://chat.local:3000',
    'blob:http://chat.local:3000/x',
    'chrome-extension://chat.local:3000',
    'http://chat.example',
    'https://chat.example.evil.example',
    'https://chat.example:444',
    'https://chat.example,http://localhost:5173',
    'https://chat.example, https://evil.example',
    'https://xn--chat-example-9vg.evil',
    'data:text/html,x',
    'http://',
    'http://.',
  ])('%j is refused', (origin) => {
    expect(allows({ origin, host: HOST })).toBe(false);
  });

  it.each(['', undefined, ' ', '/', '@', 'a b', 'chat.local/x', 'x@chat.local', 'chat.local, other.local'])(
    'a host %j is that of no page',
    (host) => {
      for (const origin of ['http://chat.local', '', 'null', 'http://', 'data:x', 'http://x'])
        expect(allows({ origin, host })).toBe(false);
    },
  );
});

describe('what a proxy says', () => {
  const https = { host: 'chat.local', proto: 'https' };

  it.each([
    ['https://chat.local', https, true],
    ['http://chat.local', https, false],
    ['http://chat.local:443', https, false],
    ['https://chat.local', { ...https, host: 'chat.local:443' }, true],
    ['https://chat.local', { ...https, proto: 'HTTPS, http' }, true],
    ['https://chat.local', { ...https, proto: 'wss' }, true],
    ['http://chat.local', { ...https, proto: 'ws' }, true],
    ['https://chat.local', { ...https, proto: 'http' }, false],
    ['https://chat.local', { ...https, proto: 'gopher' }, true],
    ['https://chat.local', { proto: 'https', host: 'inner:3000', forwardedHost: 'chat.local' }, true],
    ['https://chat.local:8443', { proto: 'https', host: 'inner', forwardedHost: 'chat.local:8443, inner' }, true],
    ['http://inner:3000', { host: 'inner:3000', forwardedHost: 'chat.local' }, false],
  ] as const)('%s for %j: %s', (origin, asked, allowed) => {
    expect(allows({ origin, ...asked })).toBe(allowed);
  });

  it('counts for nothing from one that is not trusted', () => {
    const from = '203.0.113.7';
    const asked = { host: 'chat.local', proto: 'https', forwardedHost: 'evil.example', from };
    expect(allows({ ...asked, origin: 'https://evil.example' })).toBe(false);
    expect(allows({ ...asked, origin: 'http://chat.local' })).toBe(true);
    const nobody = originsOf({ TRUST_PROXY: 'false' });
    expect(allows({ ...asked, from: '127.0.0.1', origin: 'https://evil.example' }, nobody)).toBe(false);
  });
});

describe('with PUBLIC_URL', () => {
  const ours = originsOf({ PUBLIC_URL: 'https://Chat.Example:443/', ALLOWED_ORIGINS: 'http://intern.local:3000' });

  it.each([
    ['https://chat.example', true],
    ['https://chat.example.:443', true],
    ['http://intern.local:3000', true],
    ['http://chat.example', false],
    ['https://chat.example:8443', false],
    ['https://other.example', false],
    ['null', false],
  ])('%s is judged by it: %s', (origin, allowed) => {
    for (const host of ['chat.example', 'other.example', undefined])
      for (const proto of ['http', 'https', undefined]) expect(allows({ origin, host, proto }, ours)).toBe(allowed);
  });

  it.each([
    ['chat.example', true],
    ['CHAT.example.:443', true],
    ['chat.example:3000', true],
    ['intern.local', true],
    ['evil.example', false],
    ['chat.example.evil.example', false],
    ['evil.example:chat.example', false],
    ['chat.example@evil.example', false],
    ['chat.example/evil', false],
    ['10.0.0.1:3000', false],
    ['[::1]', false],
    ['', false],
    [undefined, false],
  ])('the host %s is ours: %s', (host, isOurs) => {
    expect(ours.isOurs(request({ host }))).toBe(isOurs);
  });

  it('tells of what it refuses', () => {
    expect(ours.admits(request({ host: 'evil.example', origin: 'https://chat.example' }))).toBe(false);
    expect(ours.admits(request({ host: 'chat.example', origin: 'https://evil.example' }))).toBe(false);
    expect(ours.admits(request({ host: 'chat.example', origin: 'https://chat.example' }))).toBe(true);
    const address = '127.0.0.1';
    expect(log.note.mock.calls).toEqual([
      ['host.foreign', { address, route: 'socket', origin: 'evil.example' }],
      ['origin.foreign', { address, route: 'socket', origin: 'https://evil.example' }],
    ]);
  });

  it('any host is ours without it', () => {
    for (const host of ['evil.example', '', undefined]) expect(derived.isOurs(request({ host }))).toBe(true);
  });
});

/** A host and another spelling of it. */
const hosts = fc.oneof(
  fc.domain().map((name) => [name, name] as const),
  fc.domain().chain((name) => fc.mixedCase(fc.constant(name)).map((other) => [name, other] as const)),
  fc.domain().map((name) => [name, `${name}.`] as const),
  fc.ipV4().map((ip) => [ip, ip] as const),
  fc.ipV6().map((ip) => [`[${ip}]`, `[${new URL(`http://[${ip}]`).hostname.slice(1, -1).toUpperCase()}]`] as const),
  fc
    .stringMatching(/^[a-zäöüßéèñçøåλжфшд中文日本語]{1,20}$/)
    .filter((label) => domainToASCII(`${label}.example`) !== '')
    .map((label) => [`${label}.example`, domainToASCII(`${label}.example`)] as const),
);
const ports = fc.integer({ min: 1, max: 65535 });
const schemes = fc.constantFrom('http', 'https');
const usual = { http: 80, https: 443 };

it('property: the same origin in any two spellings is the same, another scheme, host or port is not', () => {
  fc.assert(
    fc.property(
      hosts,
      hosts,
      ports,
      ports,
      schemes,
      fc.boolean(),
      ([host, again], [foreign], port, other, scheme, bare) => {
        const usualPort = usual[scheme as 'http' | 'https'];
        const isUsual = port === usualPort || bare;
        const at = isUsual ? usualPort : port;
        const asked = { host: isUsual && bare ? again : `${again}:${at}`, proto: scheme };
        const ascii = new URL(`${scheme}://${host}`).hostname;
        for (const origin of [`${scheme}://${ascii}:${at}`, new URL(`${scheme}://${ascii}:${at}`).origin]) {
          expect(allows({ ...asked, origin })).toBe(true);
          const listed = originsOf({ ALLOWED_ORIGINS: `${scheme}://${again}:${at}` });
          expect(allows({ origin, host: 'elsewhere.test' }, listed)).toBe(true);
          const own = originsOf({ PUBLIC_URL: `${scheme.toUpperCase()}://${again}:${at}/` });
          expect(allows({ origin, host: 'elsewhere.test' }, own)).toBe(true);
          expect(own.isOurs(request({ host: again }))).toBe(true);
        }
        const otherScheme = scheme === 'http' ? 'https' : 'http';
        expect(allows({ ...asked, origin: `${otherScheme}://${ascii}:${at}` })).toBe(false);
        if (other !== at) expect(allows({ ...asked, origin: `${scheme}://${ascii}:${other}` })).toBe(false);
        const elsewhere = new URL(`${scheme}://${foreign}`).hostname.replace(/\.$/, '');
        if (elsewhere !== ascii.replace(/\.$/, ''))
          expect(allows({ ...asked, origin: `${scheme}://${elsewhere}:${at}` })).toBe(false);
      },
    ),
    { numRuns: 100 },
  );
});

it('property: whatever comes, the answer is yes or no', () => {
  const anything = fc.option(fc.string({ unit: 'binary', maxLength: 60 }), { nil: undefined });
  fc.assert(
    fc.property(anything, anything, anything, anything, (origin, host, proto, forwardedHost) => {
      const asked = request({ origin, host, proto, forwardedHost });
      for (const origins of [derived, originsOf({ PUBLIC_URL: 'https://chat.example' })])
        expect(typeof origins.admits(asked)).toBe('boolean');
    }),
  );
});
