import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

// The launcher's, which runs before anything is installed, and that of tests and benches: needs Node.js alone.

const TRIES = 100;

/**
 * Whether somebody could listen there.
 * @param {number} port
 * @param {string} [host] every address when not said
 * @throws {Error} `EACCES` where this user may not
 */
export async function canListen(port, host) {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    if (error.code === 'EACCES') throw error;
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/**
 * Whether nobody listens on that port.
 * @param {number} port
 * @param {string} [host] what will be listened on
 */
export async function isFree(port, host) {
  // Some systems let a wildcard and a specific address share a port: people would reach the other program.
  return (await canListen(port, host)) && (await canListen(port, '127.0.0.1'));
}

/**
 * A free port on this machine below the range of outgoing connections: a client that tries to connect while nobody
 * listens can then not be given that very port, and be connected to itself.
 * @param {number} [preferred] taken when it is free
 */
export async function freePort(preferred) {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = (tries === 0 && preferred) || randomInt(16_000, 30_000);
    if (await isFree(port)) return port;
  }
  throw new Error('Found no free port');
}

/**
 * Free ports on this machine, each another one.
 * @param {number} count
 */
export async function freePorts(count) {
  const ports = new Set();
  while (ports.size < count) ports.add(await freePort());
  return /** @type {number[]} */ ([...ports]);
}
