import { Adapter, type BroadcastOptions } from 'socket.io-adapter';
import type { ChatServer, ChatSocket } from './chat-socket';
import { Packet, Writing } from './writing';

/** The pause after a write, as a multiple of the time it took: the more sockets there are, the more is written at once. */
const PAUSES = 4;
/** Bound of that pause. */
const PAUSE_MAX_MS = 50;

/** What Socket.IO gives an adapter to send: an event and its arguments. */
type Event = Parameters<Adapter['broadcast']>[0];
type Namespace = ReturnType<ChatServer['of']>;
/** Broadcasts to the same sockets, one right after the other. */
interface Run {
  key: string;
  to: BroadcastOptions;
  packets: Packet[];
}

/** What Engine.IO keeps for a connection and does not show in its types. */
interface Wire {
  writeBuffer: unknown[];
  transport: { name: string; writable: boolean };
  write(data: string, options: { wsPreEncodedFrame: readonly Buffer[] }): void;
}

/**
 * Socket.IO's own adapter, but what is broadcast within a moment is encoded once and written to each socket in one piece:
 * a socket costs a system call a moment, not one a message. The first broadcast after a pause leaves at once. Each socket
 * gets what it would have got, in the order of the broadcasts. Wire protocol unchanged.
 */
export class GatheringAdapter extends Adapter {
  private runs: Run[] = [];
  private timer: NodeJS.Timeout | undefined;
  private scheduled = false;
  /** When the next write may follow the last one, on the clock of `performance.now()`. */
  private mayWriteAt = 0;

  /** @param gatherMs least pause between two writes */
  constructor(
    namespace: Namespace,
    private readonly gatherMs: number,
  ) {
    super(namespace);
  }

  override broadcast(event: Event, to: BroadcastOptions): void {
    const packets: unknown[] = this.nsp.server.encoder.encode({ ...event, nsp: this.nsp.name });
    const [text] = packets;
    if (packets.length > 1 || typeof text !== 'string' || to.flags?.volatile) {
      this.flush();
      super.broadcast(event, to);
      return;
    }
    const key = `${[...to.rooms].join('\n')}\n\n${[...(to.except ?? [])].join('\n')}`;
    const run = this.runs.at(-1);
    if (run?.key === key) run.packets.push(new Packet(text));
    else this.runs.push({ key, to, packets: [new Packet(text)] });
    this.schedule();
  }

  override disconnectSockets(to: BroadcastOptions, close: boolean): void {
    this.flush();
    super.disconnectSockets(to, close);
  }

  override close(): void {
    this.flush();
  }

  /** Writes at once what is gathered: before sockets are closed. */
  flush(): void {
    clearTimeout(this.timer);
    this.scheduled = false;
    const { runs } = this;
    if (runs.length === 0) return;
    this.runs = [];
    const began = performance.now();
    const [first] = runs;
    if (first && runs.length === 1) {
      const writing = new Writing(first.packets);
      this.each(first.to, (socket) => write(socket, writing));
    } else {
      const writings = new Map<ChatSocket, Writing>();
      const start = new Writing([]);
      for (const { to, packets } of runs) {
        this.each(to, (socket) => writings.set(socket, (writings.get(socket) ?? start).followedBy(packets)));
      }
      for (const [socket, writing] of writings) write(socket, writing);
    }
    const end = performance.now();
    this.mayWriteAt = end + Math.min(PAUSE_MAX_MS, Math.max(this.gatherMs, PAUSES * (end - began)));
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    const pause = this.mayWriteAt - performance.now();
    // After the current callback: what else arrived with this one goes along.
    if (pause <= 0) queueMicrotask(() => this.flush());
    else this.timer = setTimeout(() => this.flush(), pause);
  }

  /** Every socket that a broadcast is for, once. */
  private each({ rooms, except }: BroadcastOptions, visit: (socket: ChatSocket) => void): void {
    const barred = except?.size ? this.members(except) : undefined;
    const [only] = rooms;
    const ids =
      rooms.size === 0 ? this.sids.keys() : rooms.size === 1 ? this.rooms.get(only ?? '') : this.members(rooms);
    for (const id of ids ?? []) {
      if (barred?.has(id)) continue;
      const socket: ChatSocket | undefined = this.nsp.sockets.get(id);
      if (socket) visit(socket);
    }
  }

  private members(rooms: ReadonlySet<string>): Set<string> {
    const ids = new Set<string>();
    for (const room of rooms) for (const id of this.rooms.get(room) ?? []) ids.add(id);
    return ids;
  }
}

function write(socket: ChatSocket, writing: Writing): void {
  const wire = socket.conn as unknown as Wire;
  const { name, writable } = wire.transport;
  if (name === 'websocket' && writable && wire.writeBuffer.length === 0) {
    wire.write('', { wsPreEncodedFrame: writing.frames });
    return;
  }
  // Polling, or behind something that waits: one by one, as what waits is counted.
  for (const packet of writing.packets) wire.write(packet.text, { wsPreEncodedFrame: packet.frame });
}

/** Such an adapter for each namespace of a server. @param gatherMs pause between two writes */
export function gatheringAdapter(gatherMs: number): typeof Adapter {
  return class extends GatheringAdapter {
    constructor(namespace: Namespace) {
      super(namespace, gatherMs);
    }
  };
}
