import { join } from 'node:path';
import { type Choice, LinkProxy } from './proxy';

const ROUTES = join(__dirname, 'routes.cjs');

/** Stands between a service and every server of its Redis. */
export class RedisLinks {
  private constructor(
    private readonly proxies: readonly LinkProxy[],
    private readonly ports: readonly number[],
  ) {}

  /** @param redis of which the service is to be given the URL; it may name some servers only */
  static async start({ ports }: { ports: readonly number[] }): Promise<RedisLinks> {
    return new RedisLinks(await Promise.all(ports.map((port) => LinkProxy.start(port))), ports);
  }

  /** What the service is to be started with. */
  get env(): Record<string, string> {
    const routes = Object.fromEntries(this.ports.map((port, i) => [port, this.proxies[i]?.port]));
    return { NODE_OPTIONS: `--require=${ROUTES}`, TEST_ROUTES: JSON.stringify(routes) };
  }

  get size(): number {
    return this.proxies.reduce((sum, { size }) => sum + size, 0);
  }

  /** As `LinkProxy.cut`. */
  cut(choice: Choice): number {
    return this.proxies.reduce((sum, proxy) => sum + proxy.cut(choice), 0);
  }

  /** As `LinkProxy.freeze`. */
  freeze(choice: Choice, newToo: boolean): () => void {
    return together(this.proxies.map((proxy) => proxy.freeze(choice, newToo)));
  }

  /** As `LinkProxy.slow`. */
  slow(choice: Choice, ms: number): () => void {
    return together(this.proxies.map((proxy) => proxy.slow(choice, ms)));
  }

  stop(): void {
    for (const proxy of this.proxies) proxy.stop();
  }
}

function together(ends: readonly (() => void)[]): () => void {
  return () => {
    for (const end of ends) end();
  };
}
