import type { Redis } from 'ioredis';

/** The pub/sub channels of an installation. */
export interface Channels {
  /** The demo's channel: its four types and nothing else. */
  messages: string;
  /** Everything else that gateways tell each other. */
  news: string;
  /** Sharded: what is said and changes in a room, in the slot of its keys (`RELAY=sharded`). */
  room(roomId: string): string;
  /** Sharded: on which a gateway hears itself, to know that it hears at all; in the slot of `tag`. */
  beat(tag: string, gatewayId: string): string;
  /** On which a caller hears answers. */
  reply(caller: string): string;
}

/**
 * The channels of a database. Redis has one space of channels for all of its databases, so each name carries the number; in database 0 they are
 * spelled as the demo spells them.
 * @param db number of the database
 */
export function channelsOfDatabase(db = 0): Channels {
  const suffix = db === 0 ? '' : `:${db}`;
  return {
    messages: `MESSAGES${suffix}`,
    news: `news${suffix}`,
    room: (roomId) => `{room:${roomId}}:news${suffix}`,
    beat: (tag, gatewayId) => `{beat:${tag}}:${gatewayId}${suffix}`,
    reply: (caller) => `reply:${caller}${suffix}`,
  };
}

/** The channels of the database that a connection is for. A Cluster has database 0 alone. */
export function channelsOf(redis: Redis): Channels {
  return channelsOfDatabase(redis.isCluster ? 0 : redis.options.db);
}
