import {
  ChatError,
  directRoomId,
  directUsers,
  type FactData,
  GENERAL,
  type ReadAnswer,
  type RoomSummary,
  requireStanding,
  roomKind,
  type ShownRoom,
  type WorkParsed,
  type WorkReply,
} from '@app/contracts';
import { Redis } from '@app/redis';
import { batches, CONFIG, type Config, Rights } from '@app/service';
import { type CallContext, StreamsClient, WorkContext } from '@app/streams';
import { Controller, Inject, type OnApplicationBootstrap } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { KnownNames } from './known-names';
import { compareRooms, RoomsStore } from './rooms.store';

/** Bound of ids in one request to another service. */
const BATCH = 500;
/** Rooms looked up at a time for a list, and for one answer. */
const LISTED_AT_A_TIME = 200;
const LISTED = 1000;

@Controller()
export class RoomsController implements OnApplicationBootstrap {
  private readonly known = new KnownNames();

  constructor(
    private readonly store: RoomsStore,
    private readonly rights: Rights,
    private readonly streams: StreamsClient,
    private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    const name = () => void this.store.nameGeneral().catch(() => undefined);
    this.redis.on('ready', name);
    if (this.redis.status === 'ready') name();
  }

  @MessagePattern('rooms.list')
  async list(
    @Payload() { userId, after }: WorkParsed<'rooms.list'>,
    @Ctx() context: WorkContext,
  ): Promise<WorkReply<'rooms.list'>> {
    const { roomIds, malformed, epoch } = await this.store.listed(userId);
    const ids = after === undefined ? roomIds : roomIds.filter((id) => compareRooms(id, after) > 0);
    const names = (users: readonly string[]) => this.known.of(users, epoch, (some) => this.usernames(some, context));
    const rooms: RoomSummary[] = [];
    let bytes = this.config.ANSWER_BYTES;
    for (let from = 0; from < ids.length; from += LISTED_AT_A_TIME) {
      if (from >= LISTED) return { rooms, malformed, next: ids[from - 1] ?? '' };
      for (const room of await this.summaries(userId, ids.slice(from, from + LISTED_AT_A_TIME), names)) {
        bytes -= Buffer.byteLength(JSON.stringify(room));
        if (bytes < 0 && rooms.length > 0) return { rooms, malformed, next: rooms.at(-1)?.id ?? '' };
        rooms.push(room);
      }
    }
    return { rooms, malformed };
  }

  @MessagePattern('rooms.shown')
  async shown(
    @Payload() { userId, after }: WorkParsed<'rooms.shown'>,
    @Ctx() context: WorkContext,
  ): Promise<WorkReply<'rooms.shown'>> {
    const { roomIds, malformed } = await this.store.membership(userId);
    const ids = (after === undefined ? roomIds : roomIds.filter((id) => compareRooms(id, after) > 0)).slice(0, LISTED);
    const direct = ids.filter((id) => roomKind(id) === 'direct');
    const [begun, names] = await Promise.all([
      this.begun(direct, context),
      this.store.names(ids.filter((id) => roomKind(id) !== 'direct')),
    ]);
    const there = new Set(begun);
    const rooms: WorkReply<'rooms.shown'>['rooms'] = [];
    let bytes = this.config.ANSWER_BYTES;
    for (const id of ids) {
      const isDirect = roomKind(id) === 'direct';
      if (isDirect && !there.has(id)) continue;
      const room = { id, name: isDirect ? null : (names.get(id) ?? id) };
      bytes -= Buffer.byteLength(JSON.stringify(room));
      if (bytes < 0 && rooms.length > 0) return { rooms, malformed, next: rooms.at(-1)?.id ?? '' };
      rooms.push(room);
    }
    const last = ids.length === LISTED && ids.at(-1);
    return { rooms, malformed, ...(last && { next: last }) };
  }

  @MessagePattern('rooms.memberships')
  async memberships(@Payload() { userIds }: WorkParsed<'rooms.memberships'>): Promise<WorkReply<'rooms.memberships'>> {
    const memberships = await Promise.all(userIds.map((id) => this.store.membership(id)));
    return { memberships: memberships.map(({ userId, version, roomIds }) => ({ userId, version, roomIds })) };
  }

