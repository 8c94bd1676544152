import { setTimeout as pause } from 'node:timers/promises';
import { canListen, isFree } from './free-port.mjs';
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
    let free = await isFreeForUs(port, host);
    while (!free && performance.now() < end) {
      await pause(RETRY_MS);
      free = await isFreeForUs(port, host);
    }
    if (free) continue;
    const what =
      port === ports.front ? '' : `, which gateway ${port - ports.front} needs (PORT + ${port - ports.front}),`;
    throw new Refusal(`Port ${port}${what} is in use. End the program that has it, or set PORT to another one.`);
  }
}

function isFreeForUs(port, host) {
  return isFree(port, host).catch(() => {
    throw new Refusal(`Port ${port} needs more rights than this user has. Set PORT to one above 1023.`);
  });
}

/** The address to listen on: HOST, else every address, also where the machine has no IPv6. */
export async function chooseHost(host) {
  return host || ((await canListen(0, '::')) ? '::' : '0.0.0.0');
}
