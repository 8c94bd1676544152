import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigError, loadConfig } from './config';
import { SETTINGS } from './settings';

describe('configuration', () => {
  /** Where Redis is said to be. */
  function placeOf(env: NodeJS.ProcessEnv) {
    const { timeoutMs: _, ...place } = loadConfig(env).redis;
    return place;
  }

  it('has a usable default for every setting', () => {
    const config = loadConfig({});
    expect(config.redis).toEqual({ host: '127.0.0.1', port: 6379, tls: false, timeoutMs: 5000 });
    expect(config.DEMO_DATA).toBe(true);
    expect(config.MAX_MESSAGE_LENGTH).toBe(4000);
  });

  it('keeps idle connections for longer than balancers do, which keep them for 60 s', () => {
    expect(loadConfig({}).KEEP_ALIVE_MS).toBeGreaterThanOrEqual(65_000);
  });

  it.each(['BODY_LIMIT_BYTES', 'SOCKET_MESSAGE_BYTES', 'SOCKET_CALL_BYTES'] as const)(
    'lets the longest message in, however it is escaped, whatever %s says',
    (limit) => {
      const message = '\\ud83d\\ude00'.repeat(50_000);
      expect(loadConfig({ MAX_MESSAGE_LENGTH: '50000', [limit]: '1024' })[limit]).toBeGreaterThan(message.length);
      expect(loadConfig({ [limit]: '5000000' })[limit]).toBe(5_000_000);
    },
  );

  it('takes a setting by its former name', () => {
    expect(loadConfig({ GATHER_MS: '7' }).COALESCE_MS).toBe(7);
    expect(loadConfig({ GATHER_MS: '7', COALESCE_MS: '3' }).COALESCE_MS).toBe(3);
  });

  it('has no servers of the demo where they would hear nothing', () => {
    const wanted = { RELAY: 'sharded', FOREIGN_SERVERS: 'true' };
    expect(() => loadConfig(wanted)).toThrow(ConfigError);
    expect(() => loadConfig(wanted)).toThrow(/^FOREIGN_SERVERS needs RELAY=messages/);
    expect(loadConfig({ RELAY: 'sharded' }).FOREIGN_SERVERS).toBe(false);
    expect(loadConfig({ FOREIGN_SERVERS: 'true' }).FOREIGN_SERVERS).toBe(true);
  });

  it("takes a platform's REDIS_URL when there is no endpoint", () => {
    const REDIS_URL = 'rediss://:secret@cache:7001';
    expect(placeOf({ REDIS_URL, REDIS_TLS_VERIFY: 'false' })).toEqual({
      host: 'cache',
      port: 7001,
      tls: true,
      password: 'secret',
      verify: false,
    });
    expect(loadConfig({ REDIS_URL, REDIS_ENDPOINT_URL: 'own' }).redis.host).toBe('own');
  });

  it.each([
    ['PRESENCE_LEASE_MS', 'PRESENCE_HEARTBEAT_MS'],
    ['RELAY_SILENCE_MS', 'RELAY_HEARTBEAT_MS'],
    ['SESSION_IDLE_MS', 'SESSION_CHECK_MS'],
  ])('refuses a %s within which %s never comes', (within, often) => {
    const refusal = new ConfigError(`${within} must be longer than ${often}`);
    expect(() => loadConfig({ [within]: '1500', [often]: '1500' })).toThrow(refusal);
    expect(() => loadConfig({ [within]: '1500' })).toThrow(refusal);
    expect(() => loadConfig({ [within]: '1500', [often]: '1499' })).not.toThrow();
  });

  it('turns the demo conveniences off in production', () => {
    const config = loadConfig({ NODE_ENV: 'production' });
    expect([config.DEMO_DATA, config.DEMO_PRELOAD, config.DEMO_REGISTER, config.FOREIGN_SERVERS]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(loadConfig({ NODE_ENV: 'production', DEMO_DATA: 'true' }).DEMO_DATA).toBe(true);
  });

  it.each([
    [{ PORT: 'http' }, 'PORT must be a whole number'],
    [{ PORT: '70000' }, 'PORT must be at most 65535'],
    [{ DEMO_DATA: 'perhaps' }, 'DEMO_DATA must be true or false'],
    [{ SESSION_SECRET: 'short' }, 'SESSION_SECRET must be at least 16 characters'],
    [
      { REDIS_ENDPOINT_URL: 'http://somewhere' },
      'REDIS_ENDPOINT_URL must be host:port, redis://…, rediss://…, redis+sentinel://… or redis+cluster://…',
    ],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be a pino level'],
    [{ TRUST_PROXY: '33' }, 'TRUST_PROXY must be addresses, or how many proxies there are: at most 32'],
    [{ TRUST_PROXY: '9'.repeat(20) }, 'TRUST_PROXY must be addresses, or how many proxies there are: at most 32'],
    [
      { SESSION_SECRET: 'the same for all', SEAL_SECRET: 'another one of its own, the same for all' },
      'SEAL_SECRET must be another than SESSION_SECRET',
    ],
    [{ SESSION_COOKIE: 'a b' }, 'SESSION_COOKIE must be 1 to 64 of A-Z a-z 0-9 _ -, and not begin with __'],
    [{ SESSION_COOKIE: '__Host-sid' }, 'SESSION_COOKIE must be 1 to 64 of A-Z a-z 0-9 _ -, and not begin with __'],
  ])('names the bad value %j in one line', (env, message) => {
    expect(() => loadConfig(env)).toThrow(new ConfigError(message));
  });

  it.each([
    'production\r',
    'production\n',
    ' production',
    'production ',
    'Production',
    'PRODUCTION',
    'prod',
    'staging',
    '\u00a0',
    'test,production',
  ])('takes no NODE_ENV that is none of three words: %j', (NODE_ENV) => {
    expect(() => loadConfig({ NODE_ENV })).toThrow(/^NODE_ENV must [^\n]+$/);
  });

  it.each([
    [{}, false],
    [{ NODE_ENV: '' }, false],
    [{ NODE_ENV: 'test' }, false],
    [{ NODE_ENV: 'development' }, false],
    [{ NODE_ENV: 'production' }, true],
  ])('%j is production: %s', (env, production) => {
    expect(loadConfig(env).production).toBe(production);
  });

  it.each(Object.keys(SETTINGS))('refuses what nobody sees at either end of %s', (name) => {
    for (const [before, after] of [
      ['', '\r'],
      ['', '\n'],
      [' ', ''],
      ['', '\t'],
      ['\ufeff', ''],
      ['', '\0'],
      ['a\nb', ''],
    ]) {
      const env = { [name]: `${before}1234567890123456${after}` };
      expect(() => loadConfig(env)).toThrow(new RegExp(`^${name} must neither begin nor end with a space`));
    }
  });

  it('takes one secret to seal with, or two', () => {
    const [old, next] = ['0123456789abcdef', 'fedcba9876543210'];
    const read = (SEAL_SECRET?: string) => loadConfig({ SEAL_SECRET }).SEAL_SECRET;
    expect(read()).toBeUndefined();
    expect(read(old)).toEqual([old]);
    expect(read(`${next},${old}`)).toEqual([next, old]);
    expect(read(`${next}, ${old}`)).toEqual([next, old]);
    for (const bad of ['short', `${old},`, `,${old}`, `${old},short`, `${old},${next},${old}`]) {
      expect(() => read(bad)).toThrow(/^SEAL_SECRET must be (at least 16 characters|one secret, or two with a comma)/);
    }
  });

  it.each([
    ['cache:7000', { host: 'cache', port: 7000, tls: false }],
    ['cache', { host: 'cache', port: 6379, tls: false }],
    [
      'redis://u:p%40ss@cache:7000/3',
      { host: 'cache', port: 7000, tls: false, username: 'u', password: 'p@ss', db: 3 },
    ],
    ['rediss://cache', { host: 'cache', port: 6379, tls: true }],
    [
      'redis+sentinel://u:p%40ss@one:7000,two/chat',
      {
        host: 'one',
        port: 7000,
        tls: false,
        username: 'u',
        password: 'p@ss',
        master: 'chat',
        sentinels: [
          { host: 'one', port: 7000 },
          { host: 'two', port: 26379 },
        ],
      },
    ],
    [
      'redis+cluster://one:7000,two',
      {
        host: 'one',
        port: 7000,
        tls: false,
        nodes: [
          { host: 'one', port: 7000 },
          { host: 'two', port: 6379 },
        ],
      },
    ],
    [
      'rediss+cluster://u:p%40ss@one',
      { host: 'one', port: 6379, tls: true, username: 'u', password: 'p@ss', nodes: [{ host: 'one', port: 6379 }] },
    ],
  ])('reads the endpoint %s', (url, endpoint) => {
    expect(placeOf({ REDIS_ENDPOINT_URL: url })).toEqual(endpoint);
  });

  it.each([
    ['redis+cluster://', 'names no host'],
    ['redis+cluster://one,two/3', 'names a database, but a Cluster has number 0 alone'],
    [
      'redis://one:6379?db=3',
      'has a part after "?", which is not used; a database is named by /number, a "?" of a password is written %3F',
    ],
  ])('refuses the endpoint %s under the name it was given', (url, refusal) => {
    expect(() => loadConfig({ REDIS_ENDPOINT_URL: url })).toThrow(new ConfigError(`REDIS_ENDPOINT_URL ${refusal}`));
    expect(() => loadConfig({ REDIS_URL: url })).toThrow(new ConfigError(`REDIS_URL ${refusal}`));
  });

  it('takes a user of its own for a process', () => {
    const env = { REDIS_ENDPOINT_URL: 'redis://a:b@cache', REDIS_USERNAME: 'gateway', REDIS_PASSWORD: 'c' };
    expect(loadConfig(env).redis).toMatchObject({ username: 'gateway', password: 'c' });
    expect(() => loadConfig({ REDIS_ENDPOINT_URL: 'cache', REDIS_USERNAME: 'gateway' })).toThrow(/set REDIS_PASSWORD/);
  });

  it('prefers REDIS_PASSWORD to one in the URL', () => {
    const env = { REDIS_ENDPOINT_URL: 'redis://:a@cache', REDIS_PASSWORD: 'b' };
    expect(loadConfig(env).redis.password).toBe('b');
  });
});

describe('what runs the services elsewhere', () => {
  const namesIn = {
    'app.json': (text: string) => Object.keys(JSON.parse(text).env),
    'deploy/cloud-run.yaml': (text: string) =>
      parse(text).spec.template.spec.containers[0].env.map(({ name }: { name: string }) => name),
    'docker-compose.yml': (text: string) => {
      const { services } = parse(text, { merge: true });
      const ours = Object.keys(services).filter((name) => services[name].build);
      expect(ours.sort()).toEqual(['auth', 'gateway-1', 'gateway-2', 'messages', 'operator', 'rooms']);
      return ours.flatMap((name) => Object.keys(services[name].environment));
    },
  };

  it.each(Object.entries(namesIn))('%s gives them settings that they know', (file, names) => {
    const given = names(readFileSync(file, 'utf8'));
    expect(given).toContain('SESSION_SECRET');
    for (const name of given) expect(Object.keys(SETTINGS)).toContain(name);
  });
});

describe('origins', () => {
  it('reads origins as browsers do, however they are written', () => {
    const origins = (ALLOWED_ORIGINS: string) => loadConfig({ ALLOWED_ORIGINS }).ALLOWED_ORIGINS;
    expect(origins('')).toEqual([]);
    expect(origins('HTTPS://Chat.Example.:443/ ,, http://[0::1]:80,https://bücher.example:8443,')).toEqual([
      'https://chat.example',
      'http://[::1]',
      'https://xn--bcher-kva.example:8443',
    ]);
    expect(origins('capacitor://LOCALHOST,https://a.example,https://A.example')).toEqual([
      'capacitor://localhost',
      'https://a.example',
    ]);
    expect(loadConfig({ PUBLIC_URL: 'Https://CHAT.example:443/' }).PUBLIC_URL).toBe('https://chat.example');
    expect(loadConfig({}).PUBLIC_URL).toBeUndefined();
  });

  it.each([
    ['*', 'must not be a wildcard; name each origin'],
    ['https://*.example', 'must not be a wildcard; name each origin'],
    ['null', 'must not be null, which any page can be'],
    ['chat.example', 'must begin with https:// or http://'],
    ['//chat.example', 'must begin with https:// or http://'],
    ['chat.example:443', 'must begin with https:// or http://'],
    ['https://user:s3cret@chat.example', 'must not hold a user name'],
    ['https://chat.example/chat', 'must not have a path'],
    ['https://chat.example?x', 'must not have a path'],
    ['https://chat.example//', 'must not have a path'],
    ['https://chat.example:99999', 'must be an origin'],
    ['https://', 'must be an origin'],
    ['https://a b', 'must be an origin'],
    ['file:///', 'must be an origin'],
    ['wss://chat.example', 'must be an origin'],
    ['https://a.example https://b.example', 'must be an origin'],
  ])('says in one line what is wrong with %s as an origin', (value, problem) => {
    const example = '(https://chat.example, with a port where it is not the usual one)';
    const list = { ALLOWED_ORIGINS: `https://fine.example, ${value}` };
    expect(() => loadConfig(list)).toThrow(new ConfigError(`ALLOWED_ORIGINS entry 2 ${problem} ${example}`));
    expect(() => loadConfig({ PUBLIC_URL: value })).toThrow(new ConfigError(`PUBLIC_URL ${problem} ${example}`));
  });

  it('has a public address that browsers open', () => {
    const bad = new ConfigError('PUBLIC_URL must begin with https:// or http://');
    expect(() => loadConfig({ PUBLIC_URL: 'capacitor://localhost' })).toThrow(bad);
  });
});
