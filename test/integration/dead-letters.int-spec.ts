import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { keys, type Redis } from '@app/redis';
import { Cluster, Person, startRedis, type TestRedis, until } from '@app/testing';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  cluster = await Cluster.start({ redis, env: { WORK_RETRY_MS: '1', WORK_MAX_DELIVERIES: '2' } });
  ann = await Person.register(cluster.gateway(0).url, 'Ann');
  bob = await Person.register(cluster.gateway(1).url, 'Bob');
});
afterAll(async () => {
  for (const person of [ann, bob]) person?.leave();
  await cluster?.stop();
  await redis?.stop();
});

/** `npm run dead`. @returns its exit code and what it said */
async function dead(...args: string[]): Promise<{ code: number; said: string }> {
  const env = { ...process.env, REDIS_ENDPOINT_URL: redis.url };
  try {
    const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'dead', '--', ...args], { env });
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, said: stderr };
  }
}

it('what a service gave up on holds up nobody, and an operator sees it, puts it back or drops it', async () => {
  const [a, b] = [await ann.connect(), await bob.connect()];
  const roomId = `${ann.id}:${bob.id}`;
  // No hash any more: every try in this room fails, in others none.
  await data.set(keys.roomHead(roomId), 'broken');
  for (const [text, clientId] of [
    ['to be put back', 'dead-letter-1'],
    ['to be dropped', 'dead-letter-2'],
  ]) {
    const answer = await a.call('message', { roomId, message: text, clientId });
    expect(answer).toEqual({ ok: false, error: { code: 'internal', message: 'Internal error' } });
    await a.say('0', `meanwhile ${text}`);
  }
  const listed = await dead('list');
  expect(listed.said).toMatch(/messages\.append {2}after 2 tries: .*WRONGTYPE/);
  expect(listed.said).toMatch(/\n2 dead\n$/);
  expect(listed.said).not.toContain('to be put back');
  const [dropped, kept] = listed.said.split('\n').map((line) => line.split(' ')[0] ?? '');

  const [letter] = JSON.parse((await dead('show', kept ?? '')).said);
  expect(letter).toMatchObject({ stream: 'work:messages', pattern: 'messages.append', key: 'dead-letter-1' });
  expect(JSON.parse(letter.data)).toMatchObject({ roomId, message: 'to be put back' });
  expect(await dead('drop', dropped ?? '')).toEqual({ code: 0, said: '1 dropped\n' });

  await data.del(keys.roomHead(roomId));
  expect(await dead('retry', kept ?? '')).toEqual({ code: 0, said: '1 put back\n' });
  expect(await b.hears('to be put back')).toMatchObject({ roomId, clientId: 'dead-letter-1', seq: 1 });
  expect((await dead('list')).said).toBe('0 dead\n');
  await until(async () => (await data.xlen(keys.work('messages'))) === 0, 'no work to be left');

  // Who sends it again by the button gets the one that was put back.
  expect(await a.say(roomId, 'to be put back', 'dead-letter-1')).toMatchObject({ seq: 1 });
  expect(b.texts(roomId)).toEqual(['to be put back']);
});

it('an operator who asks for nothing that is there is told so', async () => {
  expect(await dead('retry', '1-1')).toEqual({ code: 1, said: 'There is no dead letter 1-1\n' });
  expect(await dead('bury')).toMatchObject({ code: 2, said: expect.stringContaining('retry ID|all') });
  expect(await dead('drop', 'all')).toEqual({ code: 0, said: '0 dropped\n' });
});
