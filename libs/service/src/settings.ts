import { INTERVALS } from '@app/contracts';
import { z } from 'zod';
import { readOrigins, readPublicUrl } from './origins';
import { flag, integer, ms, outsideProduction, read, type Setting, setting, text } from './setting';

/** What definitions of features say themselves. */
const intervals = Object.fromEntries(
  Object.entries(INTERVALS).map(([name, { ms: fallback, about }]) => [name, setting(ms(0), `${fallback}`, about)]),
) as Record<keyof typeof INTERVALS, Setting<ReturnType<typeof ms>>>;

/** Every setting of every process. Durations are milliseconds. The README's table is this one. */
export const SETTINGS = {
  NODE_ENV: setting(
    z.enum(['development', 'production', 'test'], 'must be development, production or test'),
    'development',
    '`production` requires secrets and turns the demo conveniences off',
  ),
  LOG_LEVEL: setting(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'must be a pino level'),
    'info',
    'least severe log line that is written',
  ),
  PORT: setting(integer(0, 65535), '0', 'port to listen on (`npm start`: 3000); 0 takes a free one'),
  HOST: setting(text.optional(), undefined, 'address to listen on; all of them when not set'),
  LISTEN_BACKLOG: setting(
    integer(1),
    '4096',
    'connections that may wait to be taken, as far as the system allows so many (`net.core.somaxconn`)',
  ),
  REQUEST_TIMEOUT_MS: setting(
    ms(),
    '20000',
    'a request that has not arrived whole by then is answered 408 and its connection closed',
  ),
  KEEP_ALIVE_MS: setting(
    ms(),
    '75000',
    'an idle connection is closed after so long; longer than a balancer in front keeps its own',
  ),
  METRICS_PORT: setting(
    integer(1, 65535).optional(),
    undefined,
    'port of `/metrics`, to keep it from the public one; not set: `PORT`, in production none',
  ),
  REDIS_ENDPOINT_URL: setting(
    text,
    '127.0.0.1:6379',
    '`host:port`, `redis://…`, `rediss://…`, `redis+sentinel://host:port,host:port/master` or `redis+cluster://host:port,host:port` (`rediss+cluster://…` with TLS); `REDIS_URL` is taken when it is not set',
  ),
  REDIS_USERNAME: setting(text.optional(), undefined, 'user of Redis; wins over one in the URL'),
  REDIS_PASSWORD: setting(text.optional(), undefined, 'password of Redis; wins over one in the URL'),
  REDIS_TLS_VERIFY: setting(flag, 'true', 'off: takes a Redis with a certificate of its own making'),
  REDIS_TIMEOUT_MS: setting(ms(100), '5000', 'a Redis that does not answer for so long counts as gone'),
  MIGRATION_LEASE_MS: setting(
    ms(500),
    '10000',
    'lease of the process that migrates the data; another one goes on when that lapses',
  ),
  SHUTDOWN_GRACE_MS: setting(ms(), '5000', 'how long a stopping process finishes what is in flight'),

  WORK_TIMEOUT_MS: setting(ms(), '5000', 'how long a caller waits for another service'),
  WORK_MAX_LENGTH: setting(
    integer(1),
    '10000',
    'unhandled entries of a work stream, past which callers get `overloaded`',
  ),
  WORK_PARTITIONS: setting(
    integer(1, 1024),
    '16',
    'into how many partitions work is divided that is done in order; a new database keeps what it begins with',
  ),
  WORK_CONCURRENCY: setting(integer(1), '256', 'requests that a replica handles at once'),
  WORK_LEASE_MS: setting(ms(500), '2000', 'lease of a replica; its work is taken over when that lapses'),
  WORK_HANDLER_TIMEOUT_MS: setting(ms(), '30000', 'after which a pending entry counts as stuck and is taken over'),
  WORK_MAX_DELIVERIES: setting(integer(1), '5', 'tries of a failing entry before it goes to `work:dead`'),
  WORK_RETRY_MS: setting(ms(), '200', 'pause before the second try of a failing entry; doubles'),
  WORK_DEAD_MAX: setting(integer(1), '10000', 'entries kept in `work:dead`'),

  DEMO_DATA: setting(flag, outsideProduction, 'fill an empty database with the demo users and messages'),
  DEMO_LEASE_MS: setting(ms(), '10000', 'lease of the process that fills it; another one goes on when that lapses'),
  DEMO_ROUTES: setting(flag, outsideProduction, "the demo's HTTP routes are served, for its own client"),
  DEMO_PRELOAD: setting(flag, outsideProduction, '`GET /room/0/preload` and `GET /users` answer without a session'),
  DEMO_REGISTER: setting(flag, outsideProduction, '`POST /login` registers unknown names, as the demo does'),
  DEMO_PRELOAD_SIZE: setting(integer(1, 1000), '20', 'messages of `GET /room/0/preload`'),
  DEMO_PAGE_MAX: setting(integer(1, 1000), '1000', "messages of a page of the demo's routes at most"),
  DEMO_LINK: setting(
    text,
    'https://github.com/redis-developer/basic-redis-chat-app-demo-nodejs',
    "what `GET /links` gives the demo's client",
  ),
  FOREIGN_SERVERS: setting(flag, outsideProduction, 'relay what servers of the demo publish on `MESSAGES`'),

  SEAL_SECRET: setting(
    text
      .transform((secrets) => secrets.split(',').map((secret) => secret.trim()))
      .pipe(
        z
          .array(z.string().min(16, 'must be at least 16 characters'))
          .max(2, 'must be one secret, or two with a comma between them'),
      )
      .optional(),
    undefined,
    'seals passwords on their way through Redis from the gateways to auth, which share it; required in production. Two with a comma between them: the first seals, both open',
  ),
  REGISTRATION: setting(
    z.enum(['open', 'closed'], 'must be open or closed'),
    (production) => (production ? 'closed' : 'open'),
    '`open`: everybody may register; `closed`: the first user of an empty database alone',
  ),
  BCRYPT_ROUNDS: setting(integer(4, 15), '10', 'cost of hashing a password'),
  HASH_QUEUE_MAX: setting(integer(1), '64', 'passwords that wait to be hashed, past which callers get `overloaded`'),
  HASH_QUEUE_PER_CLIENT: setting(integer(1), '40', 'of them from one address'),
  HASH_WAIT_MS: setting(ms(), '3500', 'how long a password waits to be hashed'),
  AUTH_NICE: setting(
    integer(0, 19),
    '10',
    'how far the CPU priority of hashing passwords is lowered (`nice`), on Linux of its threads alone; 0: not at all',
  ),

  MAX_MESSAGE_LENGTH: setting(integer(1, 100_000), '4000', 'characters (code points) of a message'),
  MESSAGE_REPEAT_MS: setting(ms(), '86400000', 'how long a repeated `clientId` returns the first message'),
  EDIT_WINDOW_MS: setting(
    integer(0),
    '0',
    'how long after it was sent a message may be edited; 0: for ever. It may be deleted at any time',
  ),
  ROOM_CREATION: setting(
    z.enum(['all', 'admins'], 'must be all or admins'),
    'all',
    'who makes named rooms: everybody, or admins of the installation alone',
  ),
  CHANGES_KEPT: setting(
    integer(1),
    '2000',
    'changed messages that a room keeps in mind, past which `sync` answers `reset` to who missed more',
  ),
  ANSWER_BYTES: setting(
    integer(16_384),
    '262144',
    'size of an answer with messages, rooms or users: past it a page ends early, and the rest is asked for by cursor',
  ),
  LARGE_READS: setting(integer(1), '16', 'such answers that a replica of messages reads at once; the rest waits'),
  PAGE_SIZE: setting(integer(1, 1000), '50', 'messages of a page when the caller does not say'),
  USERS_PAGE_SIZE: setting(integer(1, 1000), '200', 'users of a page when the caller does not say'),
  SYNC_PAGE_SIZE: setting(integer(1, 1000), '200', 'messages of one `sync` answer, over all rooms'),
  SYNC_MAX_BEHIND: setting(integer(1), '2000', 'messages behind in a room, past which `sync` answers `reset`'),

  GATEWAY_ID: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 of A-Z a-z 0-9 _ -')
      .optional(),
    undefined,
    'name of a gateway; random when not set',
  ),
  SESSION_SECRET: setting(
    z.string().min(16, 'must be at least 16 characters').optional(),
    undefined,
    'signs session cookies; required in production',
  ),
  SESSION_COOKIE: setting(
    z
      .string()
      .regex(/^(?!__)[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ -, and not begin with __')
      .optional(),
    undefined,
    'name of the session cookie; not set: one that tells installations on one host name apart, as cookies ignore ports',
  ),
  SESSION_IDLE_MS: setting(ms(1000), '604800000', 'a session unused for so long is over'),
  SESSION_MAX_MS: setting(integer(1000), '2592000000', 'a session is over after so long, used or not'),
  SESSION_CHECK_MS: setting(ms(), '30000', 'how often the sessions of live sockets are renewed and checked'),
  SESSIONS_PER_USER: setting(
    integer(1, 10_000),
    '1000',
    'sessions of a user; one more ends the one that was unused for longest',
  ),
  TRUST_PROXY: setting(
    text.refine((value) => !/^\d+$/.test(value) || Number(value) <= 32, {
      message: 'must be addresses, or how many proxies there are: at most 32',
    }),
    'loopback',
    'whose `X-Forwarded-*` is believed (Express `trust proxy`): addresses, or how many proxies there are',
  ),
  PUBLIC_URL: setting(
    read(readPublicUrl).optional(),
    undefined,
    'where people open the chat, `https://chat.example`: its own origin and host. With `https` cookies are `Secure` and `__Host-`, and browsers are told to come by TLS alone (HSTS). Not set: what a request and trusted proxies say',
  ),
  ALLOWED_ORIGINS: setting(
    read(readOrigins),
    '',
    'origins besides its own that a gateway serves, comma-separated (`https://other.example`)',
  ),
  CLIENT_DIR: setting(text, 'client/dist', 'folder of the built web client'),
  CONTENT_SECURITY_POLICY: setting(flag, 'true', "off: for a client with inline scripts, as the demo's build has"),
  BODY_LIMIT_BYTES: setting(integer(1024), '65536', 'size of an HTTP body; never less than the longest message needs'),
  SOCKET_MESSAGE_BYTES: setting(
    integer(1024),
    '1000000',
    'size of a Socket.IO packet, past which its connection is closed',
  ),
  SOCKET_CALL_BYTES: setting(
    integer(1024),
    '131072',
    'length of a call over a socket, past which it is refused unread; never less than the longest message needs',
  ),
  SOCKET_BYTES_PER_WINDOW: setting(
    integer(1024),
    '4000000',
    "length of a user's packets to a gateway per `REQUESTS_WINDOW_MS`, past which calls are refused; past twice that, or with so much that is not whole yet, connections are closed",
  ),
  CONNECTIONS_PER_USER: setting(integer(1), '100', 'connections of a user to all gateways together'),
  CONNECTIONS_PER_ADDRESS: setting(integer(1), '4000', 'connections of an address to a gateway'),
  HANDSHAKES_PER_WINDOW: setting(
    integer(1),
    '100',
    'connections that a user, or an address without a session, may open to a gateway per `REQUESTS_WINDOW_MS`',
  ),
  CONNECT_BYTES: setting(
    integer(64, 65_536),
    '512',
    'length of a packet on a connection that no socket has joined yet, past which it is closed',
  ),

  CONNECT_TIMEOUT_MS: setting(ms(), '20000', 'a connection that no socket has joined by then is closed'),

  MESSAGES_PER_WINDOW: setting(integer(1), '60', 'messages a user may store per window, through all gateways'),
  MESSAGES_WINDOW_MS: setting(ms(), '10000', 'that window'),
  STORED_BYTES_PER_DAY: setting(
    integer(0),
    '104857600',
    'bytes of messages that a user may store on a day (UTC), what Redis needs beside each included; 0: any number',
  ),
  REQUESTS_PER_WINDOW: setting(
    integer(1),
    '300',
    'other socket calls and API requests of a user or address to a gateway per window; one with a large answer counts as several',
  ),
  REQUESTS_WINDOW_MS: setting(ms(), '10000', 'that window'),
  LARGE_CALLS: setting(
    integer(1),
    '6',
    'such with a large answer that a user has in flight on a gateway, as many as a browser has connections; more wait',
  ),
  LARGE_CALLS_WAITING: setting(integer(0), '100', 'that wait, past which they are refused'),
  LARGE_ANSWER_MS: setting(ms(), '30000', 'how long a client may take to read a large answer to a request'),
  SEND_QUEUE_MAX: setting(integer(1), '100', 'messages of a connection waiting to be stored'),
  SEND_RETRY_MS: setting(
    ms(),
    '600000',
    'how long a message without `clientId` is tried again while it cannot be stored',
  ),
  SIGN_INS_PER_NAME: setting(
    integer(1),
    '10',
    'failed sign-ins of a name from one address, or from one known device, per window',
  ),
  SIGN_INS_SLOW_AFTER: setting(
    integer(0),
    '10',
    'failed sign-ins of a name from everywhere per window, past which those of that name become slower',
  ),
  SIGN_IN_PAUSE_MS: setting(
    ms(),
    '3000',
    'longest pause between two sign-ins of such a name, for all gateways together',
  ),
  SIGN_IN_WAIT_MS: setting(ms(), '10000', 'how long such a sign-in waits for its turn'),
  SIGN_INS_WAITING_MAX: setting(integer(1), '1000', 'sign-ins that wait so at a gateway'),
  SIGN_INS_PER_ADDRESS: setting(integer(1), '300', 'failed sign-ins of an address (IPv6: of a /64) per window'),
  REGISTRATIONS_PER_ADDRESS: setting(integer(1), '300', 'registrations of an address per window'),
  SIGN_INS_WINDOW_MS: setting(ms(), '900000', 'that window'),
  DEVICE_COOKIE_MS: setting(
    integer(1000),
    '15552000000',
    'how long a browser is known after a sign-in, so that wrong passwords tried elsewhere do not slow its user down',
  ),
  SECURITY_LOG_REPEATS: setting(
    integer(1),
    '5',
    'lines of the security log for the same event of the same client and user per window; more are counted',
  ),
  SECURITY_LOG_LINES: setting(integer(1), '500', 'lines of the security log for one kind of event per window'),
  SECURITY_LOG_WINDOW_MS: setting(ms(), '60000', 'that window'),

  PRESENCE_LEASE_MS: setting(ms(), '8000', 'lease of a gateway; its connections are reaped when that lapses'),
  PRESENCE_HEARTBEAT_MS: setting(ms(), '2000', 'how often a gateway renews its lease and looks for lapsed ones'),
  PRESENCE_GRACE_MS: setting(ms(0), '3000', 'a user without a connection stays online this long (page reload)'),
  PRESENCE_NEWS_MS: setting(ms(), '250', 'presence changes within this time reach a socket together'),
  PRESENCE_NEWS_MAX: setting(
    integer(1),
    '100',
    'presence changes broadcast within `PRESENCE_CROWD_MS`, past which clients fetch who is online instead',
  ),
  PRESENCE_CROWD_MS: setting(ms(), '5000', 'how often at most clients are asked to fetch who is online'),
  PRESENCE_FETCH_PER_S: setting(
    integer(1),
    '400000',
    'how many online users a gateway may list to its clients per second: the larger a crowd, the later they fetch it',
  ),
  COALESCE_MS: setting(
    integer(0, 1000),
    '2',
    'least pause after a write that coalesced news for a socket; what comes in it is written together',
  ),
  SOCKET_BUFFER_PACKETS: setting(integer(16), '10000', 'packets that wait for a socket, past which it is closed'),
  SOCKET_BUFFER_BYTES: setting(integer(65536), '8388608', 'bytes that wait for a socket, past which it is closed'),
  USER_BUFFER_BYTES: setting(
    integer(65536),
    '16777216',
    'bytes that wait for all sockets of a user on a gateway, past which the one with the most is closed',
  ),
  DRAIN_MS: setting(ms(0), '2000', 'time over which a stopping gateway sends its clients elsewhere'),
  ...intervals,
  RELAY: setting(
    z.enum(['messages', 'sharded'], 'must be messages or sharded'),
    'messages',
    'how gateways hear what is said: `messages`: each hears everything, on the channel `MESSAGES`, as servers of the demo need it; `sharded`: a channel for each room, and a gateway hears those that its sockets are in (Redis 7 or later). The same for gateways, rooms and messages',
  ),
  RELAY_UNSUBSCRIBE_MS: setting(
    ms(),
    '30000',
    'with `RELAY=sharded`: how long a gateway still hears a room after its last socket there has gone',
  ),
  RELAY_HEARTBEAT_MS: setting(ms(), '2000', 'how often a gateway sends itself a heartbeat over pub/sub'),
  RELAY_SILENCE_MS: setting(ms(), '5000', 'time without a heartbeat after which a gateway reconnects its subscription'),
  CATCH_UP_MAX: setting(integer(1), '5000', 'missed messages that a gateway fetches itself; beyond it clients `sync`'),
  RESYNC_SPREAD_MS: setting(ms(0), '3000', 'time over which clients that are asked to `sync` do so'),
} as const;

export type SettingName = keyof typeof SETTINGS;
