import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { dataFolder, ROOT } from './folders.mjs';
import { runningRedis } from './redis/running-redis.mjs';

/** Runs `dist/{name}.js` with this program's arguments, on the Redis that the system here runs on. @param more environment */
export function runOperatorProgram(name, more = {}) {
  try {
    const env = { ...process.env, ...more, ...runningRedis(dataFolder(process.env), process.env) };
    const args = [join(ROOT, 'dist', `${name}.js`), ...process.argv.slice(2)];
    spawn(process.execPath, args, { env, stdio: 'inherit' }).once('exit', (code) => process.exit(code ?? 1));
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
