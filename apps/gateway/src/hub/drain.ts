import { CONFIG, type Config, LOGGER, type Logger } from '@app/service';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import type { ChatSocket } from '../transport/chat-socket';
import { PresenceService } from './presence/presence.service';
import { SendQueues } from './send-queues';
import { Sockets } from './sockets';

const STEP_MS = 100;

/**
 * Empties a stopping gateway: it is not ready any more, so new clients go elsewhere, and those it has are sent after them
 * little by little, each once its messages are stored.
 */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  constructor(
    private readonly sockets: Sockets,
    private readonly queues: SendQueues,
    private readonly presence: PresenceService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    const before = this.sockets.all().length;
    const end = performance.now() + this.config.DRAIN_MS;
    while (this.sockets.all().length > 0 && performance.now() < end) {
      const steps = Math.max(1, (end - performance.now()) / STEP_MS);
      const idle = this.sockets.all().filter((socket) => this.queues.isIdle(socket));
      // the last steps are for those who were busy
      this.sockets.flush();
      for (const socket of idle.slice(0, Math.ceil((2 * idle.length) / steps))) sendAway(socket);
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
    this.sockets.flush();
    for (const socket of this.sockets.all()) sendAway(socket);
    await this.presence.leave();
    if (before > 0) this.logger.info({ sockets: before }, 'all sockets closed for shutdown');
  }
}

/** Closes the connection rather than the socket: clients of both kinds then connect again by themselves. */
function sendAway(socket: ChatSocket): void {
  socket.conn.close();
}
