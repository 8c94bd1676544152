import {
  ChatError,
  noSuchRoom,
  type RoomView,
  roomKind,
  userActor,
  type WorkParsed,
  type WorkReply,
} from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { StreamsClient, WorkContext } from '@app/streams';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { type CardChange, NamedRoomsStore } from './named-rooms.store';
import { RoomsRepair } from './rooms-repair';

/** Of a page of the directory, when nobody says. */
const LISTED = 50;

/** Named rooms, but for who is in them. */
@Controller()
export class NamedRoomsController {
  constructor(
    private readonly store: NamedRoomsStore,
    private readonly repairs: RoomsRepair,
    private readonly streams: StreamsClient,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @MessagePattern('rooms.create')
  async create(@Payload() request: WorkParsed<'rooms.create'>, @Ctx() context: WorkContext): Promise<RoomView> {
    const { userId, key, name, visibility, topic = '', purpose = '', posting = 'all' } = request;
    const actor = context.actor ?? userActor(userId);
    if (this.config.ROOM_CREATION === 'admins' && actor.kind !== 'system' && actor.instanceRole !== 'admin') {
      throw new ChatError('forbidden', 'Only admins of this installation make rooms');
    }
    const [owner] = (await this.streams.call('auth.users', { ids: [userId] }, { context })).users;
    if (!owner) throw new ChatError('not_found', 'No such user');
    const roomId = await this.store.create(owner, { name, visibility, topic, purpose, posting }, key);
    return this.store.view(userActor(userId), roomId);
  }

  @MessagePattern('rooms.directory')
  directory(
    @Payload() { userId, q = '', after, limit = LISTED }: WorkParsed<'rooms.directory'>,
    @Ctx() { actor = userActor(userId) }: WorkContext,
  ): Promise<WorkReply<'rooms.directory'>> {
    return this.store.list(actor, q, limit, after);
  }

  @MessagePattern('rooms.look')
  async look(
    @Payload() { userId, roomId }: WorkParsed<'rooms.look'>,
    @Ctx() { actor = userActor(userId) }: WorkContext,
  ): Promise<RoomView> {
    return this.store.view(actor, requireNamed(roomId));
  }

  @MessagePattern('rooms.update')
  update(
    @Payload() { roomId, ifRev, userId, ...change }: WorkParsed<'rooms.update'>,
    @Ctx() context: WorkContext,
  ): Promise<RoomView> {
    return this.change(context, userId, 'manage', roomId, change, ifRev);
  }

  @MessagePattern('rooms.flip')
  flip(
    @Payload() { roomId, userId, visibility }: WorkParsed<'rooms.flip'>,
    @Ctx() context: WorkContext,
  ): Promise<RoomView> {
    return this.change(context, userId, 'flip', roomId, { visibility });
  }

  @MessagePattern('rooms.archive')
  archive(@Payload() { roomId, userId }: WorkParsed<'rooms.archive'>, @Ctx() context: WorkContext): Promise<RoomView> {
    return this.change(context, userId, 'archive', roomId, { archived: true });
  }

  @MessagePattern('rooms.restore')
  restore(@Payload() { roomId, userId }: WorkParsed<'rooms.restore'>, @Ctx() context: WorkContext): Promise<RoomView> {
    return this.change(context, userId, 'archive', roomId, { archived: false });
  }

  @MessagePattern('rooms.repair')
  repair(): Promise<WorkReply<'rooms.repair'>> {
    return this.repairs.run();
  }

  private async change(
    { actor: given }: WorkContext,
    userId: string,
    act: 'manage' | 'flip' | 'archive',
    roomId: string,
    change: CardChange,
    ifRev?: number,
  ): Promise<RoomView> {
    const actor = given ?? userActor(userId);
    await this.store.change(actor, act, requireNamed(roomId), withoutUndefined(change), ifRev);
    return this.store.view(actor, roomId);
  }
}

/** General and direct rooms are none of these. @throws ChatError `not_found` */
export function requireNamed(roomId: string): string {
  if (roomKind(roomId) !== 'named') throw noSuchRoom();
  return roomId;
}

function withoutUndefined(change: { [K in keyof CardChange]?: CardChange[K] | undefined }): CardChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
