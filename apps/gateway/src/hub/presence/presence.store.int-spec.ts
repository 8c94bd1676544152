import { channelsOf, keys, type Redis } from '@app/redis';
import { startRedis, type TestRedis, until } from '@app/testing';
import { PresenceStore } from './presence.store';

const ann = { id: '1', username: 'Ann "A"' };
const bob = { id: '2', username: 'Bob' };
const LONG_MS = 60_000;

let server: TestRedis;
let redis: Redis;
let told: { type: string; data: unknown }[];

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect('commands');
  const subscriber = await server.connect('subscriber');
  subscriber.on('message', (_, payload: string) => {
    const { type, data } = JSON.parse(payload);
    told.push({ type, data });
  });
  await subscriber.subscribe(channelsOf(redis).messages);
});
afterAll(() => server?.stop());
beforeEach(async () => {
  await redis.flushall();
  told = [];
});

const gateway = (id: string) => new PresenceStore(redis, { id, number: undefined });
const change = ({ id, username }: typeof ann, online: boolean) => ({
  type: online ? 'user.connected' : 'user.disconnected',
  data: { id, username, online },
});

/** Everything that was told so far, once it is here. */
async function heard() {
  await redis.publish(channelsOf(redis).messages, JSON.stringify({ type: 'end' }));
  await until(() => told.at(-1)?.type === 'end', 'the news');
  return told.splice(0).slice(0, -1);
}

it('tells of the first connection of a user and of the lapse of the last', async () => {
  const [one, two] = [gateway('one'), gateway('two')];
  await one.heartbeat(LONG_MS);
  await one.connect({ id: 'a', user: ann });
  await two.connect({ id: 'b', user: ann });
  expect(await heard()).toEqual([change(ann, true)]);
  await one.heartbeat(-1);
  await two.reap('one');
  expect(await heard()).toEqual([]);
  expect(await two.online()).toEqual(['1']);
});

it('takes nothing off a gateway that has renewed its lease', async () => {
  const [one, two] = [gateway('one'), gateway('two')];
  await one.connect({ id: 'a', user: ann });
  await one.heartbeat(LONG_MS);
  await two.reap('one');
  expect(await two.online()).toEqual(['1']);
});

it('tells of users that are put back after their gateway was reaped by mistake, each once', async () => {
  const [slow, other] = [gateway('slow'), gateway('other')];
  for (const [id, user] of [['a', ann] as const, ['b', bob] as const]) await slow.connect({ id, user });
  await slow.heartbeat(-1);
  const registered = await slow.registered();
  await other.reap('slow');
  expect(registered.size).toBe(2);
  await heard();

  // It believed that all were registered, so nobody is connected again.
  await slow.assertOnline([ann, bob]);
  expect(await heard()).toEqual([change(ann, true), change(bob, true)]);
  await slow.connect({ id: 'a', user: ann });
  await slow.assertOnline([ann, bob]);
  expect(await heard()).toEqual([]);
  expect((await redis.smembers(keys.onlineUsers)).sort()).toEqual(['1', '2']);
});

it('tells again of somebody online when it is asked to: a demo server said otherwise', async () => {
  const one = gateway('one');
  await one.connect({ id: 'a', user: ann });
  await one.connect({ id: 'a', user: ann });
  expect(await heard()).toEqual([change(ann, true)]);
  await one.connect({ id: 'a', user: ann }, true);
  expect(await heard()).toEqual([change(ann, true)]);
});

it('doubts a lease that was over, forgotten by others or not: they may have begun to take its connections off', async () => {
  const one = gateway('one');
  expect(await one.heartbeat(LONG_MS)).toEqual({ held: false, lapsed: [] });
  expect(await one.heartbeat(-1)).toMatchObject({ held: true });
  expect(await one.heartbeat(LONG_MS)).toMatchObject({ held: false });
  expect(await one.heartbeat(LONG_MS)).toMatchObject({ held: true });
});

it('costs the same for a heartbeat with many connections as with one', async () => {
  const one = gateway('one');
  const cost = async () => {
    await redis.config('RESETSTAT');
    await one.heartbeat(LONG_MS);
    // A connection pings by itself.
    const calls = [...(await redis.info('commandstats')).matchAll(/cmdstat_(?!ping\b|info|config)[^:]+:calls=(\d+)/g)];
    return calls.reduce((sum, [, count]) => sum + Number(count), 0);
  };
  await one.connect({ id: 'a', user: ann });
  await one.heartbeat(LONG_MS);
  const withOne = await cost();
  for (let i = 1; i <= 300; i++) await one.connect({ id: `${i}`, user: { id: `${i}`, username: `user ${i}` } });
  expect(await cost()).toBe(withOne);
});

it('counts out a connection that ends in the turn it began in', async () => {
  const one = gateway('one');
  // Redis knows both scripts from then on.
  await one.connect({ id: 'b', user: bob });
  await one.disconnect('2', 'b', 0);
  await Promise.all([one.connect({ id: 'a', user: ann }), one.disconnect('1', 'a', 0)]);
  expect(await redis.exists(keys.onlineUser('1'), keys.onlineGateway('one'))).toBe(0);
});
