/**
 * What an error says:
 * - `not now`: Redis, or the way to it, cannot serve now; the same may be asked again
 * - `operator`: a setting, a password, or the rights of a Redis user; nobody who asks can mend it
 * - `handled`: whoever sends such a command deals with it
 * - `fault`: the command itself is wrong
 */
export type RedisErrorKind = 'not now' | 'operator' | 'handled' | 'fault';

/** Error codes of Redis (the first word of an answer), but for `ERR`. One that is not here is a fault. */
const CODES: Record<string, RedisErrorKind> = {
  BUSY: 'not now',
  CLUSTERDOWN: 'not now',
  FAILOVER: 'not now',
  INPROG: 'not now',
  IOERR: 'not now',
  LOADING: 'not now',
  MASTERDOWN: 'not now',
  MISCONF: 'not now',
  NOGOODSLAVE: 'not now',
  NOMASTERLINK: 'not now',
  NOQUORUM: 'not now',
  NOREPLICAS: 'not now',
  OOM: 'not now',
  READONLY: 'not now',
  TRYAGAIN: 'not now',
  // A read that was broken off; a stream's group or a script that went with a Redis that was emptied, and is made again.
  UNBLOCKED: 'not now',
  NOGROUP: 'not now',
  NOSCRIPT: 'not now',
  // The slot is elsewhere: ioredis goes there, and gives up after so many.
  ASK: 'not now',
  MOVED: 'not now',
  REDIRECT: 'not now',

  DENIED: 'operator',
  NOAUTH: 'operator',
  NOPERM: 'operator',
  NOPROTO: 'operator',
  WRONGPASS: 'operator',

  BUSYGROUP: 'handled',
  NOTBUSY: 'handled',
  UNKILLABLE: 'handled',

  BUSYKEY: 'fault',
  CROSSSLOT: 'fault',
  INVALIDOBJ: 'fault',
  WRONGTYPE: 'fault',
};

/** What `ERR` says is known by its text alone. */
const NOT_NOW_TEXT =
  /^max number of clients|^Can not execute a (write )?command .* while the cluster is down|^Can not execute the command on a stale replica|^(Script )?attempted to access a non local key/i;
const OPERATOR_TEXT =
  /^The user executing the script|^ACL failure in script|^AUTH <password> called without|^Client sent AUTH|^invalid password|^operation not permitted|^DB index is out of range|^invalid DB index|^SELECT is not allowed in cluster mode|^This instance has cluster support disabled|^wrong number of arguments for 'auth'|^unknown command/i;

/** Errors of Node.js and of ioredis about the way to Redis. */
const CONNECTION =
  /Connection is closed|Stream isn't writeable|Command timed out|Socket (closed|timeout)|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN|Client network socket disconnected|Connection not (ready|available)|Cluster isn't ready|Too many Cluster redirections|Failed to refresh slots cache|All sentinels are unreachable|Redis is loading/i;
/** What Node.js calls it when the other side speaks no TLS, or is not who it should be. */
const NO_TLS = /^(EPROTO|ERR_SSL_.*)$/;
const NOT_TRUSTED =
  /^(.*CERT.*|ERR_TLS_.*|UNABLE_TO_(GET|DECRYPT|VERIFY|DECODE)_.*|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE))$/;
const CONNECTION_NAMES = ['MaxRetriesPerRequestError', 'ClusterAllFailedError'];

/** Before Redis 7 an error inside a script came with the place where it happened before it. */
const IN_SCRIPT = /^ERR Error running script .*?@user_script: ?\d+: (?:@user_script: ?\d+: )?-?/;
/** A connection that Redis refused before anything was asked. */
const UNASKED = /^Command queue state error.*?Last reply: (?:\w*Error: )?/s;
/** A transaction that did not run says why, or has errors that say it. */
const ABORTED = /^EXECABORT Transaction discarded because of: /;

