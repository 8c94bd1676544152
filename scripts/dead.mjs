import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { dataFolder, ROOT } from './lib/folders.mjs';
import { runningRedis } from './lib/redis/running-redis.mjs';

// npm run dead: apps/dead.ts on the Redis that the system here runs on.
try {
  const env = { ...process.env, ...runningRedis(dataFolder(process.env), process.env) };
  const args = [join(ROOT, 'dist/dead.js'), ...process.argv.slice(2)];
  spawn(process.execPath, args, { env, stdio: 'inherit' }).once('exit', (code) => process.exit(code ?? 1));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
