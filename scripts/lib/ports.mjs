import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from './terminal.mjs';

const RETRY_MS = 100;

/**
 * The ports of a run: the people's, and each gateway's. A lone gateway has the people's port itself, unless something
 * else is put in front of it.
 * @throws Refusal when PORT is not one, or leaves no room for the gateways
 */
export function choosePorts(port, gateways, withFront = gateways > 1) {
  const first = port === undefined || port === '' ? 3000 : Number(port);
  if (!Number.isInteger(first) || first < 1 || first > 65535)
    throw new Refusal('PORT must be a whole number from 1 to 65535');
  if (!withFront) return { front: first, gateways: [first] };
  if (first + gateways > 65535) throw new Refusal(`PORT ${first} leaves no room for ${gateways} gateways above it`);
  return { front: first, gateways: Array.from({ length: gateways }, (_, index) => first + index + 1) };
}

/**
 * @param {{ front: number, gateways: number[] }} ports
 * @param {string} host what will be listened on
 * @param {number} patienceMs how long to wait for those who are about to leave
 * @throws Refusal naming the first port that somebody has
 */
export async function requireFree(ports, host, patienceMs = 0) {
  const end = performance.now() + patienceMs;
  for (const port of new Set([ports.front, ...ports.gateways])) {
    let free = await isFree(port, host);
    while (!free && performance.now() < end) {
      await pause(RETRY_MS);
      free = await isFree(port, host);
    }
    if (free) continue;
    const what =
      port === ports.front ? '' : `, which gateway ${port - ports.front} needs (PORT + ${port - ports.front}),`;
    throw new Refusal(`Port ${port}${what} is in use. End the program that has it, or set PORT to another one.`);
  }
}

async function isFree(port, host) {
  // Some systems let a wildcard and a specific address share a port: people would reach the other program.
  return (await canListen(port, host)) && (await canListen(port, '127.0.0.1'));
}

async function canListen(port, host) {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    if (error.code === 'EACCES')
      throw new Refusal(`Port ${port} needs more rights than this user has. Set PORT to one above 1023.`);
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** The address to listen on: HOST, else every address, also where the machine has no IPv6. */
export async function chooseHost(host) {
  return host || ((await canListen(0, '::')) ? '::' : '0.0.0.0');
}

/**
 * A free port on this machine below the range of outgoing connections: a client that tries to connect while nobody
 * listens can then not be given that very port, and be connected to itself.
 * @param preferred taken when it is free
 */
export async function freePort(preferred) {
  for (let candidate = preferred; ; candidate = undefined) {
    const port = candidate ?? randomInt(16_000, 30_000);
    if (await canListen(port, '127.0.0.1')) return port;
  }
}
