/** What things cost, measured. CPU in µs of one core, memory in bytes. */
export interface Costs {
  /** To a gateway: a message that one of its own sends, taken in, passed on and heard. */
  gatewayPerMessage: number;
  /** To a gateway: each copy that it writes to a socket. */
  gatewayPerCopy: number;
  /** To a gateway: a message of a room in which it has nobody. */
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

export interface Plan {
  messagesPerS: number;
  copiesPerS: number;
  /** Infinity: hearing every message fills a gateway's core already. */
  gateways: number;
  /** Part of a gateway's core that goes into hearing what nobody of its own is told. */
  hearing: number;
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
export function plan(costs: Costs, usage: Usage, bounds: Bounds = BOUNDS): Plan {
  const messagesPerS = (usage.connections * usage.messagesPerHour) / SECONDS_OF_AN_HOUR;
  const copiesPerS = messagesPerS * usage.audience;
  const gateways = gatewaysFor(costs, { connections: usage.connections, messagesPerS, copiesPerS }, bounds);
  const known = Number.isFinite(gateways) ? gateways : 0;
  const redis = messagesPerS * (costs.redisPerMessage + known * costs.redisPerHeard);
  return {
    messagesPerS,
    copiesPerS,
    gateways,
    hearing: cores(messagesPerS * costs.gatewayPerHeard),
    replicas: atLeastOne(cores(messagesPerS * costs.messagesPerMessage) / bounds.load),
    takeOverS:
      known > 1 ? cores((usage.connections / known) * costs.gatewayPerConnect) / ((known - 1) * (1 - bounds.load)) : 0,
    shards: atLeastOne(cores(redis) / bounds.load),
    commandsPerS: messagesPerS * costs.commandsPerMessage,
    gatewayMemory: (usage.connections * costs.bytesPerConnection) / Math.max(1, known),
    redisMemoryPerDay: messagesPerS * SECONDS_OF_A_DAY * costs.bytesPerMessage,
    repeatMemory: messagesPerS * SECONDS_OF_A_DAY * costs.repeatBytesPerMessage,
  };
}

/** CPU that a gateway with a share of the senders and of the sockets uses, in cores. */
export function gatewayLoad(costs: Costs, use: { sent: number; copies: number; heard: number }): number {
  return cores(
    use.sent * costs.gatewayPerMessage +
      use.copies * costs.gatewayPerCopy +
      (use.heard - use.sent) * costs.gatewayPerHeard,
  );
}

/** Messages a second at which hearing alone fills a gateway: more gateways do not help from there. */
export function bend(costs: Costs, { load }: Bounds = BOUNDS): number {
  return (load * 1e6) / costs.gatewayPerHeard;
}

function gatewaysFor(
  costs: Costs,
  { connections, messagesPerS, copiesPerS }: { connections: number; messagesPerS: number; copiesPerS: number },
  bounds: Bounds,
): number {
  // Each message is heard by all, and is more than that to the one gateway it comes through.
  const shared = cores(
    messagesPerS * (costs.gatewayPerMessage - costs.gatewayPerHeard) + copiesPerS * costs.gatewayPerCopy,
  );
  const left = bounds.load - cores(messagesPerS * costs.gatewayPerHeard);
  if (left <= 0) return Number.POSITIVE_INFINITY;
  return Math.max(atLeastOne(shared / left), Math.ceil(connections / bounds.connectionsPerGateway));
}

const cores = (usPerS: number) => usPerS / 1e6;
const atLeastOne = (count: number) => Math.max(1, Math.ceil(count));
