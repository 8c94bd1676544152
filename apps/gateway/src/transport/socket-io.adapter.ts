import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import { ChatError } from '@app/contracts';
import type { Config } from '@app/service';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import { Origins } from '../auth/origin';
import type { ReadSession } from '../auth/session';
import { GatewayIdentity } from '../identity';
import { coalescingAdapter } from './coalescing-adapter';
import { Connections } from './connections';
import { guardEngine, refuseOtherUpgrades } from './engine-door';
import { Refusals } from './refusals';

/** Socket.IO on the gateway's own port: own origins only, the session cookie read in the handshake. */
export class SocketIoAdapter extends IoAdapter {
  constructor(
    private readonly app: INestApplicationContext,
    private readonly config: Config,
    private readonly session: ReadSession,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: Partial<ServerOptions>): Server {
    const { admits } = this.app.get(Origins);
    const server: Server = super.createIOServer(port, {
      ...options,
      serveClient: false,
      connectTimeout: this.config.CONNECT_TIMEOUT_MS,
      maxHttpBufferSize: this.config.SOCKET_MESSAGE_BYTES,
      adapter: coalescingAdapter(this.config.COALESCE_MS),
      allowRequest: (request: IncomingMessage, decide: (error: string | null, allowed: boolean) => void) =>
        decide(null, admits(request)),
    } as ServerOptions);
    const { number } = this.app.get(GatewayIdentity);
    // A front reads the number and keeps a polling client on its gateway.
    if (number) server.engine.generateId = () => `${number}.${randomBytes(15).toString('base64url')}`;
    const connections = this.app.get(Connections);
    const refusals = this.app.get(Refusals);
    guardEngine(server, {
      session: this.session,
      admit: (request, conn) => {
        // Of a handshake Engine.IO asks by itself.
        if (conn && !admits(request)) throw new ChatError('forbidden', 'Not from this origin');
        connections.admit(request, conn);
      },
      refused: (request, error) => refusals.engine(request, error),
      opened: (conn) => connections.opened(conn),
    });
    // What the server itself refuses (guard-server.ts).
    server.httpServer.on('refused', (request, error) => refusals.server(request, error));
    server.httpServer.on('upgrade', refuseOtherUpgrades);
    server.httpServer.on('connection', (socket: TcpSocket) => connections.peer(socket));
    return server;
  }

  /** The binder lets sockets call (`socket-binder.ts`); Nest's own way costs each of them a dozen objects of RxJS. */
  override bindMessageHandlers(): void {}
}
