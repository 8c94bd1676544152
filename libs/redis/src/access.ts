import { channelsOfDatabase } from './channels';
import { keys } from './keys';

/** Who has a Redis user of its own. */
export const REDIS_USERS = ['gateway', 'auth', 'rooms', 'messages'] as const;
export type RedisUser = (typeof REDIS_USERS)[number];

interface Access {
  /** Keys that it reads and writes, as patterns. */
  owns: readonly string[];
  /** More: a few commands on keys of others; `%R~` reads, `%W~` writes without reading, `~` is both. */
  also?: readonly { keys: readonly string[]; commands: readonly string[] }[];
  /** Services that it gives work; it adds to their streams and cannot read them. */
  asks: readonly string[];
  /** Services that it tells events. */
  tells?: readonly string[];
  hears?: readonly Channel[];
  publishes: readonly Channel[];
}
/** `rooms` and `beats` are sharded. */
type Channel = 'messages' | 'news' | 'replies' | 'rooms' | 'beats';
const SHARDED: readonly Channel[] = ['rooms', 'beats'];

const ANY = '*';
/** `user:5`, and not `user:5:rooms`: an id has 15 digits at most, and a pattern has no word for "digits alone". */
const USERS = Array.from({ length: 15 }, (_, more) => keys.user('[0-9]'.repeat(more + 1)));
const SERVICES: readonly string[] = REDIS_USERS.filter((user) => user !== 'gateway');
const STREAMS = SERVICES.flatMap((service) => [...workStreams(service), keys.events(service)]);

/** Whether all gateways hear the channels of rooms is asked by who announces there. */
const ASKS_WHO_HEARS: NonNullable<Access['also']> = [
  { keys: [`%R~${keys.onlineGateways}`, `%R~${keys.onlineSharded}`], commands: ['zrangebyscore', 'zscore'] },
  { keys: [`%W~${keys.onlineShardedAlone}`], commands: ['set'] },
];

/** What each service does in Redis; the only place that says it. What is not said here it cannot do. */
const ACCESS: Record<RedisUser, Access> = {
  gateway: {
    owns: [
      keys.session(ANY),
      keys.userSessions(ANY),
      `${keys.rateLimitPrefix}${ANY}`,
      keys.onlineUsers,
      `{${keys.onlineUsers}}:${ANY}`,
    ],
    // How long work waits is seen by its oldest entry.
    also: [{ keys: STREAMS.map((stream) => `%R~${stream}`), commands: ['xrange', 'xlen'] }],
    asks: SERVICES,
    tells: ['rooms'],
    hears: ['messages', 'news', 'rooms', 'beats'],
    publishes: ['messages', 'news', 'rooms', 'beats'],
  },
  auth: {
    owns: [keys.totalUsers, `{${keys.totalUsers}}:${ANY}`, keys.username(ANY), ...USERS],
    asks: ['rooms', 'messages'],
    tells: ['rooms'],
    publishes: ['replies'],
  },
  rooms: {
    owns: [
      keys.userRooms(ANY),
      keys.userRoomsVersion(ANY),
      keys.roomName(ANY),
      keys.roomInfo(ANY),
      keys.roomMembers(ANY),
      keys.roomRoster(ANY),
      keys.roomTodo(ANY),
      keys.totalRooms,
      keys.directoryNames,
      keys.directoryClaims,
      keys.directoryRooms,
      keys.directoryLease,
      keys.directoryAdopted,
      keys.roomRead(ANY),
      keys.listingLease,
      keys.listed,
    ],
    also: [
      { keys: [`~${keys.roomHead(ANY)}`], commands: ['hget', 'hmget', 'hset'] },
      {
        keys: [`~${keys.roomChanges(ANY)}`],
        commands: ['zadd', 'zcard', 'zrange', 'zrangebyscore', 'zremrangebyrank'],
      },
      // An id is of no room yet when nobody has said anything under it.
      { keys: [`%R~${keys.room(ANY)}`], commands: ['exists'] },
      { keys: [`%R~${keys.roomGone(ANY)}`], commands: ['zcount'] },
      // What was said last, for lists. Names of rooms begin as histories do.
      { keys: [`%R~${keys.room(ANY)}`], commands: ['zrevrange'] },
      { keys: [`%R~${keys.epoch}`], commands: ['get'] },
      // To find rooms that a demo server began: it sees names of keys.
      { keys: [], commands: ['scan'] },
      ...ASKS_WHO_HEARS,
    ],
    asks: ['auth', 'messages'],
    publishes: ['news', 'rooms', 'replies'],
  },
  messages: {
    owns: [
      keys.roomHead(ANY),
      keys.roomSent(ANY, ANY, ANY),
      keys.roomChanges(ANY),
      keys.roomGone(ANY),
      keys.userSpent(ANY),
      keys.epoch,
    ],
    also: [
      // Names of rooms begin as histories do, but are no sorted sets.
      { keys: [`~${keys.room(ANY)}`], commands: ['@sortedset', 'exists'] },
      { keys: [`%R~${keys.roomMembers(ANY)}`], commands: ['hexists', 'hget'] },
      { keys: [`%R~${keys.roomInfo(ANY)}`], commands: ['hmget'] },
      ...ASKS_WHO_HEARS,
    ],
    asks: ['auth'],
    tells: ['rooms'],
    publishes: ['messages', 'news', 'rooms', 'replies'],
  },
};

