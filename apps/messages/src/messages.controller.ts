import {
  ChatError,
  directUsers,
  GENERAL,
  type Message,
  type Position,
  roomKind,
  type ShownRoom,
  type SyncAnswer,
  type SyncedRoom,
  type WorkParsed,
  type WorkReply,
} from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { type Json, StreamsClient } from '@app/streams';
import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { MessagesStore } from './messages.store';
import { cleanText, requirePossible } from './messages-policy';

@Controller()
export class MessagesController {
  constructor(
    private readonly store: MessagesStore,
    private readonly streams: StreamsClient,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @MessagePattern('messages.append')
  async append(@Payload() request: WorkParsed<'messages.append'>): Promise<Message> {
    requirePossible(request.userId, request.roomId);
    const message = { ...request, message: cleanText(request.message, this.config.MAX_MESSAGE_LENGTH) };
    let appended = await this.store.append(message);
    if (appended === 'names') appended = await this.store.append(message, await this.shownRoom(request.roomId));
    if (appended === 'names') throw new ChatError('internal', 'The room could not be named');
    if (appended.first) {
      const { roomId } = request;
      await this.streams.emitEvent('room.started', { roomId }, { key: `room.started:${roomId}` });
    }
    return appended.message;
  }

  @MessagePattern('messages.page')
  async page(@Payload() request: WorkParsed<'messages.page'>): Promise<Json> {
    const { userId, roomId, before, after, around, limit } = request;
    if ([before, after, around].filter((place) => place !== undefined).length > 1) {
      throw new ChatError('invalid', 'before, after, around: one at most');
    }
    // In one round trip; nobody sees the page of a room that is not theirs.
    const [page] = await Promise.all([
      this.store.page(roomId, { before, after, around }, limit),
      this.requireMember(userId, roomId),
    ]);
    return page;
  }

  @MessagePattern('messages.slice')
  async slice(@Payload() request: WorkParsed<'messages.slice'>): Promise<WorkReply<'messages.slice'>> {
    const { userId, roomId, offset, size } = request;
    if (userId !== null) await this.requireMember(userId, roomId);
    else if (roomId !== GENERAL) throw new ChatError('forbidden', 'Not a member of this room');
    return { messages: await this.store.slice(roomId, offset, size) };
  }

  @MessagePattern('messages.sync')
  async sync(@Payload() request: WorkParsed<'messages.sync'>): Promise<SyncAnswer> {
    const allowed = await Promise.all(request.positions.map(({ roomId }) => this.mayRead(request.userId, roomId)));
    const readable = request.positions.filter((_, i) => allowed[i]);
    const forbidden: SyncedRoom[] = request.positions
      .filter((_, i) => !allowed[i])
      .map(({ roomId }) => ({ status: 'forbidden', roomId }));
    const answer = await this.missedSince(request.epoch, readable, request.limit);
    return { ...answer, rooms: [...answer.rooms, ...forbidden] };
  }

  @MessagePattern('messages.missed')
  missed(@Payload() request: WorkParsed<'messages.missed'>): Promise<SyncAnswer> {
    return this.missedSince(request.epoch, request.positions, request.limit);
  }

  @MessagePattern('messages.heads')
  heads(@Payload() { roomIds }: WorkParsed<'messages.heads'>): Promise<Json> {
    return this.store.heads(roomIds);
  }

  private async missedSince(known: string | undefined, positions: Position[], limit: number): Promise<SyncAnswer> {
    // Read before the rooms: should the database be replaced in between, the answer bears the old name and is asked again.
    const epoch = await this.store.epoch();
    if (known !== undefined && known !== epoch) {
      return { epoch, rooms: positions.map(({ roomId }) => ({ status: 'reset', roomId })) };
    }
    return { epoch, rooms: await this.store.sync(positions, limit) };
  }

  private async mayRead(userId: string, roomId: string): Promise<boolean> {
    if (roomKind(roomId) === 'direct') return directUsers(roomId)?.includes(userId) ?? false;
    return roomKind(roomId) === 'general' || this.store.isMember(roomId, userId);
  }

  private async requireMember(userId: string, roomId: string): Promise<void> {
    if (!(await this.mayRead(userId, roomId))) throw new ChatError('forbidden', 'Not a member of this room');
  }

  /** Both users of a direct room must exist; their names go with the room's first message. */
  private async shownRoom(roomId: string): Promise<ShownRoom> {
    const ids = directUsers(roomId) ?? [];
    const { users } = await this.streams.call('auth.users', { ids: [...ids] });
    if (users.length !== ids.length) throw new ChatError('not_found', 'No such user');
    return { id: roomId, names: users.map((user) => user.username) };
  }
}
