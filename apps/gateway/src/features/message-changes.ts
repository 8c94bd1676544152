import { randomUUID } from 'node:crypto';
import type { DeleteRequest, EditRequest, Message } from '@app/contracts';
import { StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';
import { Limits } from '../auth/limits';
import { GatewayMetrics } from '../gateway-metrics';
import { EditConflict } from '../transport/edit-conflict';

/** Edits and deletions: writes like a message, over HTTP and on a socket alike. */
@Injectable()
export class MessageChanges {
  constructor(
    private readonly streams: StreamsClient,
    private readonly limits: Limits,
    private readonly metrics: GatewayMetrics,
  ) {}

  /** @throws ChatError; EditConflict with the message as it is */
  edit(via: 'socket' | 'http', userId: string, request: EditRequest): Promise<{ message: Message }> {
    return this.metrics.message(via, async () => {
      await this.limits.message(userId);
      const edit = { ...request, userId };
      const { message, conflict } = await this.streams.call('messages.edit', edit, { key: randomUUID() });
      if (conflict) throw new EditConflict(message);
      return { message };
    });
  }

  /** @throws ChatError */
  delete(via: 'socket' | 'http', userId: string, { id }: DeleteRequest): Promise<{ message: Message }> {
    return this.metrics.message(via, async () => {
      await this.limits.message(userId);
      return { message: await this.streams.call('messages.delete', { id, userId }, { key: randomUUID() }) };
    });
  }
}