/** Of every user: what a connection begins with, and what costs nobody anything. */
const BASE = [
  ...['ping', 'quit', 'select', 'time', 'info', 'role', 'multi', 'exec', 'subscribe', 'unsubscribe'],
  ...['ssubscribe', 'sunsubscribe', 'client|id', 'client|setname', 'client|unblock'],
  ...['cluster|slots', 'cluster|keyslot', 'cluster|info', 'asking', 'readonly'],
];
/** Every command on the keys that are one's own, but for those that name none and see all. */
const DATA = ['+@read', '+@write', '-@dangerous', '-@scripting', '-scan', '-randomkey', '-dbsize'];

function workStreams(service: string): string[] {
  return [keys.work(service), keys.partition(service, ANY)];
}

/** What a service has of its own to take its work. */
function workKeys(service: RedisUser): string[] {
  const partition = keys.partition(service, ANY);
  const streams = [keys.work(service), keys.events(service)];
  return [
    ...streams.flatMap((stream) => [stream, keys.readers(stream)]),
    ...[partition, keys.partitionOwner(partition), keys.partitionTries(partition)],
    ...[keys.partitionMembers(service), keys.partitions],
  ];
}

/**
 * The rules of a service's Redis user, as `ACL SETUSER` and a file of users take them, without its password.
 * @param db the installation's database: its channels bear the number. Redis has no rights by database
 */
export function accessRules(user: RedisUser, db = 0): string[] {
  const { owns, also = [], asks, tells = [], hears = [], publishes } = ACCESS[user];
  const names = channelsOfDatabase(db);
  const channels = {
    ...names,
    replies: names.reply(ANY),
    rooms: names.room(ANY),
    beats: names.beat(ANY, ANY),
  } satisfies Partial<Record<Channel, unknown>>;
  const told = (kind: 'publish' | 'spublish') => {
    const some = publishes.filter((channel) => SHARDED.includes(channel) === (kind === 'spublish'));
    return some.length === 0 ? [] : [[...some.map((channel) => `&${channels[channel]}`), `+${kind}`]];
  };
  const isWorker = SERVICES.includes(user);
  const own = isWorker ? workKeys(user) : [];
  const selectors = [
    // Each command inside a script is checked by itself.
    ['~*', '+eval', '+evalsha'],
    [keys.schema, keys.schemaLease, keys.probe]
      .map((key) => `~${key}`)
      .concat('+get', '+set', '+del', '+pexpire', '+setrange'),
    [...asks.flatMap(workStreams), ...tells.map(keys.events), keys.dead]
      .map((key) => `%W~${key}`)
      .concat('+xadd', '+xlen'),
    // Whether anybody reads a partition.
    [...asks.map((service) => keys.partitionOwner(keys.partition(service, ANY))), keys.partitions]
      .map((key) => `%R~${key}`)
      .concat('+get', '+mget'),
    ...also.map((one) => [...one.keys, ...one.commands.map((command) => `+${command}`)]),
    ...told('publish'),
    ...told('spublish'),
  ];
  return [
    ...['resetkeys', 'resetchannels', '-@all', ...DATA, ...BASE.map((command) => `+${command}`)],
    ...[...owns, ...own].map((key) => `~${key}`),
    ...[...hears.map((channel) => channels[channel]), channels.replies].map((channel) => `&${channel}`),
    ...selectors.map((rules) => `(${rules.join(' ')})`),
  ];
}

/** The rules of who operates the system: all data, and nothing of the server. Also for one process that runs every service. */
export const OPERATOR_RULES = ['~*', '&*', '+@all', '-@admin', '-@dangerous', '+info', '+role', '+client|unblock'];
