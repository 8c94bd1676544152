import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import type { ChatSocket } from '../transport/chat-socket';
import { SendQueue } from './send-queue';

/** The send queue of each connection. */
@Injectable()
export class SendQueues {
  private readonly queues = new WeakMap<ChatSocket, SendQueue>();

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  of(socket: ChatSocket): SendQueue {
    const queue = this.queues.get(socket) ?? new SendQueue(this.config.SEND_QUEUE_MAX);
    this.queues.set(socket, queue);
    return queue;
  }

  /** Whether nothing of a connection is on its way. */
  isIdle(socket: ChatSocket): boolean {
    return this.queues.get(socket)?.isIdle ?? true;
  }
}