/** What an error of a command, a script, a transaction or a connection says; `fault` of what is none of Redis'. */
export function redisErrorKind(error: unknown): RedisErrorKind {
  if (!(error instanceof Error)) return 'fault';
  if (CONNECTION_NAMES.includes(error.name)) return 'not now';
  if (NO_TLS.test(codeOf(error)) || NOT_TRUSTED.test(codeOf(error))) return 'operator';
  const kind = kindOfAnswer(plain(error));
  if (kind) return kind;
  if (error.message.startsWith('EXECABORT')) return kindOfTransaction(error);
  return CONNECTION.test(error.message) ? 'not now' : 'fault';
}

/** As Node.js gives it to errors of a socket. */
function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What Redis said, without what was put before it. */
function plain({ message }: Error): string {
  return message.replace(UNASKED, '').replace(IN_SCRIPT, '');
}

function kindOfAnswer(message: string): RedisErrorKind | undefined {
  const [, code = '', text = ''] = /^-?([A-Z]{3,})(?: (.*))?$/s.exec(message) ?? [];
  if (code !== 'ERR') return CODES[code];
  if (NOT_NOW_TEXT.test(text)) return 'not now';
  return OPERATOR_TEXT.test(text) ? 'operator' : 'fault';
}

/** Nothing of it was done, so it may be asked again unless one of its commands is wrong. */
function kindOfTransaction(error: Error): RedisErrorKind {
  const reasons: unknown[] =
    'previousErrors' in error && Array.isArray(error.previousErrors) ? error.previousErrors : [];
  if (ABORTED.test(error.message)) reasons.push(new Error(error.message.replace(ABORTED, '')));
  const kinds = reasons.map(redisErrorKind);
  return kinds.find((kind) => kind !== 'not now') ?? 'not now';
}

/** True for an error of the connection or of a Redis that cannot serve now, as against one of the command itself. */
export function isRedisUnavailable(error: unknown): boolean {
  const kind = redisErrorKind(error);
  return kind === 'not now' || kind === 'operator';
}

/** True when an operator has to mend a setting, a password, or the rights of a Redis user. */
export function isRedisMisconfigured(error: unknown): boolean {
  return redisErrorKind(error) === 'operator';
}

/**
 * A refusal as one line for an operator, naming the setting to look at; `it` is the address of the Redis.
 * @param error one of Redis' answers, or of the connection
 */
export function explainRedisError(error: Error): string {
  if (NO_TLS.test(codeOf(error))) return 'it says rediss://, but no TLS is spoken there';
  if (NOT_TRUSTED.test(codeOf(error))) {
    return `its certificate is not trusted (${codeOf(error)}): set NODE_EXTRA_CA_CERTS, or REDIS_TLS_VERIFY=false`;
  }
  const message = plain(error);
  const code = /^-?([A-Z]{3,})\b/.exec(message)?.[1] ?? '';
  // What a command was given may be somebody's text.
  const told = (message.split('\n')[0] ?? '').replace(/, with args.*/, '').slice(0, 200);
  switch (code) {
    case 'WRONGPASS':
      return 'REDIS_PASSWORD or the user name is wrong (Redis: WRONGPASS)';
    case 'NOAUTH':
      return 'REDIS_PASSWORD is missing (Redis: NOAUTH)';
    case 'NOPERM':
      return `the Redis user lacks a right (Redis: ${told})`;
    case 'DENIED':
      return 'Redis is in protected mode: give it a password, and set REDIS_PASSWORD (Redis: DENIED)';
  }
  if (/^ERR (The user executing the script|ACL failure)/.test(message)) {
    return `the Redis user lacks a right (Redis: ${told})`;
  }
  if (/AUTH <password> called without|Client sent AUTH/.test(message)) {
    return 'REDIS_PASSWORD is set, but this Redis has no password';
  }
  if (/DB index is out of range|invalid DB index|SELECT is not allowed/.test(message)) {
    return `it names a database that this Redis does not have (Redis: ${told})`;
  }
  if (/cluster support disabled/.test(message)) return 'it says redis+cluster://, but this Redis is no Cluster';
  return code ? `Redis: ${told}` : told;
}
