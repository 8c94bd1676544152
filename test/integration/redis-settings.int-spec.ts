import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startRedis, type TestRedis } from '@app/testing';

let redis: TestRedis;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'redis-chat-settings-'));
  redis = await startRedis();
  const data = await redis.connect();
  await data.config('SET', 'requirepass', 'right');
});
afterAll(async () => {
  await redis?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What `npm start` says on standard error as it ends with 1. */
async function refusal(env: Record<string, string>): Promise<string> {
  const { NODE_ENV: _, REDIS_ENDPOINT_URL: __, REDIS_URL: ___, REDIS_PASSWORD: ____, ...inherited } = process.env;
  const settings = { DATA_DIR: folder, PORT: `${await freePort()}`, ...env };
  return new Promise((resolve, reject) => {
    const options = { env: { ...inherited, ...settings } };
    execFile(process.execPath, ['scripts/start.mjs', '--gateways', '1'], options, (error, _stdout, stderr) => {
      if (error?.code === 1) resolve(stderr);
      else reject(error ?? new Error('it started'));
    });
  });
}

const at = () => `${redis.endpoint.host}:${redis.endpoint.port}`;
const unusable = (setting: string, why: string) => `${setting}: the Redis at ${at()} cannot be used: ${why}\n`;

describe('npm start on a Redis that cannot be used says in one line which setting is wrong', () => {
  it.each(['REDIS_ENDPOINT_URL', 'REDIS_URL'])('of a password that is missing, with %s', async (setting) => {
    const said = await refusal({ [setting]: at() });
    expect(said).toBe(unusable(setting, 'REDIS_PASSWORD is missing (Redis: NOAUTH)'));
  });

  it('of a wrong password or user', async () => {
    const why = 'REDIS_PASSWORD or the user name is wrong (Redis: WRONGPASS)';
    const [password, user] = await Promise.all([
      refusal({ REDIS_URL: `redis://:wrong@${at()}`, DATA_DIR: join(folder, 'a') }),
      refusal({ REDIS_URL: `redis://nobody:right@${at()}`, DATA_DIR: join(folder, 'b') }),
    ]);
    expect([password, user]).toEqual([unusable('REDIS_URL', why), unusable('REDIS_URL', why)]);
  });

  it('of TLS where none is spoken', async () => {
    const said = await refusal({ REDIS_ENDPOINT_URL: `rediss://:right@${at()}` });
    expect(said).toBe(
      unusable('REDIS_ENDPOINT_URL', 'no answer within 5 s; rediss:// asks for TLS: is it spoken there?'),
    );
  });

  it('of a database that is not there, or an address that is half understood', async () => {
    const [database, query] = await Promise.all([
      refusal({ REDIS_URL: `redis://:right@${at()}/99`, DATA_DIR: join(folder, 'a') }),
      refusal({ REDIS_URL: `redis://:right@${at()}?db=3`, DATA_DIR: join(folder, 'b') }),
    ]);
    const why = 'it names a database that this Redis does not have (Redis: ERR DB index is out of range)';
    expect(database).toBe(unusable('REDIS_URL', why));
    expect(query).toMatch(/^REDIS_URL has a part after "\?", which is not used.*\n$/);
  });
});
