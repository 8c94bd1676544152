import { randomUUID } from 'node:crypto';
import {
  type ReadAnswer,
  type RoomsBody,
  roomIdSchema,
  type ShownRoom,
  syncRequestSchema,
  type User,
  type WorkReply,
} from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { StreamsClient } from '@app/streams';
import { Body, Controller, Get, Header, Inject, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { Costs, CurrentUser, SignedIn } from '../auth/guards';
import { Limits } from '../auth/limits';
import { GatewayMetrics } from '../gateway-metrics';
import {
  openRoomSchema,
  pageQuerySchema,
  postMessageBodySchema,
  readBodySchema,
  roomsQuerySchema,
} from '../transport/bodies';
import { Contract } from '../transport/contract.pipe';

@Controller('api')
@UseGuards(SignedIn)
export class RoomsController {
  constructor(
    private readonly streams: StreamsClient,
    private readonly limits: Limits,
    private readonly metrics: GatewayMetrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The caller's rooms with names and last messages, those after a room's id. */
  @Get('rooms')
  @Costs('rooms')
  async list(
    @CurrentUser() { id }: User,
    @Query(new Contract(roomsQuerySchema)) query: z.output<typeof roomsQuerySchema>,
  ): Promise<RoomsBody> {
    const { rooms, next } = await this.streams.call('rooms.list', { userId: id, ...query });
    return { rooms, ...(next && { next }) };
  }

  /** Opens the private room with another user. */
  @Post('rooms')
  @Costs('room.open')
  open(
    @CurrentUser() { id }: User,
    @Body(new Contract(openRoomSchema)) body: z.output<typeof openRoomSchema>,
  ): Promise<ShownRoom> {
    return this.streams.call('rooms.open', { userId: id, otherId: body.userId }, { key: randomUUID() });
  }

  /** A page of a room's history (a `Page`): around a message, beside another page, or the newest one. */
  @Get('rooms/:roomId/messages')
  @Costs('page')
  @Header('Content-Type', 'application/json; charset=utf-8')
  page(
    @CurrentUser() { id }: User,
    @Param('roomId', new Contract(roomIdSchema)) roomId: string,
    @Query(new Contract(pageQuerySchema)) { limit, ...at }: z.output<typeof pageQuerySchema>,
  ): Promise<string> {
    const request = { userId: id, roomId, ...at, limit: limit ?? this.config.PAGE_SIZE };
    return this.streams.callForText('messages.page', request);
  }

  /** Posts a message; repeating it with the same `clientId` is safe. */
  @Post('rooms/:roomId/messages')
  async post(
    @CurrentUser() { id }: User,
    @Param('roomId', new Contract(roomIdSchema)) roomId: string,
    @Body(new Contract(postMessageBodySchema)) body: z.output<typeof postMessageBodySchema>,
  ): Promise<{ message: WorkReply<'messages.append'> }> {
    return this.metrics.message('http', async () => {
      await this.limits.message(id);
      const clientId = body.clientId ?? randomUUID();
      const request = { userId: id, roomId, message: body.message, clientId };
      return { message: await this.streams.call('messages.append', request, { key: clientId }) };
    });
  }

  /** Marks everything in a room up to a place as read; all sockets of the caller are told. */
  @Put('rooms/:roomId/read')
  @Costs('room.read')
  read(
    @CurrentUser() { id }: User,
    @Param('roomId', new Contract(roomIdSchema)) roomId: string,
    @Body(new Contract(readBodySchema)) { seq }: z.output<typeof readBodySchema>,
  ): Promise<ReadAnswer> {
    return this.streams.call('rooms.read', { userId: id, roomId, seq }, { key: randomUUID() });
  }

  /** What the caller missed in its rooms since its positions (a `SyncAnswer`). */
  @Post('sync')
  @Costs('sync')
  @Header('Content-Type', 'application/json; charset=utf-8')
  sync(
    @CurrentUser() { id }: User,
    @Body(new Contract(syncRequestSchema)) body: z.output<typeof syncRequestSchema>,
  ): Promise<string> {
    return this.streams.callForText('messages.sync', { ...body, userId: id, limit: this.config.SYNC_PAGE_SIZE });
  }
}
