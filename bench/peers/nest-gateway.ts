// Peer (c): a gateway as Nest's documentation shows it, with a service behind Nest's Redis transport.
import 'reflect-metadata';
import { Controller, Get, Inject, Module, Param, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type ClientProxy, ClientsModule, Transport } from '@nestjs/microservices';
import { IoAdapter } from '@nestjs/platform-socket.io';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { firstValueFrom } from 'rxjs';
import type { Server, ServerOptions, Socket } from 'socket.io';
import { portOf, ready, type Sent } from './message';

const MESSAGES = 'MESSAGES';

@WebSocketGateway()
class ChatGateway implements OnGatewayConnection {
  @WebSocketServer() private readonly server!: Server;

  constructor(@Inject(MESSAGES) private readonly messages: ClientProxy) {}

  handleConnection(socket: Socket) {
    const { rooms } = socket.handshake.query as Record<string, string>;
    if (rooms) socket.join(rooms.split(','));
  }

  @SubscribeMessage('message')
  async onMessage(@MessageBody() sent: Sent, @ConnectedSocket() socket: Socket) {
    const request = { ...sent, from: socket.handshake.query.user };
    const message = await firstValueFrom(this.messages.send('messages.append', request));
    this.server.to(sent.roomId).emit('message', message);
    return message;
  }
}

@Controller('rooms/:roomId/messages')
class HistoryController {
  constructor(@Inject(MESSAGES) private readonly messages: ClientProxy) {}

  /** A page, newest first. */
  @Get()
  page(@Param('roomId') roomId: string, @Query('offset') offset = '0', @Query('size') size = '50') {
    return this.messages.send('messages.page', { roomId, offset: Number(offset), size: Number(size) });
  }
}

@Module({
  imports: [
    ClientsModule.register([
      {
        name: MESSAGES,
        transport: Transport.REDIS,
        options: { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) },
      },
    ]),
  ],
  controllers: [HistoryController],
  providers: [ChatGateway],
})
class GatewayModule {}

/** For several gateways, as Nest's documentation has it. */
class RedisIoAdapter extends IoAdapter {
  private readonly publisher = new Redis(Number(process.env.REDIS_PORT), '127.0.0.1');
  private readonly adapter = createAdapter(this.publisher, this.publisher.duplicate());

  override createIOServer(port: number, options?: ServerOptions): Server {
    const server: Server = super.createIOServer(port, options);
    server.adapter(this.adapter);
    return server;
  }
}

async function start(): Promise<void> {
  const app = await NestFactory.create(GatewayModule, { logger: ['error'] });
  if (process.env.ADAPTER === 'redis') app.useWebSocketAdapter(new RedisIoAdapter(app));
  await app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
  ready(portOf(app.getHttpServer().address()));
}

void start();
