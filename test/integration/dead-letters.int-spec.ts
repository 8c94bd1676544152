import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { keys, type Redis } from '@app/redis';
import { unfinishedWork } from '@app/streams';
import { Cluster, Person, startRedis, type TestRedis, until } from '@app/testing';

const OURS = { auth: { protocol: 1 } };

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
  const [a, b] = [await ann.connect(), await bob.connect(OURS)];
  const roomId = `${ann.id}:${bob.id}`;
  const [first, second] = [await a.say(roomId, 'to be deleted late'), await a.say(roomId, 'to stay')];
  await until(async () => (await data.xlen(keys.events('rooms'))) === 0, 'the room to be in both lists');
  // No hash any more: every try in this room fails, in others none.
  await data.rename(keys.roomHead(roomId), 'aside');
  await data.set(keys.roomHead(roomId), 'broken');
  const internal = { ok: false, error: { code: 'internal', message: 'Internal error' } };
  for (const { id, message } of [first, second]) {
    expect(await a.call('message.delete', { id })).toEqual(internal);
    await a.say('0', `meanwhile ${message}`);
  }
  expect(await a.call('message', { roomId, message: 'a text', clientId: 'dead-letter-1' })).toEqual(internal);
  const listed = await dead('list');
  expect(listed.said).toMatch(/messages\.append {2}after 2 tries: .*WRONGTYPE.*\n.*messages\.delete {2}after 2 tries/);
  expect(listed.said).toMatch(/\n3 dead\n$/);
  const [sent = '', dropped = '', kept = ''] = listed.said.split('\n').map((line) => line.split(' ')[0] ?? '');

  // The text of a message is not kept: whoever wrote it may not want it any more.
  const shown = (await dead('show', sent)).said;
  expect(JSON.parse(shown)).toMatchObject([
    { stream: expect.stringMatching(/^work:messages(:\d+)?$/), pattern: 'messages.append', key: 'dead-letter-1' },
  ]);
  expect(shown).not.toContain('a text');
  expect(await dead('retry', sent)).toEqual({ code: 1, said: 'Its data was not kept\n' });
  const [letter] = JSON.parse((await dead('show', kept)).said);
  expect(JSON.parse(letter.data)).toMatchObject({ id: first.id });
  expect(await dead('drop', dropped)).toEqual({ code: 0, said: '1 dropped\n' });

  await data.rename('aside', keys.roomHead(roomId));
  const said = '1 put back\n1 cannot be put back: their data was not kept\n';
  expect(await dead('retry', 'all')).toEqual({ code: 0, said });
  await b.next('changed', ({ message }) => message.id === first.id && message.deleted !== undefined);
  expect((await dead('list')).said).toMatch(/messages\.append.*\n1 dead\n$/);
  await until(async () => (await unfinishedWork(data, 'messages')) === 0, 'no work to be left');

  // Its sender sends it again by the button.
  expect(await a.say(roomId, 'a text', 'dead-letter-1')).toMatchObject({ seq: 3 });
  expect(await dead('drop', 'all')).toEqual({ code: 0, said: '1 dropped\n' });
});

it('an operator who asks for nothing that is there is told so', async () => {
  expect(await dead('retry', '1-1')).toEqual({ code: 1, said: 'There is no dead letter 1-1\n' });
  expect(await dead('revive')).toMatchObject({ code: 2, said: expect.stringContaining('retry ID|all') });
  expect(await dead('drop', 'all')).toEqual({ code: 0, said: '0 dropped\n' });
});
