import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../free-port.mjs';
import { Refusal } from '../terminal.mjs';
import { containerEngine, processEngine } from './engines.mjs';
import { reach } from './reach.mjs';

const TAKE_UP_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const NOBODY_OR_FOREIGN = /ECONNREFUSED|AUTH|WRONGPASS|NOPERM|Protocol error/;

/**
 * The Redis of this data folder: on this machine only, append-only, with a password of its own. What is needed to
 * find it again, after a start that was killed, lies in `redis.json`.
 */
export class PrivateRedis {
  #data;
  #files;
  #findEngine;
  #record;
  #port;

  /**
   * @param {string} data the data folder
   * @param {(files: string) => Promise<import('./engines.mjs').Engine>} findEngine asked only when none is running
   */
  constructor(data, findEngine) {
    this.#data = data;
    this.#files = join(data, 'redis');
    this.#findEngine = findEngine;
    this.#record = this.#read() ?? { password: randomBytes(32).toString('base64url') };
  }

  /** What services need to know, once it has been launched. */
  get env() {
    return { REDIS_ENDPOINT_URL: `127.0.0.1:${this.#port}`, REDIS_PASSWORD: this.#record.password };
  }

  /**
   * Takes up the one that is running, else starts one on the same files and, from the second time on, the same port.
   * @returns {Promise<import('../supervised.mjs').Running>}
   * @throws Refusal when there is no way to one, or one holds the files but does not answer
   */
  async launch(signal) {
    return (await this.#takeUp(signal)) ?? (await this.#begin(signal));
  }

  async #takeUp(signal) {
    const { port, kind, running } = this.#record;
    if (!running) return undefined;
    const redis = await this.#connect(port, signal);
    if (!redis) return undefined;
    const engine = kind === 'container' ? containerEngine(this.#files) : processEngine('redis-server', this.#files);
    const dir = (await redis.config('GET', 'dir'))[1];
    if (dir !== engine.folder) {
      redis.disconnect();
      return undefined;
    }
    const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
    this.#port = port;
    const exited = new Promise((resolve) => {
      redis.on('error', (error) => {
        if (error.code === 'ECONNREFUSED') resolve({ code: null, signal: null });
      });
    });
    exited.then(() => {
      redis.disconnect();
      this.#ended(engine);
    });
    return {
      what: `the one left running on port ${port}`,
      ready: Promise.resolve(),
      exited,
      kill: (how) => (how === 'SIGKILL' ? engine.kill(pid) : redis.shutdown().catch(() => undefined)),
      lastWords: () => '',
    };
  }

  async #connect(port, signal) {
    try {
      return await reach(this.#endpoint(port), { timeoutMs: TAKE_UP_MS, signal });
    } catch (error) {
      if (signal?.aborted) throw error;
      if (NOBODY_OR_FOREIGN.test(`${error.code} ${error.message}`)) return undefined;
      throw new Refusal(
        `A Redis on port ${port}, left by an earlier start, has the files in ${this.#files} but does not answer (${error.message}). End it, then start again.`,
      );
    }
  }

  async #begin(signal) {
    const engine = await this.#findEngine(this.#files, signal);
    this.#port ??= await freePort(this.#record.port);
    const port = this.#port;
    mkdirSync(this.#files, { recursive: true, mode: 0o700 });
    this.#write({ ...this.#record, port, kind: engine.kind, running: true });
    const [command, args] = engine.command(port);
    const logFile = join(this.#data, 'redis.log');
    const log = openSync(logFile, 'w', 0o600);
    // A process group of its own: Ctrl-C reaches the launcher alone, and Redis is stopped last.
    const child = spawn(command, args, { detached: true, stdio: ['pipe', log, log] });
    closeSync(log);
    child.stdin.on('error', () => undefined);
    child.stdin.end(settingsText({ ...engine.settings(port), dir: engine.folder, requirepass: this.#record.password }));
    const exited = new Promise((resolve) => {
      child.once('error', (error) => resolve({ code: 127, signal: null, error }));
      child.once('exit', (code, signalName) => resolve({ code, signal: signalName }));
    });
    const over = new AbortController();
    exited.then(() => {
      over.abort(new Error('ended'));
      this.#ended(engine);
    });
    return {
      what: engine.what,
      ready: reach(this.#endpoint(port), { timeoutMs: LONGEST_TIMER_MS, signal: over.signal, patient: true }).then(
        (redis) => redis.disconnect(),
      ),
      exited,
      kill: (how) => (how === 'SIGKILL' ? engine.kill(child.pid) : child.kill(how)),
      lastWords: () => readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n'),
    };
  }

  #endpoint(port) {
    return { host: '127.0.0.1', port, tls: false, password: this.#record.password };
  }

  #read() {
    try {
      return JSON.parse(readFileSync(join(this.#data, 'redis.json'), 'utf8'));
    } catch (error) {
      if (error.code === 'ENOENT') return undefined;
      throw new Refusal(`${join(this.#data, 'redis.json')} cannot be read: ${error.message}`);
    }
  }

  #ended({ kind }) {
    // The end of `docker run` may not be the end of the container.
    if (kind === 'process') this.#write({ ...this.#record, running: false });
  }

  #write(record) {
    this.#record = record;
    writeFileSync(join(this.#data, 'redis.json'), JSON.stringify(record), { mode: 0o600 });
  }
}

/** `everysec`: a crash of the machine loses a second at most; `noeviction`: what was said is never thrown away. */
function settingsText(own) {
  const settings = { ...own, appendonly: 'yes', appendfsync: 'everysec', save: '', 'maxmemory-policy': 'noeviction' };
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${JSON.stringify(String(value))}\n`)
    .join('');
}
