import type { ChatSocket } from './chat-socket';
import type { EngineSocket, EngineTransport } from './engine-io';

/** What Socket.IO and Engine.IO keep for a socket and do not show in their types. */
interface Kept {
  handshake: unknown;
  acks: Map<number, unknown>;
  client: { nsps: unknown; sockets: unknown; decoder: { _callbacks: Record<string, unknown[]> } };
}
/** Node.js' own. */
interface Listeners {
  _events?: object;
}
interface KeptConnection extends Listeners {
  cleanupFn: unknown[];
}

/** Stands for the handshake of a socket that is in. */
const NO_HANDSHAKE = { headers: {}, query: {}, auth: {} };

/** The acknowledgements that the server waits for. It asks for none: those of all sockets are kept here. */
const ACKS = new Map<number, unknown>();

/** A map that holds one thing; the smallest `Map` takes five times as much. */
class OneOf<K, V> {
  constructor(
    private key: K | undefined,
    private value: V | undefined,
  ) {}

  get size(): number {
    return this.value === undefined ? 0 : 1;
  }

  has(key: K): boolean {
    return this.value !== undefined && this.key === key;
  }

  get(key: K): V | undefined {
    return this.key === key ? this.value : undefined;
  }

  set(key: K, value: V): this {
    if (this.value !== undefined && this.key !== key) throw new Error('There is room for one');
    this.key = key;
    this.value = value;
    return this;
  }

  delete(key: K): boolean {
    const had = this.has(key);
    if (had) this.clear();
    return had;
  }

  clear(): void {
    this.key = undefined;
    this.value = undefined;
  }

  values(): V[] {
    return this.value === undefined ? [] : [this.value];
  }
}

/**
 * Lets go what Socket.IO, Engine.IO and `ws` keep for each socket and nobody reads once it is in: most connections are idle, and
 * memory is what bounds how many a gateway has. To be called when all who listen to it do.
 */
export function letGo(socket: ChatSocket): void {
  const kept = socket as unknown as Kept;
  kept.handshake = NO_HANDSHAKE;
  kept.acks = ACKS;
  // One socket a connection: a second one is refused (`connection.ts`).
  kept.client.sockets = new OneOf(socket.id, socket);
  kept.client.nsps = new OneOf(socket.nsp.name, socket);
  trim(kept.client.decoder._callbacks);
  const conn = socket.conn as unknown as EngineSocket & KeptConnection;
  conn.cleanupFn = [...conn.cleanupFn];
  compact(socket as unknown as Listeners);
  compact(conn);
  compactTransport(conn.transport);
}

/** Of the connection's transport alone: it has another one. */
export function compactTransport(transport: EngineTransport): void {
  compact(transport as unknown as Listeners);
  if (transport.socket) compact(transport.socket as unknown as Listeners);
}

/** An array that once grew keeps room for 16 more. */
function trim(lists: Record<string, unknown[]>): void {
  for (const [name, list] of Object.entries(lists)) lists[name] = [...list];
}

/** Keeps an emitter's listeners as an object with a shape, which all of its kind share; Node.js keeps them as a hash table. */
function compact(emitter: Listeners): void {
  if (emitter._events) emitter._events = Object.setPrototypeOf({ ...emitter._events }, null);
}