  @MessagePattern('rooms.open')
  async open(
    @Payload() { userId, otherId }: WorkParsed<'rooms.open'>,
    @Ctx() context: WorkContext,
  ): Promise<ShownRoom> {
    if (userId === otherId) throw new ChatError('invalid', 'userId: must be somebody else');
    const id = directRoomId(userId, otherId);
    const userIds = directUsers(id) ?? [];
    const usernames = await this.usernames([...userIds], context);
    const names = userIds.map((user) => usernames.get(user));
    if (names.includes(undefined)) throw new ChatError('not_found', 'No such user');
    await this.store.addToLists(id, userIds);
    return { id, names: names as string[] };
  }

  @MessagePattern('rooms.authorize')
  async authorize(
    @Payload() { roomId }: WorkParsed<'rooms.authorize'>,
    @Ctx() { actor }: WorkContext,
  ): Promise<object> {
    await this.rights.require(actor, 'join', roomId);
    return {};
  }

  @MessagePattern('rooms.read')
  async read(
    @Payload() { userId, roomId, seq }: WorkParsed<'rooms.read'>,
    @Ctx() { actor }: WorkContext,
  ): Promise<ReadAnswer> {
    requireStanding(actor, 'mark', roomId);
    return { seq: await this.store.markRead(userId, roomId, seq, actor) };
  }

  @EventPattern('user.registered')
  async userRegistered(@Payload() { id }: FactData<'user.registered'>): Promise<void> {
    await this.store.addToLists(GENERAL, [id]);
  }

  @EventPattern<string>('room.started')
  async roomStarted(@Payload() { roomId }: FactData<'room.started'>, @Ctx() context: WorkContext): Promise<void> {
    const userIds = [...(directUsers(roomId) ?? [])];
    const [{ heads }, names] = await Promise.all([
      this.streams.call('messages.heads', { roomIds: [roomId] }, { context }),
      this.usernames(userIds, context),
    ]);
    // What a gateway heard from a demo server need not be true.
    if (!heads[0]?.message || !userIds.every((id) => names.has(id))) return;
    await this.store.addToLists(roomId, userIds);
    await this.store.tellBegun(roomId, userIds);
  }

  /** Lines of a list; without direct rooms in which nothing was said. */
  private async summaries(
    userId: string,
    roomIds: readonly string[],
    namesOf: (users: readonly string[]) => Promise<ReadonlyMap<string, string>>,
  ): Promise<RoomSummary[]> {
    const direct = roomIds.filter((id) => roomKind(id) === 'direct');
    const [lines, usernames, names] = await Promise.all([
      this.store.lines(userId, roomIds, this.config.ANSWER_BYTES),
      namesOf([...new Set(direct.flatMap((id) => directUsers(id) ?? []))]),
      this.store.names(roomIds.filter((id) => roomKind(id) !== 'direct')),
    ]);
    const rooms = roomIds.map((id): RoomSummary | undefined => {
      const line = lines.get(id);
      if (!line) return undefined;
      const userIds = directUsers(id);
      if (!userIds) return { id, kind: roomKind(id), names: [names.get(id) ?? id], ...line };
      const both = userIds.map((user) => usernames.get(user));
      if (!line.lastMessage || both.includes(undefined)) return undefined;
      return { id, kind: 'direct', names: both as string[], userIds, ...line };
    });
    return rooms.filter((room) => room !== undefined);
  }

  /** Those of these rooms in which something was said; of what servers of the demo alone wrote to the messages service knows. */
  private async begun(roomIds: readonly string[], context: CallContext): Promise<string[]> {
    const known = await this.store.withHead(roomIds);
    const heads = new Set(known);
    const others = roomIds.filter((id) => !heads.has(id));
    const found = await this.inBatches(others, async (batch) => {
      return (await this.streams.call('messages.begun', { roomIds: batch }, { context })).roomIds;
    });
    return [...known, ...found];
  }

  private async usernames(ids: readonly string[], context: CallContext): Promise<Map<string, string>> {
    const users = await this.inBatches(
      ids,
      async (batch) => (await this.streams.call('auth.users', { ids: batch }, { context })).users,
    );
    return new Map(users.map((user) => [user.id, user.username]));
  }

  private async inBatches<T>(ids: readonly string[], ask: (batch: string[]) => Promise<T[]>): Promise<T[]> {
    return (await Promise.all([...batches(ids, BATCH)].map(ask))).flat();
  }
}
