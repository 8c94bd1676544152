import { type Actor, ChatError, SYSTEM } from '@app/contracts';
import { keys } from '@app/redis';
import { until } from '@app/testing';
import { firstValueFrom, of } from 'rxjs';
import { listDead, retryDead } from './dead';
import { Json } from './json';
import { runWithRequestId } from './request-context';
import { append, Bench, gate } from './spec-support/service';
import type { WorkContext } from './work-context';

const authorize = { userId: '1', roomId: '0' };

describe('calls', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it('brings the answer of a handler, whichever way it gives it', async () => {
    await bench.serve('messages', {
      'messages.append': (data) => Promise.resolve({ got: data }),
      'messages.heads': () => of({ epoch: 'e', heads: [] }),
    });
    const client = await bench.client();
    expect(await client.call('messages.append', append())).toEqual({ got: append() });
    expect(await client.call('messages.heads', { roomIds: [] })).toEqual({ epoch: 'e', heads: [] });
  });

  it('puts what is asked in one moment into few entries', async () => {
    const client = await bench.client({ batchRequests: 64 });
    const calls = Array.from({ length: 100 }, () => client.call('rooms.authorize', authorize));
    const redis = await bench.redis.connect();
    const stream = keys.work('rooms');
    await until(async () => (await redis.xlen(stream)) > 0, 'the entries');
    expect(await redis.xlen(stream)).toBe(2);
    await bench.serve('rooms', { 'rooms.authorize': () => ({}) });
    await Promise.all(calls);
  });

  it('is not refused for good what only a replica of a later version knows', async () => {
    await bench.serve('messages', { 'messages.heads': () => ({ epoch: 'e', heads: [] }) });
    const client = await bench.client();
    for (const pattern of ['messages.append', 'messages.pin'] as 'messages.append'[]) {
      await expect(client.call(pattern, append())).rejects.toMatchObject({ code: 'unavailable' });
    }
    expect(await listDead(await bench.redis.connect())).toEqual([]);
  });

  it('passes on what is JSON already: as text to who asks for that, as a value to others', async () => {
    const text = '{"epoch": "e",  "heads": []}';
    await bench.serve('messages', { 'messages.heads': () => new Json(text) });
    await bench.serve('rooms', { 'rooms.list': () => ({ rooms: [], malformed: false }) });
    const client = await bench.client();
    const asked = { roomIds: [] };
    const answers = await Promise.all([
      client.callForText('messages.heads', asked),
      client.call('messages.heads', asked),
      client.callForText('messages.heads', asked),
      // An answer that is no text, of a service of another version.
      client.callForText('rooms.list', { userId: '1' }),
    ]);
    expect(answers).toEqual([text, { epoch: 'e', heads: [] }, text, '{"rooms":[],"malformed":false}']);
  });

  it('brings a refusal to who asks for text, too', async () => {
    await bench.serve('messages', {
      'messages.heads': () => {
        throw new ChatError('forbidden', 'Not here');
      },
    });
    const client = await bench.client();
    await expect(client.callForText('messages.heads', { roomIds: [] })).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('leaves nothing behind in Redis', async () => {
    await bench.serve('rooms', { 'rooms.authorize': () => ({}) });
    const client = await bench.client();
    await Promise.all(Array.from({ length: 100 }, () => client.call('rooms.authorize', authorize)));
    const redis = await bench.redis.connect();
    await until(async () => (await redis.xlen(keys.work('rooms'))) === 0, 'an empty stream');
    expect(await redis.xpending(keys.work('rooms'), 'workers')).toEqual([0, null, null, null]);
  });

  it('shares the work of a service among its replicas, each request handled once', async () => {
    const handled: string[][] = [[], []];
    const bothAtWork = gate();
    await Promise.all(
      handled.map((mine) =>
        bench.serve(
          'rooms',
          {
            'rooms.authorize': async (data) => {
              mine.push((data as typeof authorize).userId);
              if (handled.every((list) => list.length > 0)) bothAtWork.open();
              await bothAtWork.opened;
              return {};
            },
          },
          { concurrency: 10 },
        ),
      ),
    );
    const client = await bench.client({ batchRequests: 4 });
    const userIds = Array.from({ length: 200 }, (_, i) => String(i + 1));
    await Promise.all(userIds.map((userId) => client.call('rooms.authorize', { userId, roomId: '0' })));
    const all = handled.flat();
    expect(all.length).toBe(200);
    expect(new Set(all).size).toBe(200);
    expect(handled.every((list) => list.length > 0)).toBe(true);
  });

  it('handles no more at once than it may', async () => {
    let running = 0;
    let most = 0;
    await bench.serve(
      'rooms',
      {
        'rooms.authorize': async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          return {};
        },
      },
      { concurrency: 3 },
    );
    const client = await bench.client();
    await Promise.all(Array.from({ length: 50 }, () => client.call('rooms.authorize', authorize)));
    expect(most).toBe(3);
  });

  it('tells the caller a typed error, once, as it was thrown', async () => {
    let tries = 0;
    await bench.serve('rooms', {
      'rooms.authorize': () => {
        tries += 1;
        throw new ChatError('rate_limited', 'Not so fast', 300);
      },
    });
    const client = await bench.client();
    await expect(client.call('rooms.authorize', authorize)).rejects.toMatchObject({
      name: 'ChatError',
      code: 'rate_limited',
      message: 'Not so fast',
      retryAfterMs: 300,
    });
    expect(tries).toBe(1);
  });

  it('refuses what breaks the contract before the handler sees it', async () => {
    let called = false;
    await bench.serve('rooms', {
      'rooms.authorize': () => {
        called = true;
      },
    });
    const client = await bench.client();
    await expect(client.call('rooms.authorize', { userId: 'nobody', roomId: '0' })).rejects.toMatchObject({
      code: 'invalid',
      message: 'userId: must be a user id',
    });
    expect(called).toBe(false);
  });

  it('answers the others of a batch while one of them takes its time', async () => {
    const slow = gate();
    await bench.serve('rooms', {
      'rooms.authorize': async (data) => {
        if ((data as typeof authorize).userId === '1') await slow.opened;
        return {};
      },
    });
    const client = await bench.client();
    const first = client.call('rooms.authorize', { userId: '1', roomId: '0' });
    await client.call('rooms.authorize', { userId: '2', roomId: '0' });
    slow.open();
    await first;
  });

  it('carries the request id and the key along', async () => {
    const seen: WorkContext[] = [];
    await bench.serve('rooms', { 'rooms.open': (_data, context) => seen.push(context) && { id: '1:2', names: [] } });
    const client = await bench.client();
    const open = { userId: '1', otherId: '2' };
    await runWithRequestId('req-1', () => client.call('rooms.open', open, { key: 'key-1' }));
    expect(seen[0]).toMatchObject({ requestId: 'req-1', key: 'key-1', attempts: 1 });
    await client.call('rooms.open', open);
    expect(seen[1]?.key).not.toBe('key-1');
    expect(seen[1]?.requestId).toBeTruthy();
  });

  describe('with a context', () => {
    const actor: Actor = { userId: '1', kind: 'user', sessionHash: 'abc', scopes: ['messages:write'] };
    const context = { requestId: 'req-1', actor };

    it('name who asks, on to the calls and events that a handler makes with it', async () => {
      const seen: WorkContext[] = [];
      const client = await bench.client();
      await bench.serve('messages', {
        'messages.append': async (_data, context) => {
          seen.push(context);
          await client.call('auth.users', { ids: [] }, { context });
          await client.emitEvent('room.started', { roomId: '1:2' }, { key: 'k', context });
          return {};
        },
        'messages.page': (_data, context) => seen.push(context) && {},
      });
      await bench.serve('auth', { 'auth.users': (_data, context) => seen.push(context) && { users: [] } });
      await bench.serve('rooms', { 'room.started': (_data, context) => void seen.push(context) });
      // Of two contexts the one that is handed on counts.
      await runWithRequestId('another', () => client.call('messages.append', append(), { context }));
      await client.callForText('messages.page', { userId: '1', roomId: '0', limit: 1 }, { context });
      await until(() => seen.length === 4, 'all to be handled');
      for (const one of seen) expect(one).toMatchObject({ requestId: 'req-1', actor });
    });

    it('keep it through a dead letter that is tried again', async () => {
      const seen: (Actor | undefined)[] = [];
      const first = await bench.serve('messages', {
        'messages.delete': () => {
          throw new Error('broken');
        },
      });
      const client = await bench.client();
      await expect(client.call('messages.delete', { userId: '1', id: '0-1-1' }, { context })).rejects.toMatchObject({
        code: 'internal',
      });
      await first.close();
      await bench.serve('messages', { 'messages.delete': (_data, context) => seen.push(context.actor) && {} });
      const redis = await bench.redis.connect();
      await retryDead(redis, (await listDead(redis))[0]?.id ?? '');
      await until(() => seen.length === 1, 'the dead letter');
      expect(seen).toEqual([actor]);
    });

    it("act in no other user's name; the system does", async () => {
      const seen: (Actor | undefined)[] = [];
      await bench.serve('rooms', { 'rooms.authorize': (_data, context) => seen.push(context.actor) && {} });
      const client = await bench.client();
      const asks = (userId: string, actor?: Actor) =>
        client.call('rooms.authorize', { userId, roomId: '0' }, { context: { requestId: 'r', actor } });
      await expect(asks('2', actor)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(asks('2', { ...actor, kind: 'bot' })).rejects.toMatchObject({ code: 'forbidden' });
      await expect(asks('1', { userId: 'x' } as unknown as Actor)).rejects.toMatchObject({ code: 'invalid' });
      expect(seen).toEqual([]);
      await asks('1', actor);
      await asks('2', SYSTEM);
      expect(seen).toEqual([actor, SYSTEM]);
    });

    it('are understood by and from another version', async () => {
      const seen: (Actor | undefined)[] = [];
      await bench.serve('rooms', { 'rooms.authorize': (_data, context) => seen.push(context.actor) && {} });
      await bench.serve('auth', { 'auth.registration': (_data, context) => void seen.push(context.actor) });
      const client = await bench.client();
      // The version before says who asks in the data alone, a later one may say more.
      await client.call('rooms.authorize', authorize);
      await client.call('auth.registration', {});
      const later = { ...actor, kind: 'guest', trust: 1 } as unknown as Actor;
      await client.call('rooms.authorize', authorize, { context: { requestId: 'r', actor: later } });
      expect(seen).toEqual([{ userId: '1', kind: 'user' }, undefined, { ...actor, trust: 1 }]);
    });
  });

  it('refuses work past the bound of the stream and takes it again when there is room', async () => {
    const client = await bench.client({ maxLength: 2, batchRequests: 1 });
    const waiting = [client.call('rooms.authorize', authorize), client.call('rooms.authorize', authorize)];
    await expect(client.call('rooms.authorize', authorize)).rejects.toMatchObject({ code: 'overloaded' });
    await bench.serve('rooms', { 'rooms.authorize': () => ({}) });
    await Promise.all(waiting);
    expect(await client.call('rooms.authorize', authorize)).toEqual({});
  });

  it('gives up at the deadline and ignores the answer that comes after', async () => {
    const late = gate();
    await bench.serve('messages', { 'messages.append': () => late.opened });
    const client = await bench.client();
    await expect(client.call('messages.append', append(), { timeoutMs: 60 })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'messages.append: outcome unknown, safe to repeat with the same key',
    });
    late.open();
    await bench.serve('rooms', { 'rooms.authorize': () => ({}) });
    expect(await client.call('rooms.authorize', authorize)).toEqual({});
  });

  it('works through send as well', async () => {
    await bench.serve('rooms', {
      'rooms.authorize': (data) => {
        if ((data as typeof authorize).userId === '2') throw new ChatError('forbidden', 'No');
        return { ok: true };
      },
    });
    const client = await bench.client();
    expect(await firstValueFrom(client.send('rooms.authorize', authorize))).toEqual({ ok: true });
    await expect(firstValueFrom(client.send('rooms.authorize', { userId: '2', roomId: '0' }))).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('tells who waits when the caller closes', async () => {
    const client = await bench.client();
    const call = client.call('rooms.authorize', authorize);
    const refused = expect(call).rejects.toMatchObject({ code: 'unavailable' });
    await client.close();
    await refused;
    await expect(client.call('rooms.authorize', authorize)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
