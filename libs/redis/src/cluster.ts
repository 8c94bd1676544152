import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisNode } from './endpoint';

/** A node that does not say within this time how the Cluster looks is passed over. */
const LOOK_UP_MS = 2000;

const ignore = () => undefined;

/** The servers behind a connection, by name: itself, or the nodes of its Cluster that are known and not gone. */
export function serversOf(redis: Redis | Cluster, role: 'all' | 'master' = 'all'): Map<string, Redis> {
  if (!(redis instanceof Cluster)) return new Map([['', redis]]);
  return new Map(redis.nodes(role).map((node) => [nameOf(node), node]));
}

const nameOf = ({ options }: Redis) => `${options.host}:${options.port}`;

/**
 * Short commands, each sent to the node where its key lies, and to where that moved. Those of a node that is away fail at
 * once, as do all of them while the whole Cluster is.
 */
export class ClusterCommands extends Cluster {
  private readonly lost = new Set<string>();

  /** @param redisOptions of the connection to a node */
  constructor(
    nodes: readonly RedisNode[],
    redisOptions: Omit<RedisOptions, 'replyMapping'>,
    retryStrategy: (attempt: number) => number,
  ) {
    super([...nodes], {
      redisOptions,
      clusterRetryStrategy: retryStrategy,
      // What was on its way when a node was lost may have been done: only the caller knows whether repeating is safe.
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      slotsRefreshTimeout: LOOK_UP_MS,
      // A name may stand for other addresses later, and one that stands for none does no harm to the rest.
      dnsLookup: (host, done) => done(null, host),
      // No pipelines: of one whose slots moved meanwhile some commands would fail, and the map of slots stay the old one.
      enableAutoPipelining: false,
    });
    this.on('+node', (node: Redis) => this.open(node));
    this.on('-node', (node: Redis) => {
      if (this.status === 'ready') this.lost.add(nameOf(node));
    });
    this.on('close', () => this.lost.clear());
  }

  override sendCommand(...[command, stream, node]: Parameters<Cluster['sendCommand']>): unknown {
    // `cluster` is how it finds out whether it is ready.
    if (this.status === 'ready' || command.name === 'cluster') return super.sendCommand(command, stream, node);
    command.reject(new Error('Connection is closed.'));
    return command.promise;
  }

  /** Connects at once. Commands wait for a node that is new, not for one that may be dead. */
  private open(node: Redis): void {
    const name = nameOf(node);
    if (this.lost.has(name)) node.options.enableOfflineQueue = false;
    node.once('ready', () => this.lost.delete(name));
    node.connect().catch(ignore);
  }
}

/**
 * Makes a plain connection one into a Cluster: to the node where `key` lies now; without a key to any node that answers.
 * @param nodes where to ask first
 * @param options how to connect to a node
 */
export function clusterConnector(nodes: readonly RedisNode[], options: RedisOptions, key?: string) {
  const known = new Map(nodes.map((node) => [`${node.host}:${node.port}`, node]));

  async function ask(node: RedisNode): Promise<RedisNode> {
    const redis = new Redis({
      ...options,
      ...node,
      retryStrategy: null,
      enableReadyCheck: false,
      enableOfflineQueue: true,
      connectTimeout: LOOK_UP_MS,
      commandTimeout: LOOK_UP_MS,
    });
    redis.on('error', ignore);
    try {
      const [ranges, slot] = await Promise.all([redis.cluster('SLOTS'), key && redis.cluster('KEYSLOT', key)]);
      let place = node;
      for (const [first, last, ...servers] of ranges) {
        // One that does not know its own address is the one that was asked.
        const found = servers.map(([host, port]) => ({ host: host || node.host, port }));
        for (const each of found) known.set(`${each.host}:${each.port}`, each);
        if (typeof slot === 'number' && first <= slot && slot <= last) place = found[0] ?? node;
      }
      return place;
    } finally {
      redis.disconnect();
    }
  }

  async function find(): Promise<RedisNode> {
    const shuffled = [...known.values()].sort(() => Math.random() - 0.5);
    for (const node of shuffled) {
      const place = await ask(node).catch(ignore);
      if (place) return place;
    }
    // Fails, so that the connection is tried again as any other.
    return shuffled[0] as RedisNode;
  }

  return class extends AbstractConnector {
    constructor() {
      super(options.disconnectTimeout ?? 0);
    }

    async connect() {
      this.connecting = true;
      const { host, port } = await find();
      if (!this.connecting) throw new Error('Connection is closed.');
      this.stream = options.tls ? connectTls({ host, port, ...options.tls }) : connectTcp({ host, port });
      this.stream.once('error', (error) => {
        this.firstError = error;
      });
      return this.stream;
    }
  };
}
