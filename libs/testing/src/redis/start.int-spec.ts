import { until } from '../until';
import { startRedis, type TestRedis } from './start';

describe('a Redis for tests', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis({ appendonly: true });
  });
  afterAll(() => redis.stop());

  it('is empty, and empty again after a flush', async () => {
    const connection = await redis.connect();
    expect(await connection.dbsize()).toBe(0);
    await connection.set('a', '1');
    await redis.flush();
    expect(await connection.dbsize()).toBe(0);
  });

  it('comes back on its port with its data after a kill', async () => {
    const connection = await redis.connect();
    await connection.set('kept', 'yes');
    await redis.kill();
    await expect(connection.get('kept')).rejects.toThrow();
    await redis.restart();
    await until(() => connection.status === 'ready', 'the connection to be ready again');
    expect(await connection.get('kept')).toBe('yes');
  });

  it('answers nothing while it is frozen, and goes on after', async () => {
    const connection = await redis.connect();
    await redis.pause();
    let answered = false;
    const ping = connection.ping().then(() => {
      answered = true;
    });
    await expect(until(() => answered, 'an answer', 200)).rejects.toThrow('Waited 200 ms in vain for an answer');
    await redis.resume();
    await ping;
    expect(answered).toBe(true);
  });

  it('can be killed while frozen', async () => {
    await redis.pause();
    await redis.restart();
    expect(await (await redis.connect()).ping()).toBe('PONG');
  });
});
