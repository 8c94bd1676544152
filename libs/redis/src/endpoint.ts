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

/**
 * Reads `host:port`, `redis://…`, `rediss://…`, `redis+sentinel://host:port,host:port/name-of-the-master`, or
 * `redis+cluster://host:port,host:port` (`rediss+cluster://…` with TLS).
 * @param password wins over one in the URL
 * @throws Error naming what is wrong with it, never its password
 */
export function parseEndpoint(text: string, password?: string): RedisEndpoint {
  if (text.startsWith('redis+sentinel://')) return parseSentinels(text, password);
  if (/^rediss?\+cluster:/.test(text)) return parseCluster(text, password);
  const withScheme = text.includes('://') ? text : `redis://${text}`;
  let url: URL;
  try {
    url = new URL(withScheme);
  } catch {
    throw new Error(FORMS);
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') throw new Error(FORMS);
  if (!url.hostname) throw new Error('names no host');
  const db = url.pathname.slice(1);
  if (db && !/^\d+$/.test(db)) throw new Error('names a database that is not a number');
  const secret = password || decodeURIComponent(url.password);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : 6379,
    tls: url.protocol === 'rediss:',
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(secret && { password: secret }),
    ...(db && { db: Number(db) }),
  };
}

const SENTINEL_PORT = 26379;

/** `redis+sentinel://[user[:password]@]host[:port],…/name`; user and password are for the master. */
function parseSentinels(text: string, password?: string): RedisEndpoint {
  const [, account, hosts = '', master] = /^redis\+sentinel:\/\/(?:([^@/]*)@)?([^/]+)\/([\w.-]+)$/.exec(text) ?? [];
  if (!master) throw new Error('must be redis+sentinel://host:port,host:port/name-of-the-master');
  const sentinels = hosts.split(',').map((each) => {
    const { host, port } = parseEndpoint(each);
    return { host, port: /:\d+$/.test(each) ? port : SENTINEL_PORT };
  });
  return { ...first(sentinels), tls: false, sentinels, master, ...parseAccount(account, password) };
}

/** `redis+cluster://[user[:password]@]host[:port],…`, or `rediss+cluster://…`. A Cluster has no numbered databases. */
function parseCluster(text: string, password?: string): RedisEndpoint {
  const [, tls, account, hosts] = /^redis(s?)\+cluster:\/\/(?:([^@/]*)@)?([^/]+)\/?$/.exec(text) ?? [];
  if (!hosts) throw new Error('must be redis+cluster://host:port,host:port');
  const nodes = hosts.split(',').map((each) => {
    const { host, port } = parseEndpoint(each);
    return { host, port };
  });
  return { ...first(nodes), tls: tls === 's', nodes, ...parseAccount(account, password) };
}

function first([node]: RedisNode[]): RedisNode {
  return { host: node?.host ?? '', port: node?.port ?? 0 };
}

/** The account's form is that of any other address. */
function parseAccount(account: string | undefined, password?: string): Pick<RedisEndpoint, 'username' | 'password'> {
  const { username, password: own } = parseEndpoint(`redis://${account ? `${account}@` : ''}host`);
  const secret = password || own;
  return { ...(username && { username }), ...(secret && { password: secret }) };
}
