import type { Typing } from '@app/contracts';
import { Cluster, type Ears, Person, startRedis, type TestRedis } from '@app/testing';

const OURS = { auth: { protocol: 1 } };

let redis: TestRedis;
let cluster: Cluster;
let pablo: Person;
let joe: Person;
let mary: Person;

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({ redis, env: { REQUESTS_PER_WINDOW: '40', REQUESTS_WINDOW_MS: '600000' } });
  pablo = await Person.signIn(cluster.gateway(0).url, 'Pablo');
  joe = await Person.signIn(cluster.gateway(1).url, 'Joe');
  mary = await Person.signIn(cluster.gateway(1).url, 'Mary');
});
afterEach(() => {
  for (const person of [pablo, joe, mary]) person.leave();
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

const type = (ears: Ears, roomId: string) => ears.call<object>('typing', { roomId });
/** What was told before it in the same room is heard by then. */
const say = async (ears: Ears, roomId: string, text: string, all: Ears[]) => {
  await ears.say(roomId, text);
  for (const each of all) await each.hears(text);
};

it('typing in General is heard by everybody else on every gateway, once, and not by a demo client', async () => {
  const there = pablo.at(cluster.gateway(1).url);
  const [here, elsewhere] = [await pablo.connect(OURS), await there.connect(OURS)];
  const [a, b] = [await joe.connect(OURS), await mary.at(cluster.gateway(0).url).connect(OURS)];
  const demo = await joe.connect();
  expect(await type(here, '0')).toEqual({ ok: true });
  const typing: Typing = { roomId: '0', userId: pablo.id };
  for (const ears of [a, b]) expect(await ears.next('typing')).toEqual(typing);
  await say(here, '0', 'typed', [here, elsewhere, a, b, demo]);
  expect([a, b].map((ears) => ears.of('typing'))).toEqual([[typing], [typing]]);
  for (const ears of [here, elsewhere, demo]) expect(ears.of('typing')).toEqual([]);
});

it('in a private room it is heard by the other one alone', async () => {
  const there = pablo.at(cluster.gateway(1).url);
  const [here, elsewhere] = [await pablo.connect(OURS), await there.connect(OURS)];
  const [b, b0] = [await joe.connect(OURS), await joe.at(cluster.gateway(0).url).connect(OURS)];
  const c = await mary.connect(OURS);
  expect(await type(b, '1:2')).toEqual({ ok: true });
  for (const ears of [here, elsewhere]) expect(await ears.next('typing')).toEqual({ roomId: '1:2', userId: joe.id });
  await say(b, '0', 'for all', [here, elsewhere, b, b0, c]);
  expect([b, b0, c].flatMap((ears) => ears.of('typing'))).toEqual([]);
  expect([here, elsewhere].map((ears) => ears.of('typing').length)).toEqual([1, 1]);
});

it('who is no member tells nobody', async () => {
  const [a, b, c] = [await pablo.connect(OURS), await joe.connect(OURS), await mary.connect(OURS)];
  for (const roomId of ['1:2', '7']) {
    expect(await type(c, roomId)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  }
  await say(c, '0', 'foreign', [a, b]);
  expect([a, b].flatMap((ears) => ears.of('typing'))).toEqual([]);
});

it('is told to a room some times a second at most, however often it is called, each user by itself', async () => {
  const [a, b, c] = [await pablo.connect(OURS), await joe.connect(OURS), await mary.connect(OURS)];
  const begun = performance.now();
  const answers = await Promise.all([...Array.from({ length: 20 }, () => type(b, '0')), type(c, '0')]);
  expect(answers).toEqual(Array(21).fill({ ok: true }));
  await say(b, '0', 'typed in a hurry', [a, c]);
  const most = 1 + (performance.now() - begun) / 500;
  const from = (person: Person) => a.of('typing').filter(({ userId }: Typing) => userId === person.id).length;
  expect(from(joe)).toBeGreaterThan(0);
  expect(from(joe)).toBeLessThanOrEqual(most);
  expect(from(mary)).toBe(1);
});

it('is limited', async () => {
  const b = await joe.connect(OURS);
  const answers = await Promise.all(Array.from({ length: 50 }, () => type(b, '0')));
  expect(answers.at(-1)).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
});

it('while Redis is away reaches those on the same gateway, and the typist is told', async () => {
  const [a, c] = [await mary.connect(OURS), await pablo.at(cluster.gateway(1).url).connect(OURS)];
  await redis.kill();
  expect(await type(c, '0')).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  expect(await a.next('typing')).toEqual({ roomId: '0', userId: pablo.id });
  await redis.restart();
});
