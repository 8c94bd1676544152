import { keys } from '@app/redis';
import { until } from '@app/testing';
import { dropDead, listDead, retryDead } from './dead';
import { append, Bench, gate, recorder } from './spec-support/service';

describe('failures', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it('tries an unexpected error again, and the caller hears of the success only', async () => {
    const attempts: number[] = [];
    await bench.serve('messages', {
      'messages.append': (_data, context) => {
        attempts.push(context.attempts);
        if (attempts.length < 3) throw new Error('not yet');
        return { done: true };
      },
    });
    const client = await bench.client();
    expect(await client.call('messages.append', append())).toEqual({ done: true });
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('pauses for longer before each try', async () => {
    const tries: number[] = [];
    const retryMs = 60;
    await bench.serve(
      'messages',
      {
        'messages.append': () => {
          tries.push(performance.now());
          throw new Error('broken');
        },
      },
      { retryMs },
    );
    const client = await bench.client();
    await expect(client.call('messages.append', append())).rejects.toMatchObject({ code: 'internal' });
    const pauses = tries.slice(1).map((at, i) => at - (tries[i] ?? 0));
    // Drawn from the upper half of what doubles.
    expect(pauses.map((pause, i) => pause >= (retryMs * 2 ** i) / 2 - 1)).toEqual([true, true, true, true]);
  });

  it('keeps only so many dead letters, the newest', async () => {
    await bench.serve(
      'messages',
      {
        'messages.append': () => {
          throw new Error('broken');
        },
      },
      { maxDeliveries: 1, deadMax: 100 },
    );
    const client = await bench.client();
    // Redis forgets them by the hundred.
    for (let i = 0; i < 350; i += 50) {
      const calls = Array.from({ length: 50 }, (_, n) =>
        client.call('messages.append', append(), { key: `k-${i + n}` }),
      );
      await Promise.allSettled(calls);
    }
    const kept = await listDead(await bench.redis.connect(), { count: 1000 });
    expect(kept.length).toBeGreaterThanOrEqual(100);
    expect(kept.length).toBeLessThanOrEqual(200);
    expect(kept.slice(0, 50).every(({ key }) => Number(key?.slice(2)) >= 300)).toBe(true);
  });

  it('sends what keeps failing to work:dead, and holds up nobody meanwhile', async () => {
    const log = recorder();
    const seen = new Set<string>();
    await bench.serve(
      'messages',
      {
        'messages.append': (_data, context) => {
          seen.add(context.key);
          throw new Error('broken');
        },
        'messages.heads': () => ({ epoch: 'e', heads: [] }),
      },
      { concurrency: 1, retryMs: 40 },
      log,
    );
    const client = await bench.client();
    const failing = client.call('messages.append', append('a secret'), { key: 'k-1', context: { requestId: 'r-1' } });
    const refused = expect(failing).rejects.toMatchObject({ code: 'internal', message: 'Internal error' });
    expect(await client.call('messages.heads', { roomIds: [] })).toEqual({ epoch: 'e', heads: [] });
    await refused;
    expect([...seen]).toEqual(['k-1']);
    const redis = await bench.redis.connect();
    expect(await listDead(redis)).toMatchObject([
      {
        stream: 'work:messages',
        pattern: 'messages.append',
        data: undefined,
        key: 'k-1',
        requestId: 'r-1',
        error: 'broken',
        attempts: 5,
      },
    ]);
    await until(async () => (await redis.xlen(keys.work('messages'))) === 0, 'the entry to be gone');
    expect(log.lines.filter((line) => line === 'handler failed').length).toBe(5);
  });

  it('keeps the text of no message, and puts no message back without it', async () => {
    await bench.serve('messages', {
      'messages.append': () => {
        throw new Error('broken');
      },
    });
    const client = await bench.client();
    await expect(client.call('messages.append', append('a secret'))).rejects.toMatchObject({ code: 'internal' });
    const redis = await bench.redis.connect();
    expect(JSON.stringify(await redis.xrange(keys.dead, '-', '+'))).not.toContain('a secret');
    const [letter] = await listDead(redis);
    await expect(retryDead(redis, letter?.id ?? '')).rejects.toMatchObject({ code: 'invalid' });
  });

  it('keeps no data of a request with something sealed', async () => {
    await bench.serve('auth', {
      'auth.register': () => {
        throw new Error('broken');
      },
    });
    const client = await bench.client();
    const registration = { username: 'Somebody', password: 'open sesame' };
    await expect(client.call('auth.register', registration)).rejects.toMatchObject({ code: 'internal' });
    const redis = await bench.redis.connect();
    expect(JSON.stringify(await redis.xrange(keys.dead, '-', '+'))).not.toMatch(/Somebody|sesame/);
    const [letter] = await listDead(redis);
    await expect(retryDead(redis, letter?.id ?? '')).rejects.toMatchObject({ code: 'invalid' });
    expect(await dropDead(redis, letter?.id ?? '')).toBe(true);
    expect(await dropDead(redis, letter?.id ?? '')).toBe(false);
    expect(await listDead(redis)).toEqual([]);
  });

  it('handles a dead letter that is put back, under its key', async () => {
    let mended = false;
    const done = gate();
    const seen: string[] = [];
    await bench.serve('messages', {
      'messages.delete': (_data, context) => {
        if (!mended) throw new Error('broken');
        seen.push(context.key);
        done.open();
      },
    });
    const client = await bench.client();
    const deletion = { userId: '1', id: '0-1-1700000000000000' };
    await expect(client.call('messages.delete', deletion, { key: 'k-2' })).rejects.toMatchObject({ code: 'internal' });
    const redis = await bench.redis.connect();
    const [letter] = await listDead(redis);
    mended = true;
    await retryDead(redis, letter?.id ?? '');
    await done.opened;
    expect(seen).toEqual(['k-2']);
    expect(await listDead(redis)).toEqual([]);
    await expect(retryDead(redis, letter?.id ?? '')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('drops a query whose caller gave up, and keeps a command', async () => {
    const client = await bench.client();
    const query = client.call('messages.heads', { roomIds: [] }, { timeoutMs: 50 });
    const command = client.call('messages.append', append('kept'), { timeoutMs: 50 });
    await expect(query).rejects.toMatchObject({ code: 'unavailable', message: 'messages.heads: no answer in time' });
    await expect(command).rejects.toMatchObject({ code: 'unavailable' });
    const handled: string[] = [];
    const server = await bench.serve('messages', {
      'messages.heads': () => handled.push('query'),
      'messages.append': () => handled.push('command'),
    });
    const redis = await bench.redis.connect();
    await until(async () => (await redis.xlen(keys.work('messages'))) === 0, 'an empty stream');
    expect(handled).toEqual(['command']);
    expect(server.stats).toMatchObject({ expired: 1, handled: 1, inFlight: 0 });
  });

  it.each([
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ])("knows by Redis' clock who gave up, though its own is an hour %s", async (_, clockOffMs) => {
    const client = await bench.client();
    const heads = (key: string, timeoutMs?: number) =>
      client.call('messages.heads', { roomIds: [] }, { key, timeoutMs });
    await expect(heads('given-up', 50)).rejects.toMatchObject({ code: 'unavailable' });
    const child = await bench.spawn({}, clockOffMs);
    expect(await heads('waiting')).toEqual({ by: child.pid });
    const redis = await bench.redis.connect();
    await until(async () => (await redis.xlen(keys.work('messages'))) === 0, 'an empty stream');
    expect(await redis.lrange('begun', 0, -1)).toEqual(['waiting 1']);
  });

  it('drops a query that waited too long for its turn in the replica', async () => {
    const first = gate();
    const handled: string[] = [];
    await bench.serve(
      'rooms',
      {
        'rooms.authorize': async (data) => {
          const { userId } = data as { userId: string };
          handled.push(userId);
          if (userId === '1') await first.opened;
          return {};
        },
      },
      { concurrency: 1 },
    );
    const client = await bench.client();
    const slow = client.call('rooms.authorize', { userId: '1', roomId: '0' });
    const waiting = client.call('rooms.authorize', { userId: '2', roomId: '0' }, { timeoutMs: 60 });
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
    // Its time began when its entry was added, which may have been a while after it was asked.
    const given = performance.now();
    await until(() => performance.now() - given > 60, 'its time to be over');
    first.open();
    await slow;
    await client.call('rooms.authorize', { userId: '3', roomId: '0' });
    expect(handled).toEqual(['1', '3']);
  });

  it('removes an entry that is none of ours', async () => {
    const log = recorder();
    await bench.serve('rooms', { 'rooms.authorize': () => ({}) }, {}, log);
    const redis = await bench.redis.connect();
    const damaged = [{ key: [] }, { ttlMs: { toString: 'x' } }, { trace: {} }, { attempts: 'x' }].map((field) =>
      JSON.stringify([{ pattern: 'rooms.nonsense', data: {}, ...field }]),
    );
    for (const requests of ['{', '[]', '[{"pattern":1}]', 'null', ...damaged]) {
      await redis.xadd(keys.work('rooms'), '*', 'requests', requests);
    }
    await redis.xadd(keys.work('rooms'), '*', 'other', 'field');
    await until(async () => (await redis.xlen(keys.work('rooms'))) === 0, 'an empty stream');
    const client = await bench.client();
    expect(await client.call('rooms.authorize', { userId: '1', roomId: '0' })).toEqual({});
    expect(log.lines.filter((line) => line === 'unreadable entry removed').length).toBe(8);
  });
});
