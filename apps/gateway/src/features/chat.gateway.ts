import { randomBytes, randomUUID } from 'node:crypto';
import {
  type Ack as Answer,
  type CallAck,
  ChatError,
  deleteRequestSchema,
  directUsers,
  type ErrorBody,
  editRequestSchema,
  GENERAL,
  joinSchema,
  type Message,
  type OnlineAnswer,
  onlineRequestSchema,
  PROTOCOL_VERSION,
  parse,
  type ReadAnswer,
  readRequestSchema,
  syncRequestSchema,
  typingRequestSchema,
} from '@app/contracts';
import { CONFIG, type Config, LOGGER, type Logger, retry } from '@app/service';
import { runWithRequestId, StreamsClient, traced } from '@app/streams';
import { Inject } from '@nestjs/common';
import {
  Ack,
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Call } from '../auth/costs';
import { Limits } from '../auth/limits';
import { GatewayMetrics } from '../gateway-metrics';
import { PresenceService } from '../hub/presence/presence.service';
import { PresenceNews } from '../hub/presence/presence-news';
import { SendQueues } from '../hub/send-queues';
import { SocketAuth } from '../hub/socket-auth';
import { LEGACY_CLIENTS, Sockets, sessionRoom, userRoom } from '../hub/sockets';
import { GatewayIdentity } from '../identity';
import { readSend } from '../legacy/demo-socket';
import { CatchUp } from '../relay/catch-up';
import { RelayService } from '../relay/relay.service';
import type { ChatServer, ChatSocket } from '../transport/chat-socket';
import { EditConflict } from '../transport/edit-conflict';
import { toChatError } from '../transport/error.filter';
import { Refusals } from '../transport/refusals';
import { MessageChanges } from './message-changes';
import { TypingPace } from './typing-pace';
import { untilAnswered } from './until-answered';

type Reply<T extends object> = ((answer: Answer<T>) => void) | undefined;

