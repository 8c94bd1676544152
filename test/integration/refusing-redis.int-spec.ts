import { signIn } from '@app/client';
import { accessRules, keys, REDIS_USERS, type Redis, type RedisUser } from '@app/redis';
import { Cluster, Person, type ServiceProcess, startRedis, type TestRedis, until } from '@app/testing';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
/** Redis' own. */
let folder: string;

beforeAll(async () => {
  redis = await startRedis({ args: ['--enable-debug-command', 'yes', '--enable-protected-configs', 'yes'] });
  data = await redis.connect();
  await data.config('SET', 'busy-reply-threshold', '100');
  folder = ((await data.config('GET', 'dir')) as string[])[1] ?? '';
  cluster = await Cluster.start({ redis, gateways: 1, env: { REDIS_TIMEOUT_MS: '500' } });
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

const set = (name: string, value: string) => data.config('SET', name, value);

/** Each service has a Redis user of its own. */
const giveRights = (rules: (user: RedisUser) => string[]) =>
  Promise.all(REDIS_USERS.map((user) => data.call('ACL', 'SETUSER', user, 'reset', 'on', `>${user}`, ...rules(user))));

async function ready(): Promise<{ status: number; missing: string[] }> {
  const response = await fetch(`${cluster.gateway(0).url}/health/ready`);
  const body = (await response.json()) as { missing?: string[] };
  return { status: response.status, missing: body.missing ?? [] };
}

const isReady = async () => (await ready()).status === 200;

/** What loads while a Redis says so, long enough to be noticed. */
const LOADED_KEYS = 600;
let loaded: Promise<unknown> = Promise.resolve();

/** How a Redis comes to refuse, and stops; after its name what it says to writes, where that is another. */
const REFUSALS: [code: string, begin: () => Promise<unknown>, end: () => Promise<unknown>][] = [
  ['NOREPLICAS', () => set('min-replicas-to-write', '1'), () => set('min-replicas-to-write', '0')],
  ['OOM', () => set('maxmemory', '1'), () => set('maxmemory', '0')],
  ['READONLY', () => data.replicaof('127.0.0.1', 1), () => data.replicaof('NO', 'ONE')],
  [
    'MASTERDOWN READONLY',
    async () => {
      await set('replica-serve-stale-data', 'no');
      await data.replicaof('127.0.0.1', 1);
    },
    async () => {
      await data.replicaof('NO', 'ONE');
      await set('replica-serve-stale-data', 'yes');
    },
  ],
  [
    'BUSY',
    async () => {
      const other = await redis.connect();
      other.eval('while true do end', 0).catch(() => undefined);
      await until(
        () =>
          data.ping().then(
            () => false,
            ({ message }: Error) => message.startsWith('BUSY'),
          ),
        'a script to hold Redis',
      );
    },
    () => data.script('KILL'),
  ],
  [
    'MISCONF',
    async () => {
      await set('save', '3600 1');
      // Nobody makes files there.
      await set('dir', '/proc');
      await data.bgsave();
      await until(async () => (await data.info('persistence')).includes('rdb_last_bgsave_status:err'), 'a failure');
    },
    async () => {
      await set('save', '');
      await set('dir', folder);
    },
  ],
  [
    'LOADING',
    async () => {
      const keys = Array.from({ length: LOADED_KEYS }, (_, i) => [`loaded:${i}`, 'x'.repeat(1024)]);
      await data.mset(...keys.flat());
      await set('loading-process-events-interval-bytes', '1024');
      await set('key-load-delay', '10000');
      const other = await redis.connect();
      loaded = other.call('DEBUG', 'RELOAD').catch(() => undefined);
      await until(
        () =>
          data.ping().then(
            () => false,
            ({ message }: Error) => message.startsWith('LOADING'),
          ),
        'it to load',
      );
    },
    async () => {
      await loaded;
      await set('key-load-delay', '0');
    },
  ],
  [
    'NOPERM',
    () => giveRights(() => ['+ping', '+info', '+client|id', '+client|setname']),
    () => giveRights(accessRules),
  ],
];

describe('while Redis refuses', () => {
  it.each(REFUSALS)('with %s a message is kept and repeated, and health says why', async (code, begin, end) => {
    const person = await Person.signIn(cluster.gateway(0).url, 'Joe');
    const client = await signIn(cluster.gateway(0).url, 'Pablo', 'password123');
    try {
      client.connect();
      await client.open('0');
      await until(isReady, 'everything to be ready');
      const stored = await data.zcard(keys.room('0'));
      const logged = cluster.gateway(0).logs.length;

      await begin();
      client.send('0', `said to a Redis that answers ${code}`);
      await until(async () => (await ready()).missing.includes(`redis: ${code.split(' ').at(-1)}`), 'health to say so');
      for (const { status } of [
        await person.get('/api/rooms'),
        await person.get('/api/rooms/0/messages'),
        await Person.visitor(person.url).post('/api/session', { username: 'Joe', password: 'password123' }),
      ]) {
        expect([200, 503]).toContain(status);
      }
      const pending = () => client.view('0').entries.filter(({ state }) => state !== 'sent');
      expect(pending()).toMatchObject([{ state: 'sending' }]);

      await end();
      await until(() => pending().length === 0, 'the message to be sent', 30_000);
      await until(isReady, 'everything to be ready again');
      expect(await data.zcard(keys.room('0'))).toBe(stored + 1);
      const logs = cluster.gateway(0).logs.slice(logged);
      expect(logs).not.toMatch(/internal|call failed|request failed/i);
      expect(logs.match(/Redis cannot be used/g) ?? []).toHaveLength(1);
    } finally {
      await end().catch(() => undefined);
      client.disconnect();
    }
  });
});

describe('while Redis says nothing', () => {
  let processes: ServiceProcess[];

  beforeEach(async () => {
    processes = await Promise.all(REDIS_USERS.map((name) => cluster.spawn(name, { REDIS_TIMEOUT_MS: '5000' })));
    const [gateway] = processes;
    const person = await Person.signIn(gateway?.url ?? '', 'Joe');
    const ears = await person.connect({ reconnection: false });
    await ears.say('0', 'before it hangs');
    // What is in hand when it hangs.
    await redis.pause();
    void ears
      .call('message', { roomId: '0', message: 'while it hangs', clientId: 'while-it-hangs' })
      .catch(() => undefined);
  });
  afterEach(async () => {
    await redis.resume();
    await Promise.all(processes.map((process) => process.end('SIGKILL')));
    await until(isReady, 'everything to be ready again');
  });

  it.each([
    ['at once', async () => undefined],
    [
      'once it is known',
      async () => {
        const [gateway] = processes;
        await until(async () => (await fetch(`${gateway?.url}/health/ready`)).status === 503, 'health to say so');
      },
    ],
  ])('a process that is asked to stop %s ends with 0 within its grace', async (_when, wait) => {
    await wait();
    // Past its grace it would end with 1.
    await Promise.all(processes.map((process) => process.end()));
    expect(processes.map(({ name, child }) => [name, child.exitCode])).toEqual(REDIS_USERS.map((name) => [name, 0]));
  });
});
