import { once } from 'node:events';
import { ChatError, userActor } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { until } from '@app/testing';
import type { BatchRequest } from './batch-pattern';
import { listDead } from './dead';
import { append, Bench, gate, recorder, type Sent, together } from './spec-support/service';

const stream = keys.work('messages');

describe('a batch handler', () => {
  let bench: Bench;
  let redis: Redis;
  beforeAll(async () => {
    bench = await Bench.start();
    redis = await bench.redis.connect();
  });
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  type Request = BatchRequest<Sent>;
  const textOf = ({ data }: Request) => data.message;
  const echo = (request: Request): unknown => ({ said: textOf(request) });
  const numbered = (n: number, name = 'm') => Array.from({ length: n }, (_, i) => `${name}${i}`);
  const said = (texts: readonly string[]) => texts.map((text) => ({ said: text }));

  /** Asks for texts (`room text`, or `text` of General) before anybody takes work, in entries of 4. */
  async function ask(texts: readonly string[]): Promise<Promise<unknown>[]> {
    const client = await bench.client({ batchRequests: 4 });
    const calls = texts.map((text) => {
      const [message = '', roomId = '0'] = text.split(' ').reverse();
      return client.call('messages.append', { ...append(message), roomId }, { key: message });
    });
    for (const call of calls) call.catch(() => undefined);
    await until(async () => (await redis.xlen(stream)) === Math.ceil(texts.length / 4), 'all to be asked');
    return calls;
  }

  /** A replica, and the batches that its handler got. */
  async function serve(answer: (request: Request) => unknown = echo, limits = {}, log = recorder()) {
    const batches: string[][] = [];
    const handler = async (requests: Request[]) => {
      batches.push(requests.map(textOf));
      return requests.map(answer);
    };
    await bench.serve('messages', { 'messages.append': together(handler) }, limits, log);
    return batches;
  }

  it('gets what one read brings for a room in one call, in order', async () => {
    const calls = await ask(['a0', '5 b0', 'a1', '5 b1', '6 c0', 'a2', '5 b2', 'a3', 'a4']);
    const batches = await serve();
    expect(await Promise.all(calls)).toEqual(said(['a0', 'b0', 'a1', 'b1', 'c0', 'a2', 'b2', 'a3', 'a4']));
    expect(batches).toEqual([['a0', 'a1', 'a2', 'a3', 'a4'], ['b0', 'b1', 'b2'], ['c0']]);
    await until(async () => (await redis.xlen(stream)) === 0, 'an empty stream');
  });

  it('gets what came while it was at work as the next one, bounded', async () => {
    const first = gate();
    const batches: string[][] = [];
    const server = await bench.serve(
      'messages',
      {
        'messages.append': together(async (requests) => {
          batches.push(requests.map(textOf));
          if (textOf(requests[0] as Request) === 'first') await first.opened;
          return requests.map(echo);
        }),
      },
      // All by one way, the first included.
      { batchRequests: 8, partitions: 0 },
    );
    const client = await bench.client();
    const call = (text: string) => client.call('messages.append', append(text), { key: text });
    const calls = [call('first')];
    await until(() => batches.length === 1, 'the first');
    calls.push(...numbered(10).map(call));
    await until(() => server.stats.inFlight === 11, 'all to be read');
    calls.push(...numbered(10, 'n').map(call));
    await until(() => server.stats.inFlight === 21, 'all to be read');
    first.open();
    expect(await Promise.all(calls)).toEqual(said(['first', ...numbered(10), ...numbered(10, 'n')]));
    expect(batches.map(({ length }) => length)).toEqual([1, 8, 8, 4]);
    expect(batches.flat()).toEqual(['first', ...numbered(10), ...numbered(10, 'n')]);
  });

  it('answers each request for itself: with a value, a typed error, or later', async () => {
    let failures = 0;
    const calls = await ask(['a', 'forbidden', 'b', 'later', 'c']);
    const batches = await serve((request) => {
      if (textOf(request) === 'forbidden') return new ChatError('forbidden', 'Not here');
      if (textOf(request) === 'later' && failures++ < 2) return new Error('not yet');
      return { said: textOf(request), attempts: request.context.attempts };
    });
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason))).toEqual([
      { said: 'a', attempts: 1 },
      expect.objectContaining({ code: 'forbidden', message: 'Not here' }),
      { said: 'b', attempts: 1 },
      { said: 'later', attempts: 3 },
      { said: 'c', attempts: 1 },
    ]);
    expect(batches).toEqual([['a', 'forbidden', 'b', 'later', 'c'], ['later'], ['later']]);
  });

  it('is not asked for what is malformed or in the name of another; the others of the batch are', async () => {
    const client = await bench.client();
    const as = (text: string, more: object) =>
      client.call(
        'messages.append',
        { ...append(text), ...more },
        { context: { requestId: text, actor: userActor('1') } },
      );
    const calls = [as('a', {}), as('b', { roomId: '0', clientId: '' }), as('c', { userId: '2' }), as('d', {})];
    const outcomes = Promise.allSettled(calls);
    await until(async () => (await redis.xlen(stream)) === 1, 'all to be asked');
    const ids: string[] = [];
    const batches = await serve((request) => {
      ids.push(`${request.context.requestId} ${request.context.actor?.userId}`);
      return echo(request);
    });
    expect((await outcomes).map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'ok'))).toEqual([
      'ok',
      'invalid',
      'forbidden',
      'ok',
    ]);
    expect(batches).toEqual([['a', 'd']]);
    expect(ids).toEqual(['a 1', 'd 1']);
  });

  it('that fails as a whole gets its requests one by one, and only what fails by itself ends as a dead letter', async () => {
    const calls = await ask(['a', 'poison', 'b']);
    const batches = await serve((request) => {
      if (textOf(request) === 'poison') throw new Error('broken');
      return echo(request);
    });
    await expect(calls[1]).rejects.toMatchObject({ code: 'internal' });
    expect([await calls[0], await calls[2]]).toEqual(said(['a', 'b']));
    expect(batches.slice(0, 4)).toEqual([['a', 'poison', 'b'], ['a'], ['poison'], ['b']]);
    expect(await listDead(redis)).toMatchObject([{ key: 'poison', error: 'broken', attempts: 5 }]);
  });

  it('that gives not one outcome for each request has failed', async () => {
    const calls = await ask(['a', 'b']);
    const batches: string[][] = [];
    await bench.serve('messages', {
      'messages.append': together((requests) => {
        batches.push(requests.map(textOf));
        return requests.length > 1 ? [] : requests.map(echo);
      }),
    });
    expect(await Promise.all(calls)).toEqual(said(['a', 'b']));
    expect(batches).toEqual([['a', 'b'], ['a'], ['b']]);
  });

  it('gets its requests again, in order and before all others of the room, when Redis was away', async () => {
    let failures = 0;
    const calls = await ask(['a0', 'a1', '5 b0', 'a2', 'a3', 'a4']);
    const batches = await serve(
      (request) => {
        if (request.data.roomId === '0' && failures++ < 3) throw new Error('Connection is closed.');
        return echo(request);
      },
      { batchRequests: 2, retryMs: 40 },
    );
    await Promise.all(calls);
    expect(batches.filter(([text]) => text !== 'b0')).toEqual([...Array(4).fill(['a0', 'a1']), ['a2', 'a3'], ['a4']]);
    expect(batches[1]).toEqual(['b0']);
  });

  it('has what is in order with it called between its batches', async () => {
    const seen: string[] = [];
    const client = await bench.client();
    const id = '0-1-1000000';
    const calls = [
      client.call('messages.append', append('a')),
      client.call('messages.append', append('b')),
      client.call('messages.delete', { userId: '1', id }),
      client.call('messages.append', append('c')),
    ];
    await until(async () => (await redis.xlen(stream)) === 1, 'all to be asked');
    await bench.serve('messages', {
      'messages.append': together((requests) => {
        seen.push(requests.map(textOf).join());
        return requests.map(echo);
      }),
      'messages.delete': together(
        () => {
          seen.push('delete');
          return {};
        },
        { inOrder: true },
      ),
    });
    await Promise.all(calls);
    expect(seen).toEqual(['a,b', 'delete', 'c']);
  });

  it('that is stuck is given up with all its requests, and those behind go on', async () => {
    const stuck = gate();
    const calls = await ask(['a', 'b']);
    const batches: string[][] = [];
    await bench.serve(
      'messages',
      {
        'messages.append': together(async (requests) => {
          batches.push(requests.map(textOf));
          if (batches.length === 1) await stuck.opened;
          return requests.map(echo);
        }),
      },
      { handlerTimeoutMs: 200 },
    );
    expect(await Promise.all(calls)).toEqual(said(['a', 'b']));
    expect(batches.slice(1).flat().toSorted()).toEqual(['a', 'b']);
    stuck.open();
  });

  it('is followed by another replica when its process is killed: all that it had, in order', async () => {
    const child = await bench.spawn({ batchRequests: 4 }, 0, true);
    const calls = await ask(['a', 'wait', 'b', 'c']);
    await until(async () => (await redis.llen('begun')) === 4, 'the child to begin');
    const batches = await serve((request) => ({ said: textOf(request), attempts: request.context.attempts }));
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(await Promise.all(calls)).toEqual(['a', 'wait', 'b', 'c'].map((text) => ({ said: text, attempts: 2 })));
    expect(batches.flat()).toEqual(['a', 'wait', 'b', 'c']);
    await until(async () => (await redis.xlen(stream)) === 0, 'an empty stream');
  });
});