@WebSocketGateway()
export class ChatGateway implements OnGatewayInit<ChatServer>, OnGatewayConnection, OnGatewayDisconnect {
  /** Request ids: random for this process, counted within it. */
  private readonly idPrefix = `${randomBytes(6).toString('hex')}-`;
  private calls = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly streams: StreamsClient,
    private readonly identity: GatewayIdentity,
    private readonly sockets: Sockets,
    private readonly auth: SocketAuth,
    private readonly presence: PresenceService,
    private readonly catchUp: CatchUp,
    private readonly presenceNews: PresenceNews,
    private readonly relay: RelayService,
    private readonly limits: Limits,
    private readonly queues: SendQueues,
    private readonly metrics: GatewayMetrics,
    private readonly refusals: Refusals,
    private readonly pace: TypingPace,
    private readonly changes: MessageChanges,
  ) {}

  afterInit(io: ChatServer): void {
    this.sockets.attach(io);
    io.use((socket, next) => void this.auth.admit(socket, next));
  }

  async handleConnection(socket: ChatSocket): Promise<void> {
    this.sockets.welcome(socket);
    const { user, sessionHash } = socket.data;
    const isOurs = socket.handshake.auth.protocol === PROTOCOL_VERSION;
    const joined = socket.join([userRoom(user.id), sessionRoom(sessionHash), ...(isOurs ? [] : [LEGACY_CLIENTS])]);
    // At once: were it gone by then, nobody would count it out.
    void this.presence.connected({ id: socket.id, user }).then((count) => this.auth.counted(socket, count));
    await joined;
    await this.subscribeRooms(socket);
    if (!socket.connected) return;
    const { MAX_MESSAGE_LENGTH: maxMessageLength, EDIT_WINDOW_MS: editWindowMs } = this.config;
    const limits = { maxMessageLength, editWindowMs };
    socket.emit('hello', { user, serverId: this.identity.id, protocol: PROTOCOL_VERSION, ...limits });
  }

  handleDisconnect(socket: ChatSocket): void {
    this.presence.disconnected(socket.id);
  }

  @SubscribeMessage('message')
  onMessage(
    @ConnectedSocket() socket: ChatSocket,
    @MessageBody() body: unknown,
    @Ack() reply: Reply<{ message: Message }>,
  ) {
    return this.answer(socket, 'message', reply, () =>
      this.metrics.message('socket', async () => ({ message: await this.store(socket, body) })),
    );
  }

  @SubscribeMessage('message.edit')
  onEdit(
    @ConnectedSocket() socket: ChatSocket,
    @MessageBody() body: unknown,
    @Ack() reply: ((answer: CallAck<'message.edit'>) => void) | undefined,
  ) {
    return this.answer(socket, 'message.edit', reply, () => {
      const request = parse(editRequestSchema, body);
      return this.inOrder(socket, request.id, () => this.changes.edit('socket', socket.data.user.id, request));
    });
  }

  @SubscribeMessage('message.delete')
  onDelete(
    @ConnectedSocket() socket: ChatSocket,
    @MessageBody() body: unknown,
    @Ack() reply: Reply<{ message: Message }>,
  ) {
    return this.answer(socket, 'message.delete', reply, () => {
      const request = parse(deleteRequestSchema, body);
      return this.inOrder(socket, request.id, () => this.changes.delete('socket', socket.data.user.id, request));
    });
  }

  @SubscribeMessage('room.join')
  onJoin(@ConnectedSocket() socket: ChatSocket, @MessageBody() body: unknown, @Ack() reply: Reply<object>) {
    return this.call(socket, 'room.join', reply, async () => {
      const roomId = parse(joinSchema, body);
      return this.streams.call('rooms.authorize', { userId: socket.data.user.id, roomId });
    });
  }

  @SubscribeMessage('sync')
  onSync(@ConnectedSocket() socket: ChatSocket, @MessageBody() body: unknown, @Ack() reply: Reply<object>) {
    return this.call(socket, 'sync', reply, async () => {
      const request = parse(syncRequestSchema, body);
      const limit = this.config.SYNC_PAGE_SIZE;
      return this.streams.call('messages.sync', { ...request, userId: socket.data.user.id, limit });
    });
  }

  @SubscribeMessage('room.read')
  onRead(@ConnectedSocket() socket: ChatSocket, @MessageBody() body: unknown, @Ack() reply: Reply<ReadAnswer>) {
    return this.call(socket, 'room.read', reply, async () => {
      const request = parse(readRequestSchema, body);
      return this.streams.call('rooms.read', { ...request, userId: socket.data.user.id }, { key: randomUUID() });
    });
  }

  @SubscribeMessage('typing')
  onTyping(@ConnectedSocket() socket: ChatSocket, @MessageBody() body: unknown, @Ack() reply: Reply<object>) {
    return this.call(socket, 'typing', reply, async () => {
      const { roomId } = parse(typingRequestSchema, body);
      const { id: userId } = socket.data.user;
      if (!hears(socket, roomId)) throw new ChatError('forbidden', 'Not a room of yours');
      if (!this.pace.take(userId, roomId)) return {};
      this.sockets.deliverTyping({ roomId, userId });
      await this.relay.publish({ type: 'typing', data: { roomId, userId }, to: { room: roomId } });
      return {};
    });
  }

  @SubscribeMessage('online')
  onOnline(@ConnectedSocket() socket: ChatSocket, @MessageBody() body: unknown, @Ack() reply: Reply<OnlineAnswer>) {
    return this.call(socket, 'online', reply, async () => {
      const { after } = parse(onlineRequestSchema, body);
      return this.presenceNews.snapshot(after);
    });
  }

  private async store(socket: ChatSocket, body: unknown): Promise<Message> {
    const { clientId: given, ...send } = readSend(body);
    await this.limits.message(socket.data.user.id);
    const clientId = given ?? randomBytes(12).toString('base64url');
    const request = { ...send, userId: socket.data.user.id, clientId };
    const append = () => this.streams.call('messages.append', request, { key: clientId });
    return this.queues
      .of(socket)
      .run(send.roomId, given ? append : () => untilAnswered(append, this.config.SEND_RETRY_MS));
  }

  /** Behind what the connection sent to the same room before. */
  private inOrder<T>(socket: ChatSocket, messageId: string, change: () => Promise<T>): Promise<T> {
    return this.queues.of(socket).run(messageId.slice(0, messageId.indexOf('-')), change);
  }

  /** Lets the socket hear its rooms; the services may be away for a while. */
  private subscribeRooms(socket: ChatSocket): Promise<void> {
    return retry(() => this.catchUp.subscribeRooms(socket), {
      pauseMs: 100,
      maxPauseMs: 2000,
      isWanted: () => socket.connected,
      failed: (error) => this.logger.debug({ err: error }, 'rooms of a socket not known yet'),
    });
  }

  /** As `answer`, within the limits. */
  private call<T extends object>(
    socket: ChatSocket,
    event: Call,
    reply: Reply<T>,
    call: () => Promise<T>,
  ): Promise<void> {
    return this.answer(socket, event, reply, async () => {
      const leave = await this.limits.begin(socket.data.user.id, event);
      try {
        return await call();
      } finally {
        leave();
      }
    });
  }

  /** Runs a call and tells its outcome to whoever asked to know; the socket outlives whatever happens. */
  private async answer<T extends object>(
    socket: ChatSocket,
    event: string,
    reply: Reply<T>,
    call: () => Promise<T>,
  ): Promise<void> {
    await runWithRequestId(`${this.idPrefix}${(++this.calls).toString(36)}`, async () => {
      try {
        const value = await traced(event, 'request', call);
        reply?.({ ok: true, ...value });
      } catch (error) {
        const refused = { ok: false as const, error: this.refusal(socket, event, error) };
        reply?.(error instanceof EditConflict ? Object.assign(refused, { message: error.current }) : refused);
      }
    });
  }

  private refusal(socket: ChatSocket, event: string, error: unknown): ErrorBody {
    const refusal = toChatError(error);
    this.refusals.socket(socket, event, refusal);
    if (refusal.code === 'internal') this.logger.error({ err: error }, 'socket call failed');
    return refusal.toBody();
  }
}

/** Whether a room's news come to a socket. */
function hears({ data }: ChatSocket, roomId: string): boolean {
  const users = directUsers(roomId);
  return users ? users.includes(data.user.id) : roomId === GENERAL || (data.roomIds?.includes(roomId) ?? false);
}
