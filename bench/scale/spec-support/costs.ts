import type { Costs } from '../model';

/** Round figures. */
export const costs: Costs = {
  gatewayPerMessage: 60,
  gatewayPerCopy: 1,
  gatewayPerHeard: 10,
  gatewayPerConnect: 1000,
  messagesPerMessage: 50,
  redisPerMessage: 30,
  redisPerHeard: 2,
  commandsPerMessage: 8,
  bytesPerConnection: 10_000,
  bytesPerMessage: 400,
  repeatBytesPerMessage: 200,
};
