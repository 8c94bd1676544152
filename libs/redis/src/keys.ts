/**
 * Every key of the database, and the only place that spells one.
 *
 * The demo's keys stand as they are; what belongs to one of them is `{thatKey}:something`, so that Redis Cluster
 * keeps both in one slot and a script may touch them together.
 */
export const keys = {
  totalUsers: 'total_users',
  username: (name: string) => `username:${name}`,
  /** Hash: how names look → ids of users. */
  names: '{total_users}:names',
  /** The last user id whose name is in there. */
  namesListed: '{total_users}:names:listed',
  user: (id: string) => `user:${id}`,
  userRooms: (id: string) => `user:${id}:rooms`,
  userRoomsVersion: (id: string) => `{user:${id}:rooms}:version`,
  /** A user's sessions by last use (Unix ms). */
  userSessions: (id: string) => `{user:${id}}:sessions`,
  /** What a user has stored lately. */
  userSpent: (id: string) => `{user:${id}}:spent`,
  /** The registration that would be the first one of an empty database. */
  firstUser: '{total_users}:first',
  roomName: (id: string) => `room:${id}:name`,
  room: (id: string) => `room:${id}`,
  roomHead: (id: string) => `{room:${id}}:head`,
  /** Hash: what a named room is, but for its members. */
  roomInfo: (id: string) => `{room:${id}}:info`,
  /** Hash: user → what they are in a named room. */
  roomMembers: (id: string) => `{room:${id}}:members`,
  /** Sorted set: who is in there, by name, for lists of them. */
  roomRoster: (id: string) => `{room:${id}}:roster`,
  /** Hash: what changed in a named room and may not be known elsewhere yet → the room's clock then. */
  roomTodo: (id: string) => `{room:${id}}:todo`,
  roomRead: (id: string) => `{room:${id}}:read`,
  /** Sorted set: what changed in a room → the room's clock at its last change. */
  roomChanges: (id: string) => `{room:${id}}:changes`,
  /** Sorted set: places of deleted messages, by themselves. */
  roomGone: (id: string) => `{room:${id}}:gone`,
  roomSent: (id: string, userId: string, clientId: string) => `{room:${id}}:sent:${userId}:${clientId}`,
  /** The last id that was given to a named room. */
  totalRooms: 'total_rooms',
  /** Sorted set: words of the names of public rooms. */
  directoryNames: '{directory}:names',
  /** Hash: how names of rooms look → id of the room. */
  directoryClaims: '{directory}:claims',
  /** Hash: room → what of it stands in the two. */
  directoryRooms: '{directory}:rooms',
  /** Who looks for rooms that a demo server's people made by hand, or that are not known everywhere; that they were looked for. */
  directoryLease: '{directory}:lease',
  directoryAdopted: '{directory}:adopted',
  onlineUsers: 'online_users',
  onlineUser: (id: string) => `{online_users}:user:${id}`,
  onlineNames: '{online_users}:names',
  onlineGateways: '{online_users}:gateways',
  onlineGateway: (id: string) => `{online_users}:gateway:${id}`,
  /** Gateways that hear the channels of rooms (`RELAY=sharded`), by when they said so last. */
  onlineSharded: '{online_users}:sharded',
  /** There while somebody may announce on the channels of rooms alone. */
  onlineShardedAlone: '{online_users}:sharded:alone',
  onlineLeaving: '{online_users}:leaving',
  epoch: 'epoch',
  /** Version of the form in which all this is stored. */
  schema: 'schema',
  schemaLease: '{schema}:lease',
  /** Never holds anything: services write nothing to it, to know whether Redis takes writes. */
  probe: '{schema}:probe',
  /** Who looks for direct rooms that are in nobody's list; that they were looked for. */
  listingLease: '{schema}:listing',
  listed: '{schema}:listed',
  /** Who fills the demo data now, or that it is done. */
  demoLock: '{total_users}:demo',
  /** The filling began and has not ended. */
  demoStarted: '{total_users}:demo:started',
  session: (id: string) => `sess:${id}`,
  sessionPrefix: 'sess:',
  rateLimitPrefix: 'limit',
  work: (service: string) => `work:${service}`,
  /** A service's work that is done in order, divided by room; each in a slot of its own. */
  partition: (service: string, place: number | string) => `work:${service}:${place}`,
  /** Who reads a partition until when, and of how many it is one: `{until} {count} {consumer}`. */
  partitionOwner: (stream: string) => `{${stream}}:owner`,
  /** Hash: tries of a partition's requests that a process ended with. */
  partitionTries: (stream: string) => `{${stream}}:tries`,
  /** Replicas that read partitions: consumer → end of its lease. */
  partitionMembers: (service: string) => `{work:${service}}:members`,
  /** How many partitions each service has that has any. */
  partitions: 'work:partitions',
  events: (service: string) => `events:${service}`,
  /** Leases of a stream's readers: consumer → end of its lease. */
  readers: (stream: string) => `{${stream}}:readers`,
  dead: 'work:dead',
} as const;
