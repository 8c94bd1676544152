import { CONFIG, type Config, LOGGER, type Logger } from '@app/service';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { GatewayMetrics } from '../gateway-metrics';
import type { ChatSocket } from '../transport/chat-socket';
import { Sockets } from './sockets';

const CHECK_MS = 250;
/** In the private range of WebSocket close codes. */
const TOO_SLOW = 4008;
/** One that reads nothing does not read the goodbye either. */
const GOODBYE_MS = 2000;

/** What waits in Engine.IO until its client polls, or its connection takes it. */
interface Waiting {
  data?: string | ArrayBufferView;
  options?: { wsPreEncodedFrame?: readonly Buffer[] };
}
/** What Engine.IO keeps for a connection. */
interface Buffers {
  writeBuffer?: Waiting[];
  transport?: { socket?: { bufferedAmount?: number; close(code: number, reason: string): void; terminate(): void } };
}

/** Closes the sockets of clients that do not read, before what waits for them fills the memory; they sync afterwards. */
@Injectable()
export class SlowConsumers implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sockets: Sockets,
    private readonly metrics: GatewayMetrics,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.check(), CHECK_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    const { SOCKET_BUFFER_PACKETS, SOCKET_BUFFER_BYTES } = this.config;
    const users = new Map<string, { socket: ChatSocket; bytes: number }[]>();
    for (const socket of this.sockets.all()) {
      const { writeBuffer, transport } = socket.conn as unknown as Buffers;
      const packets = writeBuffer?.length ?? 0;
      const bytes = (transport?.socket?.bufferedAmount ?? 0) + (packets > 0 ? bytesOf(writeBuffer ?? []) : 0);
      if (packets > SOCKET_BUFFER_PACKETS || bytes > SOCKET_BUFFER_BYTES) this.close(socket, bytes);
      else if (bytes > 0) {
        const { id } = socket.data.user;
        users.set(id, [...(users.get(id) ?? []), { socket, bytes }]);
      }
    }
    for (const sockets of users.values()) this.boundUser(sockets);
  }

  /** Many sockets, each with less waiting than one may have, are one user's all the same. */
  private boundUser(sockets: { socket: ChatSocket; bytes: number }[]): void {
    let all = sockets.reduce((sum, { bytes }) => sum + bytes, 0);
    if (all <= this.config.USER_BUFFER_BYTES) return;
    for (const { socket, bytes } of sockets.sort((one, other) => other.bytes - one.bytes)) {
      if (all <= this.config.USER_BUFFER_BYTES) return;
      this.close(socket, bytes);
      all -= bytes;
    }
  }

  private close(socket: ChatSocket, bytes: number): void {
    const { conn } = socket;
    this.metrics.tooSlow.inc();
    const webSocket = (conn as unknown as Buffers).transport?.socket;
    this.logger.warn(
      { socket: socket.id, packets: (conn as unknown as Buffers).writeBuffer?.length, bytes },
      'socket reads too slowly, closed',
    );
    webSocket?.close?.(TOO_SLOW, 'too slow');
    conn.close(true);
    setTimeout(() => webSocket?.terminate?.(), GOODBYE_MS).unref();
  }
}

function bytesOf(packets: readonly Waiting[]): number {
  let bytes = 0;
  for (const { data, options } of packets) {
    const frames = options?.wsPreEncodedFrame;
    if (frames) for (const frame of frames) bytes += frame.length;
    else if (data !== undefined) bytes += typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
  }
  return bytes;
}
