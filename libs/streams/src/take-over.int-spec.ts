import { once } from 'node:events';
import { keys, type Redis } from '@app/redis';
import { until } from '@app/testing';
import { listDead } from './dead';
import { append, Bench, gate, LIMITS } from './spec-support/service';

const stream = keys.work('messages');
const consumers = async (redis: Redis) =>
  ((await redis.xinfo('CONSUMERS', stream, 'workers')) as unknown[][]).map((info) => String(info[1]));

jest.setTimeout(30_000);

describe('work in the hands of a replica', () => {
  let bench: Bench;
  let redis: Redis;
  beforeAll(async () => {
    bench = await Bench.start();
    redis = await bench.redis.connect();
  });
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it('is finished by another when its process is killed', async () => {
    const child = await bench.spawn();
    const client = await bench.client();
    const call = client.call('messages.append', append('wait'), { key: 'k' });
    await until(async () => (await redis.llen('begun')) === 1, 'the child to begin');
    const seen: string[] = [];
    const server = await bench.serve('messages', {
      'messages.append': (_data, { key, attempts }) => {
        seen.push(`${key} ${attempts}`);
        return { by: 'other' };
      },
    });
    child.kill('SIGKILL');
    expect(await call).toEqual({ by: 'other' });
    expect(seen).toEqual(['k 2']);
    expect(server.stats.takenOver).toBe(1);
    await until(async () => (await consumers(redis)).length === 1, 'the dead consumer to be removed');
    expect(await consumers(redis)).toEqual([server.consumer]);
    expect(await redis.zrange(keys.readers(stream), '0', '-1')).toEqual([server.consumer]);
  });

  it('is begun by another the moment the lease of the killed process is over', async () => {
    const limits = { leaseMs: 4000 };
    const child = await bench.spawn(limits);
    const client = await bench.client();
    const call = client.call('messages.append', append('wait'));
    await until(async () => (await redis.llen('begun')) === 1, 'the child to begin');
    const [mortal = ''] = await consumers(redis);
    const began = performance.now();
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
    await until(() => performance.now() - began > 1.5 * limits.leaseMs, 'the other to be allowed to reclaim');
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const over = Number(await redis.zscore(keys.readers(stream), mortal));
    const { at } = (await call) as unknown as { at: number };
    // Who looked now and then would be a good part of a lease late.
    expect(at - over).toBeLessThan(limits.leaseMs / 5);
  });

  it('may be handled twice when its process was only asleep, and shows it by its key', async () => {
    const child = await bench.spawn();
    const client = await bench.client();
    const call = client.call('messages.append', append('wait'), { key: 'twice' });
    await until(async () => (await redis.llen('begun')) === 1, 'the child to begin');
    const seen: string[] = [];
    await bench.serve('messages', {
      'messages.append': (_data, { key }) => {
        seen.push(key);
        return { by: 'other' };
      },
    });
    child.kill('SIGSTOP');
    expect(await call).toEqual({ by: 'other' });
    await redis.set('go', '1');
    child.kill('SIGCONT');
    await until(async () => (await redis.llen('ended')) === 1, 'the child to end');
    expect(await redis.lrange('ended', 0, -1)).toEqual(['twice 1']);
    expect(seen).toEqual(['twice']);
    // Awake again it takes its share, and nothing is left over.
    await Promise.all(Array.from({ length: 20 }, () => client.call('messages.append', append())));
    await until(async () => (await redis.xlen(stream)) === 0, 'an empty stream');
  });

  it('is not begun by a process that slept over its lease', async () => {
    const child = await bench.spawn({ concurrency: 1 });
    const client = await bench.client();
    const calls = [
      client.call('messages.append', append('wait'), { key: 'a' }),
      client.call('messages.append', append(), { key: 'b' }),
    ];
    await until(async () => (await redis.llen('begun')) === 1, 'the child to begin the first');
    child.kill('SIGSTOP');
    const seen: string[] = [];
    await bench.serve('messages', { 'messages.append': (_data, { key }) => seen.push(key) });
    await Promise.all(calls);
    await redis.set('go', '1');
    child.kill('SIGCONT');
    await until(async () => (await redis.llen('ended')) === 1, 'the child to end the first');
    await client.call('messages.append', append(), { key: 'c' });
    await until(async () => (await redis.xlen(stream)) === 0, 'an empty stream');
    expect((await redis.lrange('begun', 0, -1)).filter((line) => line.startsWith('b '))).toEqual([]);
    expect(seen.filter((key) => key === 'b')).toEqual(['b']);
  });

  it('stays with a replica that is slow but alive', async () => {
    let tries = 0;
    const done = gate();
    const slow = () => {
      tries += 1;
      return done.opened;
    };
    const servers = [
      await bench.serve('messages', { 'messages.append': slow }),
      await bench.serve('messages', { 'messages.append': slow }),
    ];
    const client = await bench.client();
    const call = client.call('messages.append', append());
    await until(() => tries === 1, 'it to begin');
    const start = performance.now();
    await until(() => performance.now() - start > 3 * (LIMITS.leaseMs ?? 0), 'three leases to pass');
    done.open();
    await call;
    expect(tries).toBe(1);
    expect(servers.map(({ stats }) => stats.takenOver)).toEqual([0, 0]);
  });

  it('is given to another when its handler is stuck', async () => {
    const stuck = gate();
    let tries = 0;
    const handlers = {
      'messages.append': async () => {
        tries += 1;
        if (tries === 1) await stuck.opened;
        return { tries };
      },
    };
    await bench.serve('messages', handlers, { handlerTimeoutMs: 200, concurrency: 1 });
    const client = await bench.client();
    expect(await client.call('messages.append', append())).toEqual({ tries: 2 });
    stuck.open();
  });

  it('takes no others along when a request of a shared entry ends its process', async () => {
    const limits = { maxDeliveries: 3 };
    const children = await Promise.all(Array.from({ length: 3 }, () => bench.spawn(limits)));
    const client = await bench.client();
    const innocent = Array.from({ length: 10 }, (_, i) => client.call('messages.append', append(), { key: `i${i}` }));
    const poison = client.call('messages.append', append('die'), { key: 'poison' });
    const refused = expect(poison).rejects.toMatchObject({ code: 'internal' });
    await until(() => children.every((child) => child.signalCode === 'SIGKILL'), 'three processes to end');
    const handled: string[] = [];
    await bench.serve('messages', { 'messages.append': (_data, { key }) => handled.push(key) }, limits);
    await refused;
    await Promise.all(innocent);
    expect(handled).not.toContain('poison');
    expect(await listDead(redis)).toMatchObject([{ key: 'poison', attempts: 3 }]);
    expect((await redis.lrange('begun', 0, -1)).filter((line) => line.startsWith('poison'))).toEqual([
      'poison 1',
      'poison 2',
      'poison 3',
    ]);
    await until(async () => (await redis.xlen(stream)) === 0, 'an empty stream');
  });

  it('is finished before a clean shutdown, and nothing more is begun', async () => {
    const begun: string[] = [];
    const ending = gate();
    const server = await bench.serve('messages', {
      'messages.append': async (data) => {
        begun.push((data as { message: string }).message);
        await ending.opened;
        return { done: true };
      },
    });
    const client = await bench.client();
    const call = client.call('messages.append', append('first'));
    await until(() => begun.length === 1, 'it to begin');
    const closed = server.close();
    await until(async () => !/cmd=xreadgroup /.test(String(await redis.client('LIST'))), 'the replica to stop reading');
    const next = client.call('messages.append', append('second'));
    ending.open();
    expect(await call).toEqual({ done: true });
    await closed;
    expect(begun).toEqual(['first']);
    expect(await consumers(redis)).toEqual([]);
    await bench.serve('messages', { 'messages.append': () => ({ done: 'by another' }) });
    expect(await next).toEqual({ done: 'by another' });
  });

  it('that a replica leaves unfinished at its shutdown is free at once', async () => {
    const stuck = gate();
    const server = await bench.serve('messages', { 'messages.append': () => stuck.opened }, { graceMs: 50 });
    const client = await bench.client();
    const call = client.call('messages.append', append());
    await until(() => server.stats.inFlight === 1, 'it to begin');
    await server.close();
    expect(await consumers(redis)).toEqual([server.consumer]);
    await bench.serve('messages', { 'messages.append': () => ({ done: true }) }, { leaseMs: 60_000 });
    expect(await call).toEqual({ done: true });
    stuck.open();
  });
});
