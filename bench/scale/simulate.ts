import { type Costs, gatewayLoad, type Relay } from './model';

export interface Simulation {
  connections: number;
  gateways: number;
  /** Sockets that hear a message, on average. */
  audience: number;
  messages: number;
}

/** Largest share of the sockets that a room has. */
const LARGEST_PART = 0.2;

/**
 * Puts people on gateways and into rooms at random (a few large rooms, many small ones), lets them speak, and counts
 * what each gateway does.
 * @returns CPU of each gateway for all of it, in seconds of a core
 */
export function simulate(
  costs: Costs,
  { connections, gateways, audience, messages }: Simulation,
  random: () => number,
  relay: Relay = 'messages',
) {
  const gatewayOf = Array.from({ length: connections }, () => Math.floor(random() * gateways));
  const use = Array.from({ length: gateways }, () => ({ sent: 0, copies: 0, heard: 0 }));
  for (let n = 0; n < messages; n++) {
    const size = roomSize(audience, connections, random);
    const hearers = new Set<number>(relay === 'messages' ? use.keys() : []);
    const first = Math.floor(random() * connections);
    for (let member = 0; member < size; member++) {
      // Neighbours in number are strangers in place: a room's people are on any gateway.
      const gateway = gatewayOf[(first + member) % connections] ?? 0;
      const where = use[gateway];
      if (!where) continue;
      hearers.add(gateway);
      where.copies++;
      if (member === 0) where.sent++;
    }
    for (const gateway of hearers) (use[gateway] as { heard: number }).heard++;
  }
  return use.map((one) => gatewayLoad(costs, one));
}

/** Most are small; the mean is as asked, as long as the largest may be. */
function roomSize(audience: number, connections: number, random: () => number): number {
  const size = Math.round(-Math.log(1 - random()) * audience);
  return Math.min(Math.max(size, 2), Math.max(2, Math.round(connections * LARGEST_PART)));
}
