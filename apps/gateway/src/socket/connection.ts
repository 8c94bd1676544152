import type { SocketData } from './chat-socket';
import { closeSoon, type EnginePacket, type EngineSocket } from './engine-io';

/** Socket.IO's packet types, as they are written. */
const CONNECT = '0';
const DISCONNECT = '1';
/** How the only namespace is written where it is: `40{…}`, `40/,{…}`. */
const OUR_NAMESPACE = /^.(?:[^/]|\/,|$)/s;

/**
 * One connection of Engine.IO. It may join the one namespace once; whoever leaves it, is refused or asks for another one
 * is done with it: a connection without a socket on it is nobody's.
 */
export class Connection {
  private stage: 'open' | 'joining' | 'joined' = 'open';

  /** @param owner whose session opened it; none: a visitor's */
  constructor(
    readonly conn: EngineSocket,
    readonly owner: SocketData | undefined,
  ) {
    conn.on('packet', (packet) => this.inspect(packet));
  }

  /** It joins. @returns false when it has done so before */
  join(): boolean {
    if (this.stage !== 'open') return false;
    this.stage = 'joining';
    return true;
  }

  private inspect({ type, data }: EnginePacket): void {
    if (type !== 'message' || typeof data !== 'string') return;
    const kind = data[0];
    // After Socket.IO has had it: it answers one who asks for what there is not.
    if (kind === DISCONNECT || (kind === CONNECT && !OUR_NAMESPACE.test(data)))
      setImmediate(() => closeSoon(this.conn));
  }
}
