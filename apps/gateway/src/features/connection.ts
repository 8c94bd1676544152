import { type Hello, PROTOCOL_VERSION } from '@app/contracts';
import { CONFIG, type Config, LOGGER, type Logger, retry } from '@app/service';
import { Inject } from '@nestjs/common';
import {
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  WebSocketGateway,
} from '@nestjs/websockets';
import { PresenceService } from '../hub/presence/presence.service';
import { SocketAuth } from '../hub/socket-auth';
import { LEGACY_CLIENTS, Sockets, sessionRoom, userRoom } from '../hub/sockets';
import { GatewayIdentity } from '../identity';
import { CatchUp } from '../relay/catch-up';
import type { ChatServer, ChatSocket } from '../transport/chat-socket';
import { letGo } from '../transport/engine-lean';
import { SocketBinder } from '../transport/socket-binder';

/** Sockets come and go. */
@WebSocketGateway()
export class Connection implements OnGatewayInit<ChatServer>, OnGatewayConnection, OnGatewayDisconnect {
  private about: string | undefined;

  constructor(
    private readonly calls: SocketBinder,
    private readonly sockets: Sockets,
    private readonly auth: SocketAuth,
    private readonly presence: PresenceService,
    private readonly catchUp: CatchUp,
    private readonly identity: GatewayIdentity,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}
  afterInit(io: ChatServer): void {
    this.sockets.attach(io);
    io.use((socket, next) => void this.auth.admit(socket, next));
  }

  async handleConnection(socket: ChatSocket): Promise<void> {
    const { user, sessionHash } = socket.data;
    const isOurs = socket.handshake.auth.protocol === PROTOCOL_VERSION;
    const joined = socket.join([userRoom(user.id), sessionRoom(sessionHash), ...(isOurs ? [] : [LEGACY_CLIENTS])]);
    // At once: were it gone by then, nobody would count it out.
    void this.presence.connected({ id: socket.id, user }).then((count) => this.auth.counted(socket, count));
    await joined;
    await this.subscribeRooms(socket);
    if (!socket.connected) return;
    letGo(socket);
    this.sockets.tell(socket, 'hello', `{"user":${JSON.stringify(user)},"now":${Date.now()},${this.aboutThis()}`);
  }

  /** What every hello says of this gateway, as the rest of a JSON object. */
  private aboutThis(): string {
    if (this.about !== undefined) return this.about;
    const { MAX_MESSAGE_LENGTH: maxMessageLength, EDIT_WINDOW_MS: editWindowMs } = this.config;
    const can = { maxMessageLength, editWindowMs, calls: [...this.calls.names] };
    const hello: Omit<Hello, 'user' | 'now'> = { serverId: this.identity.id, protocol: PROTOCOL_VERSION, ...can };
    this.about = JSON.stringify(hello).slice(1);
    return this.about;
  }

  handleDisconnect(socket: ChatSocket): void {
    this.presence.disconnected(socket.id);
  }

  /** Lets the socket hear its rooms; the services may be away for a while. */
  private subscribeRooms(socket: ChatSocket): Promise<void> {
    return retry(() => this.catchUp.subscribeRooms(socket), {
      pauseMs: 100,
      maxPauseMs: 2000,
      isWanted: () => socket.connected,
      failed: (error) => this.logger.debug({ err: error }, 'reading the rooms of a socket failed, trying again'),
    });
  }
}
