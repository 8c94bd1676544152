import {
  ChatError,
  GENERAL,
  type Message,
  notAMember,
  type Position,
  type WorkParsed,
  type WorkReply,
} from '@app/contracts';
import { CONFIG, type Config, FairTurns, Rights } from '@app/service';
import {
  type BatchAnswers,
  BatchPattern,
  type BatchRequest,
  type CallContext,
  InOrderPattern,
  Json,
  WorkContext,
} from '@app/streams';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { Appending } from './appending';
import { ChangesStore } from './changes.store';
import { Growth } from './growth';
import { HistoryStore } from './history.store';
import { cleanText } from './messages-policy';

@Controller()
export class MessagesController {
  /** Each of these holds an answer as large as it may be: a storm of them waits here, by user, and not in the memory. */
  private readonly reads: FairTurns;

  constructor(
    private readonly appending: Appending,
    private readonly changes: ChangesStore,
    private readonly history: HistoryStore,
    private readonly growth: Growth,
    private readonly rights: Rights,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.reads = new FairTurns({ all: config.LARGE_READS, each: config.LARGE_READS });
  }

  @BatchPattern('messages.append')
  append(@Payload() requests: BatchRequest<WorkParsed<'messages.append'>>[]): Promise<BatchAnswers<Json>> {
    return this.appending.append(requests);
  }

  @InOrderPattern('messages.edit')
  async edit(
    @Payload() { userId, id, message: given, ifRev }: WorkParsed<'messages.edit'>,
    @Ctx() context: WorkContext,
  ): Promise<WorkReply<'messages.edit'>> {
    const text = cleanText(given, this.config.MAX_MESSAGE_LENGTH);
    const { message, ...how } = await this.changes.edit(userId, id, text, ifRev, context.actor);
    return { message: await this.told(message, context), ...how };
  }

  @InOrderPattern('messages.delete')
  async delete(
    @Payload() { userId, id }: WorkParsed<'messages.delete'>,
    @Ctx() context: WorkContext,
  ): Promise<Message> {
    return this.told(await this.changes.delete(userId, id, context.actor), context);
  }

  @MessagePattern('messages.get')
  get(@Payload() { userId, id }: WorkParsed<'messages.get'>, @Ctx() { actor }: WorkContext): Promise<Json> {
    return this.history.get(userId, id, actor);
  }

  @MessagePattern('messages.page')
  async page(@Payload() request: WorkParsed<'messages.page'>, @Ctx() { actor }: WorkContext): Promise<Json> {
    const { userId, roomId, before, after, around, limit } = request;
    if ([before, after, around].filter((place) => place !== undefined).length > 1) {
      throw new ChatError('invalid', 'before, after, around: one at most');
    }
    // Right and page are read in one round trip; the page is dropped where the right is missing.
    return this.reads.run(userId, async () => {
      const [page] = await Promise.all([
        this.history.page(roomId, { before, after, around }, limit),
        this.rights.require(actor, 'read', roomId),
      ]);
      return page;
    });
  }

  @MessagePattern('messages.slice')
  async slice(@Payload() request: WorkParsed<'messages.slice'>, @Ctx() { actor }: WorkContext): Promise<Json> {
    const { userId, roomId, offset, size } = request;
    if (userId === null && roomId !== GENERAL) throw notAMember();
    return this.reads.run(userId ?? '', async () => {
      const [slice] = await Promise.all([
        this.history.slice(roomId, offset, size),
        userId !== null && this.rights.require(actor, 'read', roomId),
      ]);
      return slice;
    });
  }

  @MessagePattern('messages.sync')
  async sync(@Payload() request: WorkParsed<'messages.sync'>, @Ctx() { actor }: WorkContext): Promise<Json> {
    const { userId, epoch, positions, limit } = request;
    const allowed = await Promise.all(positions.map(({ roomId }) => this.rights.may(actor, 'read', roomId)));
    const readable = positions.filter((_, i) => allowed[i]);
    const forbidden = positions
      .filter((_, i) => !allowed[i])
      .map(({ roomId }) => JSON.stringify({ status: 'forbidden', roomId }));
    return this.reads.run(userId, () => this.missedSince(epoch, readable, limit, forbidden));
  }

  @MessagePattern('messages.missed')
  missed(@Payload() request: WorkParsed<'messages.missed'>): Promise<Json> {
    return this.reads.run('', () => this.missedSince(request.epoch, request.positions, request.limit));
  }

  @MessagePattern('messages.begun')
  async begun(@Payload() { roomIds }: WorkParsed<'messages.begun'>): Promise<WorkReply<'messages.begun'>> {
    return { roomIds: await this.history.begun(roomIds) };
  }

  @MessagePattern('messages.heads')
  heads(@Payload() { roomIds }: WorkParsed<'messages.heads'>): Promise<Json> {
    return this.reads.run('', () => this.history.heads(roomIds));
  }

  /** @param others answers of rooms that are not to be read @returns a `SyncAnswer` */
  private async missedSince(
    known: string | undefined,
    positions: Position[],
    limit: number,
    others: string[] = [],
  ): Promise<Json> {
    // The epoch is read before the rooms: if the database is replaced in between, the answer has the old epoch and is asked again.
    const epoch = await this.history.epoch();
    const rooms =
      known !== undefined && known !== epoch
        ? positions.map(({ roomId }) => JSON.stringify({ status: 'reset', roomId }))
        : await this.history.sync(positions, limit);
    return new Json(`{"epoch":${JSON.stringify(epoch)},"rooms":[${[...rooms, ...others].join(',')}]}`);
  }

  /** Once who follows the message's room is told, if anybody does. */
  private told(message: Message, context: CallContext): Message | Promise<Message> {
    return this.growth.grew(message, context)?.then(() => message) ?? message;
  }
}
