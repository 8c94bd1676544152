import { ChatError, FACTS } from '@app/contracts';
import { keys } from '@app/redis';
import { until } from '@app/testing';
import { lastValueFrom } from 'rxjs';
import { listDead } from './dead';
import { Bench, recorder } from './spec-support/service';

const pablo = { id: '1', username: 'Pablo' };

describe('events', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it('are stored for each subscriber before the emitter goes on', async () => {
    const client = await bench.client();
    await client.emitEvent('user.registered', pablo, { key: 'user.registered:1' });
    const redis = await bench.redis.connect();
    for (const service of FACTS['user.registered'].subscribers) {
      const entries = await redis.xrange(keys.events(service), '-', '+');
      expect(entries.length).toBe(1);
      expect(JSON.parse(entries[0]?.[1][1] ?? '')).toMatchObject([
        { pattern: 'user.registered', data: pablo, key: 'user.registered:1' },
      ]);
    }
  });

  it('reach one replica of a subscriber, with the key that tells a repetition', async () => {
    const heard: string[] = [];
    const handlers = { 'user.registered': (_data: unknown, { key }: { key: string }) => heard.push(key) };
    await Promise.all([bench.serve('rooms', handlers), bench.serve('rooms', handlers)]);
    const client = await bench.client();
    await client.emitEvent('user.registered', pablo, { key: 'a' });
    await client.emitEvent('user.registered', pablo, { key: 'a' });
    await lastValueFrom(client.emit('user.registered', pablo), { defaultValue: undefined });
    await until(() => heard.length === 3, 'three events');
    const redis = await bench.redis.connect();
    await until(async () => (await redis.xlen(keys.events('rooms'))) === 0, 'an empty stream');
    expect(heard.filter((key) => key === 'a').length).toBe(2);
    expect(heard.length).toBe(3);
  });

  it('are tried again for as long as another service is away, typed error or not', async () => {
    let tries = 0;
    await bench.serve('rooms', {
      'user.registered': () => {
        tries += 1;
        if (tries < 8) throw new ChatError('unavailable', 'Not there');
      },
    });
    const client = await bench.client();
    await client.emitEvent('user.registered', pablo, { key: 'a' });
    const redis = await bench.redis.connect();
    await until(async () => (await redis.xlen(keys.events('rooms'))) === 0, 'an empty stream');
    expect(tries).toBe(8);
    expect(await listDead(redis)).toEqual([]);
  });

  it('end in work:dead when they cannot be handled', async () => {
    await bench.serve('rooms', {
      'user.registered': () => {
        throw new ChatError('conflict', 'Never');
      },
    });
    const client = await bench.client();
    await client.emitEvent('user.registered', pablo, { key: 'a' });
    const redis = await bench.redis.connect();
    const malformed = [{ pattern: 'user.registered', data: { id: 'x', username: '' }, key: 'b' }];
    await redis.xadd(keys.events('rooms'), '*', 'requests', JSON.stringify(malformed));
    await until(async () => (await listDead(redis)).length === 2, 'two dead letters');
    const letters = (await listDead(redis)).sort((a, b) => (a.key ?? '').localeCompare(b.key ?? ''));
    expect(letters).toMatchObject([
      { key: 'a', error: 'Never', attempts: 5, stream: 'events:rooms' },
      { key: 'b', error: 'id: must be a user id', attempts: 1 },
    ]);
  });

  it('of a later version are acknowledged and counted, and are no dead letters', async () => {
    const log = recorder();
    const heard: string[] = [];
    const handlers = { 'user.registered': (_data: unknown, { key }: { key: string }) => heard.push(key) };
    const server = await bench.serve('rooms', handlers, {}, log);
    const client = await bench.client();
    const redis = await bench.redis.connect();
    const unknown = ['room.grew', 'constructor', 'toString'].map((pattern) => ({
      pattern,
      data: { of: 'a later version' },
    }));
    await redis.xadd(keys.events('rooms'), '*', 'requests', JSON.stringify(unknown));
    // This version has it, and the service does not subscribe to it yet.
    await client.emitEvent('room.started', { roomId: '1:2' }, { key: 'a' });
    await client.emitEvent('user.registered', pablo, { key: 'b' });
    await until(async () => (await redis.xlen(keys.events('rooms'))) === 0, 'an empty stream');
    expect(heard).toEqual(['b']);
    expect(await listDead(redis)).toEqual([]);
    expect(server.stats).toMatchObject({ ignored: 4, handled: 1, dead: 0 });
    expect(log.lines.filter((line) => line === 'event is not known here, ignored')).toHaveLength(4);
  });

  it('are checked where they are made', async () => {
    const client = await bench.client();
    const more = { ...pablo, more: 1 };
    await expect(client.emitEvent('user.registered', more, { key: 'a' })).rejects.toThrow('not as its contract says');
  });

  it('are refused when a subscriber does not keep up', async () => {
    const client = await bench.client({ maxLength: 1 });
    await client.emitEvent('user.registered', pablo, { key: 'a' });
    await expect(client.emitEvent('user.registered', pablo, { key: 'b' })).rejects.toMatchObject({
      code: 'overloaded',
    });
  });
});
