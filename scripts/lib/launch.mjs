import { join, relative } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { logWriter } from './child-output.mjs';
import { dataFolder, ROOT } from './folders.mjs';
import { startFront } from './front.mjs';
import { ensureInstalled } from './install.mjs';
import { takeLock } from './lock.mjs';
import { chooseHost, requireFree } from './ports.mjs';
import { chooseRedis } from './redis/choose-redis.mjs';
import { keptSecret } from './secret.mjs';
import { gateways, workers } from './services.mjs';
import { Supervised } from './supervised.mjs';
import { Refusal, say } from './terminal.mjs';

/** Together they leave a stop within 10 s. */
const STOP_MS = { gateway: 4000, worker: 3000, redis: 2500 };
const REMIND_MS = 15_000;
const ORPHANS_MS = 10_000;

/**
 * Makes sure of what has to hold before anything is started: the data folder is ours, the ports are free, everything
 * is installed and built.
 * @param {{ ports: object, parts: string[] }} options what `choosePorts` gave; the parts to build
 * @returns {Promise<{ data: string, host: string }>} the data folder; the address to listen on
 * @throws Refusal naming what is not so
 */
export async function prepare({ ports, parts }, env, signal, undo) {
  const data = dataFolder(env);
  const lock = takeLock(join(data, 'lock'));
  if (lock.holder) {
    throw new Refusal(
      `${shown(data)} is in use by a start that is already running (process ${lock.holder.pid}). Stop that one, or set DATA_DIR to another folder.`,
    );
  }
  undo(lock.release, lock.release);
  const host = await chooseHost(env.HOST);
  // After a start that was killed, its services are about to end.
  await requireFree(ports, host, lock.takenOver ? ORPHANS_MS : 0);
  await ensureInstalled(signal);
  await ensureBuilt(signal, parts);
  return { data, host };
}

/**
 * Starts Redis, if the environment names none, and every service; resolves when all serve.
 * @param {{ data: string, host: string, ports: { gateways: number[] }, services: number }} options
 * @returns {Promise<{ workers: Supervised[], gateways: Supervised[] }>}
 */
export async function startServices({ data, host, ports, services }, env, signal, undo) {
  const redis = await startRedis(data, env, signal, undo);
  const shared = { ...env, ...redis.env, HOST: host, ...secrets(data, env) };
  const log = await logWriter(process.stdout.isTTY);
  const all = { workers: workers(services, shared, log), gateways: gateways(ports.gateways, shared, log) };
  supervise(all.workers, STOP_MS.worker, undo);
  supervise(all.gateways, STOP_MS.gateway, undo);
  await allReady([...redis.servers, ...all.workers, ...all.gateways], signal);
  return all;
}

/** In production nobody makes them up: services refuse to start without. */
function secrets(data, { SESSION_SECRET, SEAL_SECRET, NODE_ENV }) {
  if (NODE_ENV === 'production') return {};
  return {
    SESSION_SECRET: SESSION_SECRET || keptSecret(join(data, 'session-secret')),
    SEAL_SECRET: SEAL_SECRET || keptSecret(join(data, 'seal-secret')),
  };
}

/** Resolves when it is known where Redis will be: services wait for it by themselves, and load meanwhile. */
async function startRedis(data, env, signal, undo) {
  const redis = await chooseRedis(data, env, signal);
  if (!redis) return { env: {}, servers: [] };
  let what;
  let launched;
  const firstLaunch = new Promise((resolve) => {
    launched = resolve;
  });
  const server = new Supervised('Redis', async (stop) => {
    const running = await redis.launch(stop);
    what = running.what;
    launched();
    return running;
  });
  supervise([server], STOP_MS.redis, undo);
  server.firstReady.then(
    () => say(`Redis: ${what}, data in ${shown(data)}`),
    () => undefined,
  );
  await orStopped(Promise.race([firstLaunch, server.firstReady]), signal);
  return { env: redis.env, servers: [server] };
}

/** Waits for all of them; says now and then for which. */
async function allReady(processes, signal) {
  const reminder = setInterval(() => {
    const missing = processes.filter(({ up }) => !up).map(({ name }) => name);
    say(`Still waiting for ${missing.join(', ')}`);
  }, REMIND_MS);
  const ready = Promise.all(processes.map(({ firstReady }) => firstReady));
  await orStopped(ready, signal).finally(() => clearInterval(reminder));
}

/** Puts one address before the gateways. @param gateways the processes, in the order of their ports */
export async function putFront({ host, ports, gateways }, undo) {
  const targetHost = host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host;
  const at = (port) => `http://${targetHost.includes(':') ? `[${targetHost}]` : targetHost}:${port}`;
  const behind = gateways.map((gateway, index) => ({
    url: at(ports.gateways[index]),
    get up() {
      return gateway.up;
    },
  }));
  const front = await startFront(behind, { port: ports.front, host });
  undo(() => front.refuse());
}

/** Starts them, and stops them together at the end. */
export function supervise(processes, stopMs, undo) {
  for (const process of processes) process.start();
  undo(
    () => Promise.all(processes.map((process) => process.stop(stopMs))),
    () => {
      for (const process of processes) process.kill();
    },
  );
}

function orStopped(promise, signal) {
  return new Promise((resolve, reject) => {
    promise.then(resolve, reject);
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function shown(folder) {
  const inside = relative(ROOT, folder);
  return inside.startsWith('..') ? folder : inside;
}
