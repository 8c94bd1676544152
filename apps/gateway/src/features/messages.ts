import { randomBytes } from 'node:crypto';
import type { CallParsed, Message } from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { StreamsClient } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { SendQueues } from '../hub/send-queues';
import { readSend } from '../legacy/demo-socket';
import type { Asked, GatewayFeature, Handlers } from '../transport/binder';
import type { ChatSocket } from '../transport/chat-socket';
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
    'message.edit': (request, asked) => this.inOrder(asked, request.id, (lane) => this.edit(request, asked, lane)),
    'message.delete': (request, asked) => this.inOrder(asked, request.id, (lane) => this.delete(request, asked, lane)),
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
  ): Promise<{ message: Message } | string> {
    const { user, context } = asked;
    const clientId = given ?? randomBytes(12).toString('base64url');
    const request = { userId: user.id, roomId, message, clientId };
    const options = { key: clientId, context };
    if (asked.via === 'http') return { message: await this.streams.call('messages.append', request, options) };
    const queue = this.queues.of(asked.socket);
    const lane = laneOf(asked.socket, roomId);
    const append = () => this.streams.callForText('messages.append', request, { ...options, lane });
    const stored = given
      ? await queue.run(roomId, append)
      : // Who cannot repeat it has it repeated here: what was sent after it waits until its outcome is known.
        await queue.run(roomId, () => untilAnswered(append, this.config.SEND_RETRY_MS), true);
    return `{"message":${stored}}`;
  }

  private async edit(
    request: CallParsed<'message.edit'>,
    { user, context }: Asked<'message.edit'>,
    lane?: string,
  ): Promise<{ message: Message }> {
    const edit = { ...request, userId: user.id };
    const { message, conflict } = await this.streams.call('messages.edit', edit, { context, lane });
    if (conflict) throw new EditConflict(message);
    return { message };
  }

  private async delete(
    { id }: CallParsed<'message.delete'>,
    { user, context }: Asked<'message.delete'>,
    lane?: string,
  ): Promise<{ message: Message }> {
    return { message: await this.streams.call('messages.delete', { id, userId: user.id }, { context, lane }) };
  }

  private inOrder<T>(asked: Asked<'message'>, messageId: string, change: (lane?: string) => Promise<T>): Promise<T> {
    if (asked.via === 'http') return change();
    const roomId = messageId.slice(0, messageId.indexOf('-'));
    return this.queues.of(asked.socket).run(roomId, () => change(laneOf(asked.socket, roomId)));
  }
}

/** What a connection sends to a room. */
const laneOf = (socket: ChatSocket, roomId: string) => `${socket.id} ${roomId}`;
