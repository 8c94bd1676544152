import { isIPv6 } from 'node:net';

/** Where a server is. */
export interface RedisNode {
  host: string;
  port: number;
}

/** Where a Redis is. */
export interface RedisEndpoint {
  host: string;
  port: number;
  username?: string;
  password?: string;
  db?: number;
  tls: boolean;
  /** False: any certificate will do. */
  verify?: boolean;
  /** Without an answer for so long it counts as gone. */
  timeoutMs?: number;
  /** Sentinels that know where the master of this name is; host and port are then those of the first one. */
  sentinels?: RedisNode[];
  master?: string;
  /** Nodes of a Redis Cluster, which know the others; host and port are those of the first one. */
  nodes?: RedisNode[];
}

const FORMS = 'must be host:port, redis://…, rediss://…, redis+sentinel://… or redis+cluster://…';
const PORT = 6379;
const SENTINEL_PORT = 26379;

/**
 * Reads `host:port`, `redis://[[user]:password@]host[:port][/database]`, `rediss://…`,
 * `redis+sentinel://…host[:port],…/name-of-the-master[/database]` (user and password are for the master), or
 * `redis+cluster://…host[:port],…` (`rediss+cluster://…` with TLS). There is no part of it that is read and not used.
 * @param password wins over one in the URL
 * @param username wins over one in the URL
 * @throws Error naming what is wrong with it, never its password
 */
export function parseEndpoint(text: string, password?: string, username?: string): RedisEndpoint {
  const { scheme, account, hosts, path } = split(text);
  const user = readAccount(account, password, username);
  switch (scheme) {
    case 'redis':
    case 'rediss':
      if (hosts.includes(',')) throw new Error(`names several hosts; it ${FORMS}`);
      return { ...readNode(hosts, PORT), tls: scheme === 'rediss', ...user, ...readDatabase(path) };
    case 'redis+sentinel': {
      const [, master, database = ''] = /^\/([\w.-]+)(\/.*)?$/s.exec(path) ?? [];
      if (!master) throw new Error('must be redis+sentinel://host:port,host:port/name-of-the-master');
      const sentinels = readNodes(hosts, SENTINEL_PORT);
      return { ...first(sentinels), tls: false, sentinels, master, ...user, ...readDatabase(database) };
    }
    case 'redis+cluster':
    case 'rediss+cluster': {
      if (readDatabase(path).db) throw new Error('names a database, but a Cluster has number 0 alone');
      const nodes = readNodes(hosts, PORT);
      return { ...first(nodes), tls: scheme === 'rediss+cluster', nodes, ...user };
    }
    default:
      throw new Error(FORMS);
  }
}

function split(text: string): { scheme: string; account: string | undefined; hosts: string; path: string } {
  if (/[\s\p{Cc}\\]/u.test(text)) throw new Error('has a space, a control character or a backslash in it');
  const [, scheme = 'redis', rest = ''] = /^(?:([^:/?#@]+):\/\/)?(.*)$/.exec(text) ?? [];
  if (rest.includes('#'))
    throw new Error('has a part after "#", which is not used; a "#" of a password is written %23');
  if (rest.includes('?')) {
    throw new Error(
      'has a part after "?", which is not used; a database is named by /number, a "?" of a password is written %3F',
    );
  }
  const [, authority = '', path = ''] = /^([^/]*)(.*)$/.exec(rest) ?? [];
  const at = authority.lastIndexOf('@');
  const account = at < 0 ? undefined : authority.slice(0, at);
  if (account === '' || account === ':') throw new Error('has an "@" without a user or password before it');
  return { scheme: scheme.toLowerCase(), account, hosts: authority.slice(at + 1), path };
}

function readAccount(
  account = '',
  givenPassword?: string,
  givenUsername?: string,
): Pick<RedisEndpoint, 'username' | 'password'> {
  const [, user = '', , secret = ''] = /^([^:]*)(:(.*))?$/.exec(account) ?? [];
  const username = givenUsername || decode(user);
  const password = givenPassword || decode(secret);
  if (username && !password) throw new Error('names a user without a password: set REDIS_PASSWORD');
  return { ...(username && { username }), ...(password && { password }) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('has a "%" in its user or password that encodes nothing; a "%" itself is written %25');
  }
}

function readDatabase(path: string): Pick<RedisEndpoint, 'db'> {
  if (path === '' || path === '/') return {};
  if (!/^\/\d{1,9}$/.test(path)) throw new Error('names a database that is not a number');
  return { db: Number(path.slice(1)) };
}

function readNodes(hosts: string, port: number): RedisNode[] {
  return hosts.split(',').map((each) => readNode(each, port));
}

function readNode(text: string, standard: number): RedisNode {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) throw new Error(FORMS);
  if (host === '') throw new Error('names no host');
  const isHost = bracketed === undefined ? /^[\p{L}\p{N}._-]+$/u.test(host) : isIPv6(host);
  if (!isHost) throw new Error('names a host that is none');
  const port = digits === undefined ? standard : Number(digits);
  if (digits !== undefined && !(/^\d{1,5}$/.test(digits) && port >= 1 && port <= 65_535)) {
    throw new Error('names a port that is none');
  }
  return { host, port };
}

function first([node]: RedisNode[]): RedisNode {
  return { host: node?.host ?? '', port: node?.port ?? 0 };
}
