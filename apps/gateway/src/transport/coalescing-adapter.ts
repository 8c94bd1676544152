import type { Socket as Stream } from 'node:net';
import { Adapter, type BroadcastOptions } from 'socket.io-adapter';
import type { WebSocket } from 'ws';
import type { ChatServer, ChatSocket } from './chat-socket';
import { Packet, Writing } from './writing';

/** The pause after a write, as a multiple of the time it took, as far as coalescing pays: the more sockets, the longer. */
const PAUSES = 3;
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

/** Socket.IO's packet type of an acknowledgement. */
const ACK = '3';

/** What Engine.IO keeps for a connection and does not show in its types. */
interface Wire {
  readyState: string;
  writeBuffer: unknown[];
  transport: {
    name: string;
    writable: boolean;
    perMessageDeflate?: unknown;
    socket?: WebSocket & { _socket?: Stream };
  };
  write(data: string, options: { wsPreEncodedFrame: readonly Buffer[] }): void;
}

/** Who is in which room. Under its id each socket is in one of its own, which is made when it is asked for. */
class Rooms extends Map<string, Set<string>> {
  constructor(private readonly namespace: Namespace) {
    super();
  }

  override has(room: string): boolean {
    return super.has(room) || this.namespace.sockets.has(room);
  }

  override get(room: string): Set<string> | undefined {
    return super.get(room) ?? (this.namespace.sockets.has(room) ? new Set([room]) : undefined);
  }
}

/**
 * Socket.IO's own adapter, but what is broadcast within a moment is encoded once and written to each socket in one piece:
 * a socket costs a system call a moment, not one a message; acknowledgements go along. The first broadcast after a pause
 * leaves at once. Each socket gets what it would have got, in the order of the broadcasts. Wire protocol unchanged.
 */
export class CoalescingAdapter extends Adapter {
  override readonly rooms: Map<string, Set<string>>;
  private runs: Run[] = [];
  private answers = new Map<ChatSocket, Packet[]>();
  private timer: NodeJS.Timeout | undefined;
  private scheduled = false;
  /** When the next write may follow the last one, on the clock of `performance.now()`. */
  private mayWriteAt = 0;

  /** @param coalesceMs least pause between two writes */
  constructor(
    namespace: Namespace,
    private readonly coalesceMs: number,
  ) {
    super(namespace);
    this.rooms = new Rooms(namespace);
  }

  override broadcast(event: Event, to: BroadcastOptions): void {
    const text = this.textOf(event);
    if (text === undefined || to.flags?.volatile) {
      this.flush();
      super.broadcast(event, to);
    } else {
      this.broadcastText(text, to);
    }
  }

  /** Broadcasts a packet that is encoded already. @param text of the default namespace, without binary parts */
  broadcastText(text: string, to: BroadcastOptions): void {
    const key = `${[...to.rooms].join('\n')}\n\n${[...(to.except ?? [])].join('\n')}`;
    const run = this.runs.at(-1);
    if (run?.key === key) run.packets.push(new Packet(text));
    else this.runs.push({ key, to, packets: [new Packet(text)] });
    this.schedule();
  }

  /** Acknowledges a call. @param json what it is acknowledged with */
  answer(socket: ChatSocket, id: string, json: string): void {
    this.unicastText(socket, `${ACK}${id}[${json}]`);
  }

  /** Sends one socket a packet that is encoded already; it goes along with what is coalesced for it. */
  unicastText(socket: ChatSocket, text: string): void {
    const packet = new Packet(text);
    const answers = this.answers.get(socket);
    if (answers) answers.push(packet);
    else this.answers.set(socket, [packet]);
    this.schedule();
  }

  /** A socket needs no room of its own: who is named by its id is found among the sockets. */
  override addAll(id: string, rooms: Set<string>): Promise<void> | void {
    rooms.delete(id);
    return super.addAll(id, rooms);
  }

  override disconnectSockets(to: BroadcastOptions, close: boolean): void {
    this.flush();
    super.disconnectSockets(to, close);
  }

  override close(): void {
    this.flush();
  }

  /** Writes at once what is coalesced: before sockets are closed. */
  flush(): void {
    clearTimeout(this.timer);
    this.scheduled = false;
    const { runs, answers } = this;
    if (runs.length === 0 && answers.size === 0) return;
    this.runs = [];
    this.answers = new Map();
    let [writes, copies] = [0, 0];
    const send = (socket: ChatSocket, writing: Writing) => {
      writes += 1;
      copies += writing.packets.length;
      write(socket, writing, answers.get(socket));
      answers.delete(socket);
    };
    const began = performance.now();
    const [first] = runs;
    if (first && runs.length === 1) {
      const writing = new Writing(first.packets);
      this.each(first.to, (socket) => send(socket, writing));
    } else {
      const writings = new Map<ChatSocket, Writing>();
      const start = new Writing([]);
      for (const { to, packets } of runs) {
        this.each(to, (socket) => writings.set(socket, (writings.get(socket) ?? start).followedBy(packets)));
      }
      for (const [socket, writing] of writings) send(socket, writing);
    }
    for (const [socket, packets] of answers) write(socket, new Writing(packets));
    const end = performance.now();
    // Where each socket got one message there was nothing to coalesce.
    const saved = copies > 0 ? 1 - writes / copies : 0;
    const pause = saved > 0 ? Math.max(this.coalesceMs, saved * PAUSES * (end - began)) : 0;
    this.mayWriteAt = end + Math.min(PAUSE_MAX_MS, pause);
  }

  /** A packet on the wire; undefined for one with binary parts. */
  private textOf(packet: object): string | undefined {
    const [text, ...more]: unknown[] = this.nsp.server.encoder.encode({ ...packet, nsp: this.nsp.name } as never);
    return typeof text === 'string' && more.length === 0 ? text : undefined;
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    const pause = this.mayWriteAt - performance.now();
    // After the current callback, together with what else arrived in it.
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

/** @param first what goes before it, for this socket alone */
function write(socket: ChatSocket, writing: Writing, first: readonly Packet[] = []): void {
  const wire = socket.conn as unknown as Wire;
  const stream = freeStream(wire);
  if (stream) {
    stream.write(first.length > 0 ? Buffer.concat([new Writing(first).bytes, writing.bytes]) : writing.bytes);
    return;
  }
  for (const packet of [...first, ...writing.packets]) wire.write(packet.text, { wsPreEncodedFrame: packet.frame });
}

/**
 * Where frames may be written to as they are: Engine.IO and `ws` would come to the same through a packet, four events and
 * two callbacks. Undefined for who polls, is on the way out, or behind something that waits: Engine.IO then counts what does.
 */
function freeStream({ readyState, writeBuffer, transport }: Wire): Stream | undefined {
  const { name, writable, perMessageDeflate, socket } = transport;
  if (name !== 'websocket' || readyState !== 'open' || !writable || writeBuffer.length > 0) return undefined;
  if (perMessageDeflate || !socket || socket.readyState !== socket.OPEN) return undefined;
  return socket._socket?.writableLength === 0 ? socket._socket : undefined;
}

/** Such an adapter for each namespace of a server. @param coalesceMs pause between two writes */
export function coalescingAdapter(coalesceMs: number): typeof Adapter {
  return class extends CoalescingAdapter {
    constructor(namespace: Namespace) {
      super(namespace, coalesceMs);
    }
  };
}
