import { CONFIG, type Config, LOGGER, type Logger } from '@app/service';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { GatewayMetrics } from '../gateway-metrics';
import type { ChatSocket } from './chat-socket';
import { Sockets } from './sockets';

const CHECK_MS = 250;
/** In the private range of WebSocket close codes. */
const TOO_SLOW = 4008;
/** One that reads nothing does not read the goodbye either. */
const GOODBYE_MS = 2000;

/** What Engine.IO keeps for a connection. */
interface Buffers {
  writeBuffer?: unknown[];
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
    for (const socket of this.sockets.all()) if (this.isTooSlow(socket)) this.close(socket);
  }

  private isTooSlow({ conn }: ChatSocket): boolean {
    const { writeBuffer, transport } = conn as unknown as Buffers;
    return (
      (writeBuffer?.length ?? 0) > this.config.SOCKET_BUFFER_PACKETS ||
      (transport?.socket?.bufferedAmount ?? 0) > this.config.SOCKET_BUFFER_BYTES
    );
  }

  private close(socket: ChatSocket): void {
    const { conn } = socket;
    this.metrics.tooSlow.inc();
    const webSocket = (conn as unknown as Buffers).transport?.socket;
    this.logger.warn(
      { socket: socket.id, packets: (conn as unknown as Buffers).writeBuffer?.length },
      'too slow, closed',
    );
    webSocket?.close?.(TOO_SLOW, 'too slow');
    conn.close(true);
    setTimeout(() => webSocket?.terminate?.(), GOODBYE_MS).unref();
  }
}
