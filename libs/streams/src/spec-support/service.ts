import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FactName, ServiceName, WorkPattern } from '@app/contracts';
import { startRedis, type TestRedis, until } from '@app/testing';
import type { BatchRequest, OrderExtras } from '../batch-pattern';
import { StreamsClient } from '../client';
import type { StreamsLimits } from '../limits';
import type { StreamsLogger } from '../logger';
import type { Handler } from '../runner-options';
import { Sealer } from '../sealing';
import { StreamsServer } from '../server';
import type { ReplicaOrder } from './replica';

export type Handlers = Partial<Record<WorkPattern | FactName, Handler>>;

/** A handler that takes requests together, or in order. */
export const together = (handler: (requests: BatchRequest<Sent>[]) => unknown, extras?: OrderExtras): Handler =>
  Object.assign((data: unknown) => handler(data as BatchRequest<Sent>[]), { extras: extras ?? BATCH });

const BATCH: OrderExtras = { inOrder: true, batch: true };

/** Short enough for specs, long enough for a busy machine. */
export const LIMITS: Partial<StreamsLimits> = { leaseMs: 600, blockMs: 300, retryMs: 10, graceMs: 2000 };

const SEALER = new Sealer(['a secret for specs only']);

/** A request that every service's specs may send; `text` tells the handler what to do. */
export const append = (text = 'hello') => ({ userId: '1', roomId: '0', message: text, clientId: 'spec-client' });

export type Sent = ReturnType<typeof append>;

/** What a logger was told. */
export function recorder(): StreamsLogger & { lines: string[] } {
  const lines: string[] = [];
  const write = (_fields: object, message: string) => void lines.push(message);
  return { lines, debug: write, info: write, warn: write, error: write };
}

/** A promise and who settles it. */
export function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** A Redis of its own for a spec file, with services that end with each test. */
export class Bench {
  private servers: StreamsServer[] = [];
  private clients: StreamsClient[] = [];
  private children: ChildProcess[] = [];
  /** The Redis user that services are from now on. */
  user?: string;

  private constructor(readonly redis: TestRedis) {}

  static async start(options?: Parameters<typeof startRedis>[0]): Promise<Bench> {
    return new Bench(await startRedis(options));
  }

  private get endpoint() {
    const { user, redis } = this;
    return user === undefined ? redis.endpoint : { ...redis.endpoint, username: user, password: user };
  }

  /** A replica that takes work. */
  async serve(
    service: ServiceName,
    handlers: Handlers,
    limits: Partial<StreamsLimits> = {},
    logger?: StreamsLogger,
  ): Promise<StreamsServer> {
    const server = new StreamsServer({
      service,
      endpoint: this.endpoint,
      limits: { ...LIMITS, ...limits },
      logger,
      sealer: SEALER,
    });
    for (const [pattern, handler] of Object.entries(handlers)) {
      const { extras } = handler;
      server.addHandler(pattern, async (data, context) => handler(data, context), !isWork(pattern), { ...extras });
    }
    this.servers.push(server);
    server.listen(() => undefined);
    await until(() => server.isReady(), `a replica of ${service}`);
    return server;
  }

  /** A replica of `messages` in a process of its own (replica.ts). */
  async spawn(limits: Partial<StreamsLimits> = {}, clockOffMs = 0, isBatched = false): Promise<ChildProcess> {
    const order: ReplicaOrder = {
      endpoint: this.redis.endpoint,
      limits: { ...LIMITS, ...limits },
      clockOffMs,
      isBatched,
    };
    const child = fork(join(__dirname, 'replica.ts'), [JSON.stringify(order)], {
      execArgv: ['-r', join(__dirname, 'register.cjs')],
    });
    this.children.push(child);
    await once(child, 'message');
    return child;
  }

  /** A caller that can call. */
  async client(limits: Partial<StreamsLimits> = {}): Promise<StreamsClient> {
    const client = new StreamsClient({
      endpoint: this.endpoint,
      name: 'spec',
      limits: { timeoutMs: 20_000, ...limits },
      sealer: SEALER,
    });
    this.clients.push(client);
    await client.whenReady();
    return client;
  }

  /** Ends the services of a test and empties Redis. */
  async clear(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    this.children = [];
    await Promise.all(this.servers.map((server) => server.close()));
    await Promise.all(this.clients.map((client) => client.close()));
    this.servers = [];
    this.clients = [];
    this.user = undefined;
    await this.redis.flush();
  }

  async stop(): Promise<void> {
    await this.redis.stop();
  }
}

function isWork(pattern: string): boolean {
  return /^(auth|rooms|messages)\./.test(pattern);
}
