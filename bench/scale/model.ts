/** Who hears a message: every gateway, or those with people in its room. */
export type Relay = 'messages' | 'sharded';

/** What things cost, measured. CPU in µs of one core, memory in bytes. */
export interface Costs {
  /** To a gateway: a message that one of its own sends, taken in, passed on and heard. */
  gatewayPerMessage: number;
  /** To a gateway: each copy that it writes to a socket by itself. */
  gatewayPerCopy: number;
  /** To a gateway: a message that others of its own hear, or (`messages`) nobody does. */
  gatewayPerHeard: number;
  /** To a gateway: somebody connects and hears of its rooms. */
  gatewayPerConnect: number;
  messagesPerMessage: number;
  redisPerMessage: number;
  /** To Redis: the announcement of a message to one gateway more. */
  redisPerHeard: number;
  commandsPerMessage: number;
  bytesPerConnection: number;
  bytesPerMessage: number;
  /** What recognises a repeated message, for a day. */
  repeatBytesPerMessage: number;
}

/** What people do. */
export interface Usage {
  connections: number;
  /** Messages an hour that each sends. */
  messagesPerHour: number;
  /** Sockets that hear a message. */
  audience: number;
}

/** What of a core and of a process is used at most. */
export interface Bounds {
  /** Part of a core that is busy at the peak. */
  load: number;
  connectionsPerGateway: number;
}

export const BOUNDS: Bounds = { load: 0.6, connectionsPerGateway: 20_000 };
const SECONDS_OF_AN_HOUR = 3600;
const SECONDS_OF_A_DAY = 86_400;
/** Each gateway sends one in so many seconds, and all hear it (RELAY_HEARTBEAT_MS). */
const HEARTBEAT_S = 2;
/** More are not looked for. */
const MOST_GATEWAYS = 10_000;

export interface Plan {
  messagesPerS: number;
  copiesPerS: number;
  /** Infinity: hearing fills a gateway's core already. */
  gateways: number;
  /** Part of a gateway's core that goes into hearing what others sent; 1: all that it may use. */
  hearing: number;
  /** Part of a core of Redis that goes into the gateways' heartbeats, which each of them hears of all. */
  heartbeats: number;
  replicas: number;
  /** How long the others need, with what they have to spare, for the connections of one that died; 0 with a lone one. */
  takeOverS: number;
  /** Masters that hold the rooms, were announcements spread over them, too. */
  shards: number;
  commandsPerS: number;
  gatewayMemory: number;
  redisMemoryPerDay: number;
  repeatMemory: number;
}

/** What a usage takes. */
export function plan(costs: Costs, usage: Usage, relay: Relay = 'messages', bounds: Bounds = BOUNDS): Plan {
  const messagesPerS = (usage.connections * usage.messagesPerHour) / SECONDS_OF_AN_HOUR;
  const copiesPerS = messagesPerS * usage.audience;
  const use = { connections: usage.connections, audience: usage.audience, messagesPerS, copiesPerS };
  const gateways = gatewaysFor(costs, use, relay, bounds);
  const known = Number.isFinite(gateways) ? gateways : 0;
  const hearers = hearersOf(relay, known, usage.audience);
  const redis = redisLoad(costs, { messagesPerS, hearers, gateways: known });
  return {
    messagesPerS,
    copiesPerS,
    gateways,
    hearing: known > 0 ? cores((messagesPerS * (hearers - 1) * costs.gatewayPerHeard) / known) : 1,
    heartbeats: cores((known ** 2 / HEARTBEAT_S) * costs.redisPerHeard),
    replicas: atLeastOne(cores(messagesPerS * costs.messagesPerMessage) / bounds.load),
    takeOverS:
      known > 1 ? cores((usage.connections / known) * costs.gatewayPerConnect) / ((known - 1) * (1 - bounds.load)) : 0,
    shards: atLeastOne(redis / bounds.load),
    commandsPerS: messagesPerS * costs.commandsPerMessage,
    gatewayMemory: (usage.connections * costs.bytesPerConnection) / Math.max(1, known),
    redisMemoryPerDay: messagesPerS * SECONDS_OF_A_DAY * costs.bytesPerMessage,
    repeatMemory: messagesPerS * SECONDS_OF_A_DAY * costs.repeatBytesPerMessage,
  };
}

/** How many gateways hear a message whose audience is on any of them. */
export function hearersOf(relay: Relay, gateways: number, audience: number): number {
  return relay === 'messages' ? gateways : gateways * (1 - (1 - 1 / Math.max(1, gateways)) ** audience);
}

/** CPU that a gateway with a share of the senders and of the sockets uses, in cores. */
export function gatewayLoad(costs: Costs, use: { sent: number; copies: number; heard: number }): number {
  return cores(
    use.sent * costs.gatewayPerMessage +
      use.copies * costs.gatewayPerCopy +
      (use.heard - use.sent) * costs.gatewayPerHeard,
  );
}

/** CPU that Redis uses, in cores of all masters: messages, their announcements, and the heartbeats of gateways. */
export function redisLoad(costs: Costs, use: { messagesPerS: number; hearers: number; gateways: number }): number {
  const messages = use.messagesPerS * (costs.redisPerMessage + use.hearers * costs.redisPerHeard);
  return cores(messages + (use.gateways ** 2 / HEARTBEAT_S) * costs.redisPerHeard);
}

/** Messages a second at which hearing alone fills a gateway that hears every one: more gateways do not help from there. */
export function bend(costs: Costs, { load }: Bounds = BOUNDS): number {
  return (load * 1e6) / costs.gatewayPerHeard;
}

/** The fewest whose load is within the bounds; Infinity: however many there are, it is not. */
function gatewaysFor(
  costs: Costs,
  use: { connections: number; audience: number; messagesPerS: number; copiesPerS: number },
  relay: Relay,
  bounds: Bounds,
): number {
  const { messagesPerS, copiesPerS } = use;
  const first = atLeastOne(use.connections / bounds.connectionsPerGateway);
  for (let gateways = first; gateways <= MOST_GATEWAYS; gateways++) {
    const heard = (messagesPerS * hearersOf(relay, gateways, use.audience)) / gateways;
    const share = { sent: messagesPerS / gateways, copies: copiesPerS / gateways, heard };
    const beats = cores((gateways / HEARTBEAT_S) * costs.gatewayPerHeard);
    if (gatewayLoad(costs, share) + beats <= bounds.load) return gateways;
  }
  return Number.POSITIVE_INFINITY;
}

const cores = (usPerS: number) => usPerS / 1e6;
const atLeastOne = (count: number) => Math.max(1, Math.ceil(count));
