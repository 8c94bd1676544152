import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessRules, keys, type Redis } from '@app/redis';
import { until } from '@app/testing';
import type { StreamsClient } from './client';
import { listDead, retryDead } from './dead';
import { partitionNumber, partitionsOf, unfinishedWork } from './partitions/partition-number';
import { append, Bench, gate, LIMITS, recorder } from './spec-support/service';

/** Replicas of the version before: they read no partition. */
const BEFORE = { partitions: 0 };
/** What the version before has no right to. */
const OF_PARTITIONS = / ?(?:%[RW])?~(?:\{?work:\w+:\*\}?(?::\w+)?|work:partitions|\{work:\w+\}:members)/g;

describe('work in order', () => {
  let bench: Bench;
  let redis: Redis;
  beforeAll(async () => {
    bench = await Bench.start();
    redis = await bench.redis.connect();
  });
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  const streams = () => partitionsOf(redis, 'messages');
  const waiting = () => unfinishedWork(redis, 'messages');
  const added = async (stream: string) => {
    if (!(await redis.exists(stream))) return 0;
    const info = (await redis.xinfo('STREAM', stream)) as unknown[];
    return Number(info[info.indexOf('entries-added') + 1]);
  };
  const stored = () => redis.lrange('stored', 0, -1);
  const ownerOf = async (stream: string) => (await redis.get(keys.partitionOwner(stream)))?.split(' ')[2];

  /** Asks until it goes through partitions. */
  async function knowsPartitions(client: StreamsClient, roomId = '0'): Promise<void> {
    const stream = keys.partition('messages', partitionNumber(roomId, (await streams()).length));
    await until(async () => {
      await client.call('messages.append', { ...append(), roomId });
      return (await added(stream)) > 0;
    }, 'the way through partitions');
  }

  /** Sends without waiting for answers. */
  function sender(client: StreamsClient, lane = 'connection 1') {
    const calls: Promise<unknown>[] = [];
    const sent: string[] = [];
    return {
      sent,
      send(count: number, text = 'store') {
        for (let i = 0; i < count; i++) {
          const key = `${lane} ${sent.length}`;
          sent.push(key);
          calls.push(client.call('messages.append', append(text), { key, lane }));
        }
      },
      answers: () => Promise.all(calls),
    };
  }

  it('keeps its order while replicas come, go, die and sleep, and each is answered and done once', async () => {
    const kill = async (child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM') => {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    };
    const first = await bench.spawn({}, 0, true);
    const client = await bench.client({ timeoutMs: 40_000 });
    await knowsPartitions(client);
    const { send, sent, answers } = sender(client);
    const wave = async () => {
      const before = (await stored()).length;
      send(100);
      await until(async () => (await stored()).length > before, 'some of them to be done');
      send(100);
    };
    await wave();
    const second = await bench.spawn({}, 0, true);
    await wave();
    first.kill('SIGSTOP');
    second.kill('SIGSTOP');
    send(50);
    const third = await bench.spawn({}, 0, true);
    await wave();
    first.kill('SIGCONT');
    second.kill('SIGCONT');
    await wave();
    await kill(third, 'SIGTERM');
    await wave();
    await kill(first, 'SIGKILL');
    send(150);
    await answers();
    expect(await stored()).toEqual(sent);
    expect(sent).toHaveLength(1200);
    await until(async () => (await waiting()) === 0, 'nothing to be left');
  });

  it('is shared evenly by those there are, and by who is left', async () => {
    const handlers = { 'messages.append': () => ({}) };
    const first = await bench.serve('messages', handlers);
    expect(first.partitionsOwned).toBe(16);
    const second = await bench.serve('messages', handlers);
    const shares = (...servers: { partitionsOwned: number | undefined }[]) =>
      servers.map(({ partitionsOwned = 0 }) => partitionsOwned).sort();
    await until(() => `${shares(first, second)}` === '8,8', 'two to have half each');
    const third = await bench.serve('messages', handlers);
    await until(() => `${shares(first, second, third)}` === '5,5,6', 'three to have a third each');
    await first.close();
    await until(() => `${shares(second, third)}` === '8,8', 'the others to have half each');
    const owners = await Promise.all((await streams()).map((stream) => ownerOf(stream)));
    expect(new Set(owners)).toEqual(new Set([second.consumer, third.consumer]));
  });

  it('is taken over the moment the lease of a killed replica is over', async () => {
    const limits = { leaseMs: 4000 };
    const child = await bench.spawn(limits, 0, true);
    const client = await bench.client();
    await knowsPartitions(client);
    const call = client.call('messages.append', append('wait'));
    await until(async () => (await redis.llen('begun')) > (await redis.llen('ended')), 'the child to begin');
    const owner = keys.partitionOwner(keys.partition('messages', partitionNumber('0', 16)));
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    await bench.serve(
      'messages',
      {
        'messages.append': async () => {
          const [seconds = 0, microseconds = 0] = await redis.time();
          return { at: Number(seconds) * 1000 + Number(microseconds) / 1000 };
        },
      },
      limits,
    );
    const over = Number.parseInt((await redis.get(owner)) ?? '', 10);
    const { at } = (await call) as unknown as { at: number };
    expect(at - over).toBeLessThan(limits.leaseMs / 5);
  });

  it('takes the other way while nobody reads partitions, and keeps its order from one to the other and back', async () => {
    const store = {
      'messages.append': async (_data: unknown, { key }: { key: string }) => {
        await redis.rpush('stored', key);
        return {};
      },
    };
    const before = await bench.serve('messages', store, BEFORE);
    const client = await bench.client();
    const { send, sent, answers } = sender(client);
    send(100);
    await until(async () => (await stored()).length > 10, 'some of them to be done');
    const child = await bench.spawn({}, 0, true);
    const stream = keys.partition('messages', partitionNumber('0', 16));
    await until(async () => {
      send(10);
      await answers();
      return (await added(stream)) > 0;
    }, 'some to go through partitions');
    send(50);
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    send(50);
    await gone;
    send(50);
    await answers();
    expect(await stored()).toEqual(sent);
    expect(before.partitionsOwned).toBeUndefined();
  });

  it('takes the other way with the rights in Redis of the version before, until it is given those of this one', async () => {
    const may = async (rules: readonly string[]) => {
      await redis.call('ACL', 'SETUSER', 'before', 'reset', 'on', '>before', ...rules);
    };
    const all = [
      ...accessRules('messages'),
      `(${['%W~work:messages:*', '%W~work:messages', '+xadd', '+xlen'].join(' ')})`,
    ];
    await may(all.map((rule) => rule.replaceAll(OF_PARTITIONS, '')).filter((rule) => rule !== ''));
    bench.user = 'before';
    const log = recorder();
    const server = await bench.serve('messages', { 'messages.append': () => ({ done: true }) }, {}, log);
    const client = await bench.client();
    for (let i = 0; i < 5; i++) expect(await client.call('messages.append', append())).toEqual({ done: true });
    expect(server.partitionsOwned).toBe(0);
    expect(log.lines.filter((line) => line.includes('partitions'))).toHaveLength(1);
    await may(all);
    await until(() => server.partitionsOwned === 16, 'partitions to be held');
    await knowsPartitions(client);
  });

  it('goes on after Redis was wiped', async () => {
    const server = await bench.serve('messages', { 'messages.append': () => ({ done: true }) });
    const client = await bench.client();
    await knowsPartitions(client);
    await redis.flushall();
    expect(await client.call('messages.append', append())).toEqual({ done: true });
    await until(async () => (await redis.get(keys.partitions)) === '16', 'the partitions to be stored again');
    await knowsPartitions(client);
    await until(() => server.partitionsOwned === 16, 'all to be held again');
  });

  it('is divided as the database has it, whatever a replica is told', async () => {
    await redis.set(keys.partitions, 4);
    const server = await bench.serve('messages', { 'messages.append': () => ({ done: true }) });
    expect(server.partitionsOwned).toBe(4);
    const client = await bench.client();
    await knowsPartitions(client);
    expect(await streams()).toHaveLength(4);
  });

  it("is taken over in a lease's time when Redis' clock was set back and those who held it are gone", async () => {
    const inAnHour = Date.now() + 3_600_000;
    await redis.set(keys.partitions, 4);
    for (const stream of await streams()) await redis.set(keys.partitionOwner(stream), `${inAnHour} 4 messages-dead`);
    await redis.zadd(keys.partitionMembers('messages'), inAnHour, 'messages-dead');
    const server = await bench.serve('messages', { 'messages.append': () => ({ done: true }) });
    await until(() => server.partitionsOwned === 4, 'all to be taken over', 5000);
  });

  it('is put back from the dead letters where somebody reads it, however many partitions there are by then', async () => {
    const seen: string[] = [];
    const id = await redis.xadd(
      keys.dead,
      '*',
      ...['stream', keys.partition('messages', 900), 'pattern', 'messages.delete', 'key', 'k-3'],
      ...['data', JSON.stringify({ userId: '1', id: '0-1-1700000000000000' }), 'error', 'broken', 'attempts', '5'],
    );
    await bench.serve('messages', { 'messages.delete': (_data, { key }) => seen.push(key) });
    await retryDead(redis, id ?? '');
    await until(() => seen.length > 0, 'it to be handled', 5000);
    expect(seen).toEqual(['k-3']);
  });

  it('is overloaded when all streams together hold what they may', async () => {
    const open = gate();
    await bench.serve('messages', { 'messages.append': async () => open.opened }, { concurrency: 1 });
    const client = await bench.client({ maxLength: 40 });
    const rooms = Array.from({ length: 100 }, (_, i) => String(i + 1));
    const codes: string[] = [];
    const calls: Promise<unknown>[] = [];
    for (const [i, roomId] of rooms.entries()) {
      const call = client.call('messages.append', { ...append(), roomId });
      calls.push(call.catch(({ code }: { code: string }) => codes.push(code)));
      await until(async () => (await waiting()) + codes.length > i, 'it to be stored or refused');
    }
    expect(await waiting()).toBe(40);
    expect(codes).toEqual(Array(60).fill('overloaded'));
    open.open();
    await Promise.all(calls);
  });

  it('takes no others along when a request ends its process', async () => {
    const limits = { maxDeliveries: 3, leaseMs: LIMITS.leaseMs };
    const children = await Promise.all(Array.from({ length: 3 }, () => bench.spawn(limits, 0, true)));
    const client = await bench.client({ timeoutMs: 40_000 });
    await knowsPartitions(client);
    const innocent = Array.from({ length: 10 }, (_, i) => client.call('messages.append', append(), { key: `i${i}` }));
    const refused = expect(client.call('messages.append', append('die'), { key: 'poison' })).rejects.toMatchObject({
      code: 'internal',
    });
    await until(() => children.every((child) => child.signalCode === 'SIGKILL'), 'three processes to end', 30_000);
    const handled: string[] = [];
    await bench.serve('messages', { 'messages.append': (_data, { key }) => handled.push(key) }, limits);
    await refused;
    await Promise.all(innocent);
    expect(handled).not.toContain('poison');
    expect(await listDead(redis)).toMatchObject([{ key: 'poison', attempts: 3 }]);
    await until(async () => (await waiting()) === 0, 'nothing to be left');
  });
});
