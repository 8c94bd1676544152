import { randomBytes } from 'node:crypto';
import type { CallParsed, Message } from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { StreamsClient } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { SendQueues } from '../hub/send-queues';
import { readSend } from '../legacy/demo-socket';
import type { Asked, GatewayFeature, Handlers } from '../transport/binder';
import { EditConflict } from '../transport/edit-conflict';
import { untilAnswered } from './until-answered';

/** Sends, edits and deletions, behind what the connection sent to the same room before. */
@Injectable()
export class Messages implements GatewayFeature {
  constructor(
    private readonly streams: StreamsClient,
    private readonly queues: SendQueues,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  readonly handlers: Handlers = {
    message: (request, asked) => this.send(request, asked),
    'message.edit': (request, asked) => this.inOrder(asked, request.id, () => this.edit(request, asked)),
    'message.delete': (request, asked) => this.inOrder(asked, request.id, () => this.delete(request, asked)),
    'message.get': async ({ id }, { user, context }) =>
      `{"message":${await this.streams.callForText('messages.get', { userId: user.id, id }, { context })}}`,
  };

  readonly passing: GatewayFeature['passing'] = {
    'room.page': ({ limit, ...at }, { user }) => ({ ...at, userId: user.id, limit: limit ?? this.config.PAGE_SIZE }),
    sync: (request, { user }) => ({ ...request, userId: user.id, limit: this.config.SYNC_PAGE_SIZE }),
  };

  readonly parsers: GatewayFeature['parsers'] = { message: readSend };

  private async send(
    { roomId, message, clientId: given }: CallParsed<'message'>,
    asked: Asked<'message'>,
  ): Promise<{ message: Message }> {
    const { user, context } = asked;
    const clientId = given ?? randomBytes(12).toString('base64url');
    const request = { userId: user.id, roomId, message, clientId };
    const append = () => this.streams.call('messages.append', request, { key: clientId, context });
    if (asked.via === 'http') return { message: await append() };
    const task = given ? append : () => untilAnswered(append, this.config.SEND_RETRY_MS);
    return { message: await this.queues.of(asked.socket).run(roomId, task) };
  }

  private async edit(
    request: CallParsed<'message.edit'>,
    { user, context }: Asked<'message.edit'>,
  ): Promise<{ message: Message }> {
    const edit = { ...request, userId: user.id };
    const { message, conflict } = await this.streams.call('messages.edit', edit, { context });
    if (conflict) throw new EditConflict(message);
    return { message };
  }

  private async delete(
    { id }: CallParsed<'message.delete'>,
    { user, context }: Asked<'message.delete'>,
  ): Promise<{ message: Message }> {
    return { message: await this.streams.call('messages.delete', { id, userId: user.id }, { context }) };
  }

  private inOrder<T>(asked: Asked<'message'>, messageId: string, change: () => Promise<T>): Promise<T> {
    if (asked.via === 'http') return change();
    return this.queues.of(asked.socket).run(messageId.slice(0, messageId.indexOf('-')), change);
  }
}
