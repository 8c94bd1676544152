import { keys, type Redis } from '@app/redis';
import { until } from '@app/testing';
import { append, Bench, gate, recorder } from './spec-support/service';

const stream = keys.work('messages');

jest.setTimeout(30_000);

describe('outages', () => {
  let bench: Bench;
  let redis: Redis;
  beforeAll(async () => {
    bench = await Bench.start({ appendonly: true });
    redis = await bench.redis.connect();
  });
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  const connections = async (name: RegExp) =>
    String(await redis.client('LIST'))
      .split('\n')
      .filter((line) => name.test(line))
      .map((line) => /id=(\d+)/.exec(line)?.[1] ?? '');

  it('of the reading connection: a delivery that was lost with it is found again, once', async () => {
    const seen: string[] = [];
    const server = await bench.serve('messages', {
      'messages.append': (_data, { key, attempts }) => {
        seen.push(`${key} ${attempts}`);
        return { done: true };
      },
    });
    const [reading] = await connections(new RegExp(`${server.consumer}:blocking`));
    // Delivered to it and lost on the way: what a killed connection leaves behind.
    const killed = redis
      .multi()
      .client('KILL', 'ID', reading ?? '')
      .xadd(stream, '*', 'requests', JSON.stringify([{ pattern: 'messages.append', data: append(), key: 'lost' }]))
      .xreadgroup('GROUP', 'workers', server.consumer, 'STREAMS', stream, '>')
      .exec();
    await killed;
    await until(() => seen.length === 1, 'the lost entry');
    const client = await bench.client();
    await client.call('messages.append', append(), { key: 'next' });
    expect(seen).toEqual(['lost 1', 'next 1']);
    await until(async () => (await redis.xlen(stream)) === 0, 'an empty stream');
  });

  it('of the reading connection: what is pending is not begun again', async () => {
    let tries = 0;
    const done = gate();
    const server = await bench.serve('messages', {
      'messages.append': async (data) => {
        tries += 1;
        if ((data as { message: string }).message === 'slow') await done.opened;
        return { tries };
      },
    });
    const client = await bench.client();
    const slow = client.call('messages.append', append('slow'));
    await until(() => tries === 1, 'it to begin');
    for (const id of await connections(new RegExp(server.consumer))) await redis.client('KILL', 'ID', id);
    await client.call('messages.append', append());
    done.open();
    expect(await slow).toEqual({ tries: 2 });
    expect(tries).toBe(2);
  });

  it('of the reading connection: a delivery that the dead connection took later is found too', async () => {
    const seen: string[] = [];
    const server = await bench.serve('messages', { 'messages.append': (_data, { key }) => void seen.push(key) });
    // As a connection does that Redis has not yet found dead, after the replica looked for what was lost.
    await redis
      .multi()
      .xadd(stream, '*', 'requests', JSON.stringify([{ pattern: 'messages.append', data: append(), key: 'late' }]))
      .xreadgroup('GROUP', 'workers', server.consumer, 'STREAMS', stream, '>')
      .exec();
    await until(() => seen.length === 1, 'the entry');
    expect(seen).toEqual(['late']);
  });

  it('of the connection for answers: callers hear so at once, and calls go on', async () => {
    const answering = gate();
    let tries = 0;
    await bench.serve('messages', {
      'messages.append': async () => {
        tries += 1;
        await answering.opened;
        return { done: true };
      },
    });
    const client = await bench.client();
    const call = client.call('messages.append', append(), { key: 'k' });
    await until(() => tries === 1, 'it to begin');
    const refused = expect(call).rejects.toMatchObject({ code: 'unavailable' });
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await refused;
    answering.open();
    await until(() => client.isReady(), 'the caller to hear again');
    expect(await client.call('messages.append', append(), { key: 'k' })).toEqual({ done: true });
  });

  it('that empty Redis: work goes on', async () => {
    const log = recorder();
    await bench.serve('messages', { 'messages.append': () => ({ done: true }) }, {}, log);
    const client = await bench.client();
    await client.call('messages.append', append());
    await redis.flushall();
    await redis.script('FLUSH');
    expect(await client.call('messages.append', append())).toEqual({ done: true });
    // Its leases are gone with the rest, which it may have seen by now.
    expect(log.lines.filter((line) => line !== 'the lease of a partition is lost')).toEqual([]);
  });

  it('of Redis: calls fail at once, and work goes on by itself when it is back', async () => {
    const log = recorder();
    const server = await bench.serve('messages', { 'messages.append': () => ({ done: true }) }, {}, log);
    const client = await bench.client();
    await client.call('messages.append', append());
    await bench.redis.kill();
    await until(() => !client.isReady(), 'the caller to notice');
    const start = performance.now();
    await expect(client.call('messages.append', append())).rejects.toMatchObject({ code: 'unavailable' });
    await expect(client.emitEvent('room.started', { roomId: '1:2' }, { key: 'e' })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(performance.now() - start).toBeLessThan(500);
    await until(() => !server.isReady(), 'the replica to notice');
    await bench.redis.restart();
    await until(() => client.isReady() && server.isReady(), 'both to be back');
    expect(await client.call('messages.append', append())).toEqual({ done: true });
    await server.close();
    expect(log.lines).toEqual(['Redis is unreachable, taking no work', 'Redis is reachable again, taking work']);
  });

  it('of Redis: a command that was being handled is finished once, and its removal made up for', async () => {
    const seen: string[] = [];
    const going = gate();
    const server = await bench.serve('messages', {
      'messages.append': async (_data, { key, attempts }) => {
        seen.push(`${key} ${attempts}`);
        await going.opened;
        return { done: true };
      },
    });
    const client = await bench.client();
    const call = client.call('messages.append', append(), { key: 'k' });
    await until(() => seen.length === 1, 'it to begin');
    const refused = expect(call).rejects.toMatchObject({ code: 'unavailable' });
    await bench.redis.kill();
    await refused;
    going.open();
    await bench.redis.restart();
    await until(() => server.isReady() && redis.status === 'ready', 'both to be back');
    await until(async () => (await redis.xlen(stream)) === 0, 'an empty stream');
    expect(seen).toEqual(['k 1']);
  });

  it('of Redis: a failure that is only that is no try', async () => {
    const attempts: number[] = [];
    await bench.serve('messages', {
      'messages.append': async (_data, context) => {
        attempts.push(context.attempts);
        if (attempts.length < 7) throw new Error('Connection is closed.');
        return { done: true };
      },
    });
    const client = await bench.client();
    expect(await client.call('messages.append', append())).toEqual({ done: true });
    expect(new Set(attempts)).toEqual(new Set([1]));
  });

  it('that freeze Redis: callers hear at their deadline, and work goes on after', async () => {
    const server = await bench.serve('messages', { 'messages.append': () => ({ done: true }) });
    const client = await bench.client();
    await bench.redis.pause();
    await expect(client.call('messages.append', append(), { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'unavailable',
    });
    await until(() => !server.isReady(), 'the replica to know that its lease is over');
    await bench.redis.resume();
    await until(() => server.isReady(), 'the replica to be back');
    expect(await client.call('messages.append', append())).toEqual({ done: true });
  });

  it.each(['kill', 'pause'] as const)('of Redis (%s) do not keep anybody from closing', async (outage) => {
    const server = await bench.serve('messages', {}, { graceMs: 100 });
    const client = await bench.client();
    await bench.redis[outage]();
    const refused = expect(client.call('messages.append', append())).rejects.toMatchObject({ code: 'unavailable' });
    const start = performance.now();
    await Promise.all([server.close(), client.close()]);
    expect(performance.now() - start).toBeLessThan(6000);
    await refused;
    await bench.redis.restart();
    await until(() => redis.status === 'ready', 'Redis to be back');
  });
});
