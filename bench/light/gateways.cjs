// So many gateways without people of their own, as threads of one process: each has its connections to Redis, hears what it
// subscribes to, reads whose it is without parsing it, as a gateway does (to load what a gateway loads takes a thread a
// second), looks for its people, and, once told, sends itself heartbeats. Each wakes by itself, as a process of its own would.
const { Worker, isMainThread, workerData, parentPort } = require('node:worker_threads');

/** How many start at the same time. */
const AT_ONCE = 4;
/** As RELAY_HEARTBEAT_MS. */
const HEARTBEAT_MS = 2000;
/** The header of a message, and that all of it is one object. */
const MESSAGE =
  /^\{"v":2,"serverId":"[\w:-]*","type":"message","to":\{"room":"([\d:]+)"\},"id":"([\d:-]+)","seq":(\d+).*?,"date":([\d.]+).*?,"data":(\{.*\})\}$/u;
const roomOf = (payload) => MESSAGE.exec(payload)?.[1];

async function main() {
  const { REDIS_PORT, SUBSCRIBE, CHANNELS } = process.env;
  const channels = JSON.parse(CHANNELS);
  const workers = [];
  process.on('message', (message) => {
    if (message?.type === 'beat') for (const worker of workers) worker.postMessage('beat');
    if (message?.type !== 'heard?') return;
    Promise.all(workers.map(heardBy)).then((counts) =>
      process.send({ type: 'heard', count: counts.reduce((sum, count) => sum + count, 0) }),
    );
  });
  for (let n = 0; n < channels.length; n += AT_ONCE) {
    const shared = { port: Number(REDIS_PORT), subscribe: SUBSCRIBE };
    const some = channels
      .slice(n, n + AT_ONCE)
      .map(
        (own, i) => new Worker(__filename, { execArgv: [], workerData: { ...shared, own, name: `light-${n + i}` } }),
      );
    await Promise.all(
      some.map((worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))),
    );
    workers.push(...some);
  }
  process.send({ type: 'ready', port: 0 });
}

const heardBy = (worker) =>
  new Promise((resolve) => {
    worker.once('message', resolve);
    worker.postMessage('heard?');
  });

async function gateway({ port, name, subscribe, own }) {
  const { Redis } = require('ioredis');
  const sockets = new Map();
  let heard = 0;
  const hears = (roomId) => {
    heard += 1;
    for (const socket of sockets.get(roomId) ?? []) socket.write('');
  };
  const [redis, commands] = [new Redis(port, '127.0.0.1'), new Redis(port, '127.0.0.1')];
  redis.on('message', (channel, payload) => {
    if (channel === 'news') JSON.parse(payload);
    else hears(roomOf(payload));
  });
  redis.on('smessage', (_channel, payload) => hears(roomOf(payload)));
  await redis.subscribe('news');
  if (own.length > 0) await redis[subscribe](...own);
  const envelope = { v: 2, serverId: name, type: 'heartbeat', to: 'all', data: { nonce: `${name}@` } };
  parentPort.on('message', (message) => {
    if (message === 'heard?') parentPort.postMessage(heard);
    // Not all at the same moment.
    else
      setTimeout(
        () => setInterval(() => commands.publish('news', JSON.stringify(envelope)), HEARTBEAT_MS),
        Math.random() * HEARTBEAT_MS,
      );
  });
  parentPort.postMessage('ready');
}

if (isMainThread) main();
else gateway(workerData);
