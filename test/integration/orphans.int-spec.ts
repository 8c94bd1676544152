import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { REDIS_USERS } from '@app/redis';
import { startRedis, until } from '@app/testing';

const isThere = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Starts services as a launcher does, and says their process ids once they are ready. */
const LAUNCHER = `
  const { fork } = require('node:child_process');
  const start = (name) => new Promise((resolve) => {
    const env = { ...process.env, HOST: '127.0.0.1', PORT: '0', SESSION_SECRET: 'a secret for tests only', SEAL_SECRET: 'another secret for tests' };
    const child = fork('dist/apps/' + name + '/src/main.js', [], { env, silent: true });
    child.stdout.resume();
    child.stderr.resume();
    child.on('message', () => resolve(child.pid));
  });
  Promise.all(${JSON.stringify(REDIS_USERS)}.map(start)).then((pids) => console.log(JSON.stringify(pids)));
`;

it('services end with a killed launcher, though nobody reads their logs and Redis is gone too', async () => {
  const redis = await startRedis();
  const env = { ...process.env, REDIS_ENDPOINT_URL: redis.url };
  const launcher = spawn(process.execPath, ['-e', LAUNCHER], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(launcher.stdout, 'data')) as [Buffer];
  const pids = JSON.parse(line.toString()) as number[];
  expect(pids.every(isThere)).toBe(true);
  await redis.kill();
  launcher.kill('SIGKILL');
  await until(() => !pids.some(isThere), 'all of them gone', 30_000);
  await redis.stop();
});
