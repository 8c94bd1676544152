import { Cluster, type Person, startRedis, TestBrowser, type TestRedis } from '@app/testing';

/** What a browser says while a gateway is dead, and while a front knows that, or does not yet. */
export const GATEWAY_AWAY = [
  /WebSocket connection .* failed/,
  /status of 502/,
  /ERR_(CONNECTION_\w+|SOCKET_NOT_CONNECTED|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|CONTENT_LENGTH_MISMATCH)/,
];

/** What a spec file plays in: the whole system with two gateways, on a Redis of its own, and a browser. */
export interface World {
  redis: TestRedis;
  cluster: Cluster;
  browser: TestBrowser;
  /** The address of the nth gateway, counted from 0. */
  at(gateway: number): string;
}

export interface WorldOptions {
  /** Redis keeps its data over a crash. */
  appendonly?: boolean;
  /** Fills Redis before anything else starts. */
  fill?: (redis: TestRedis) => Promise<void>;
  env?: Record<string, string>;
}

/**
 * Sets a world up before the specs of the calling file; after each of them everybody at the browser leaves. WORLD_URL
 * names one that is there already, with the demo's people in it, of which parts may be killed meanwhile; then only the
 * browser is started.
 */
export function useWorld({ appendonly, fill, env }: WorldOptions = {}): World {
  const { WORLD_URL } = process.env;
  const world = { at: (gateway) => WORLD_URL ?? world.cluster.gateway(gateway).url } as World;
  beforeAll(async () => {
    if (WORLD_URL) {
      world.browser = await TestBrowser.start([...GATEWAY_AWAY, /status of 504/]);
      return;
    }
    [world.redis, world.browser] = await Promise.all([startRedis({ appendonly }), TestBrowser.start()]);
    await fill?.(world.redis);
    world.cluster = await Cluster.start({ redis: world.redis, env });
  });
  afterEach(() => world.browser?.clear());
  afterAll(async () => {
    await world.browser?.stop();
    await world.cluster?.stop();
    await world.redis?.stop();
  });
  return world;
}

/** Writes to a room over HTTP, one after the other. */
export async function post(person: Person, roomId: string, texts: readonly string[]): Promise<void> {
  for (const message of texts) {
    const { status, body } = await person.post(`/api/rooms/${roomId}/messages`, { message });
    if (status >= 300) throw new Error(`not posted: ${status} ${JSON.stringify(body)}`);
  }
}
