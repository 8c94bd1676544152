import { SERVICES } from '@app/contracts';
import { connectRedis, keys, parseEndpoint, whenReady } from '@app/redis';
import { UNLIMITED } from '../../../../scripts/lib/unlimited.mjs';
import type { TestRedis } from '../redis/start';
import { until } from '../until';
import { ServiceProcess } from './service-process';

/** What the services of a Cluster seal with. */
export const SEAL_SECRET_OF_TESTS = 'another secret for tests only';

export interface ClusterOptions {
  /** With `users`, each service has its own there, as `startRedis` makes them. */
  redis: Pick<TestRedis, 'url'> & { users?: boolean };
  /** Gateways to start; 2 when not said. */
  gateways?: number;
  /** Replicas of each other service; 1 when not said. */
  replicas?: number;
  env?: Record<string, string>;
  /** More of Node.js' own command line, for each process. */
  execArgv?: string[];
}

/** The whole system as real processes on a Redis of its own. */
export class Cluster {
  readonly gateways: ServiceProcess[] = [];
  readonly workers: ServiceProcess[] = [];

  private constructor(private readonly options: ClusterOptions) {}

  /** Starts everything and waits until all of it is ready, and the demo's people have said what they say. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    const replicas = Array.from({ length: options.replicas ?? 1 });
    try {
      await Promise.all([
        ...replicas.flatMap(() => SERVICES).map(async (name) => cluster.workers.push(await cluster.spawn(name))),
        ...Array.from({ length: options.gateways ?? 2 }, async (_, i) => {
          cluster.gateways[i] = await cluster.spawnGateway(i);
        }),
      ]);
      await demoDataFilled(options.redis.url);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** The nth gateway, counted from 0. */
  gateway(n: number): ServiceProcess {
    const gateway = this.gateways[n];
    if (!gateway) throw new Error(`no gateway ${n}`);
    return gateway;
  }

  /** Starts the nth gateway again, on the port it had. */
  async restartGateway(n: number): Promise<void> {
    const { port } = this.gateway(n);
    await this.gateway(n).end('SIGKILL');
    this.gateways[n] = await this.spawnGateway(n, port);
  }

  /** Ends all processes (not the Redis). */
  async stop(): Promise<void> {
    await Promise.all([...this.gateways, ...this.workers].map((service) => service?.end()));
  }

  /** Starts one more process of a service. */
  spawn(name: string, env: Record<string, string> = {}): Promise<ServiceProcess> {
    const settings = {
      REDIS_ENDPOINT_URL: this.options.redis.url,
      ...(this.options.redis.users && { REDIS_USERNAME: name, REDIS_PASSWORD: name }),
      SESSION_SECRET: 'a secret for tests only',
      SEAL_SECRET: SEAL_SECRET_OF_TESTS,
      ...UNLIMITED,
      // Several systems share the cores of a test run; standing back, auth would wait for all of them.
      AUTH_NICE: '0',
      ...this.options.env,
      ...env,
    };
    return ServiceProcess.start(name, settings, this.options.execArgv);
  }

  private spawnGateway(n: number, port = 0): Promise<ServiceProcess> {
    return this.spawn('gateway', { GATEWAY_ID: `gateway-${n + 1}`, PORT: String(port) });
  }
}

/** Auth is ready once the demo's people can sign in; whoever does hears them talk until all is said. */
async function demoDataFilled(url: string): Promise<void> {
  const redis = connectRedis(parseEndpoint(url), 'commands', 'test');
  try {
    await whenReady(redis, AbortSignal.timeout(10_000));
    await until(async () => (await redis.exists(keys.demoStarted)) === 0, 'the demo data', 30_000);
  } finally {
    redis.disconnect();
  }
}
