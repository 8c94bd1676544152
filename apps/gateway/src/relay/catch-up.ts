import {
  type Changed,
  directUsers,
  entityOf,
  type MembershipChanged,
  type Message,
  type Position,
  revOf,
  roomKind,
  type ShownRoom,
  type SyncedRoom,
  type User,
} from '@app/contracts';
import { together } from '@app/redis';
import { batches, CONFIG, type Config, LOGGER, type Logger, retry } from '@app/service';
import { StreamsClient } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayMetrics } from '../gateway-metrics';
import { Memberships, USERS_AT_A_TIME } from '../hub/memberships';
import { PresenceStore } from '../hub/presence/presence.store';
import { PresenceNews } from '../hub/presence/presence-news';
import { SessionRegistry } from '../hub/session-registry';
import { Sockets } from '../hub/sockets';
import type { ChatSocket } from '../transport/chat-socket';
import { Ears } from './ears';
import { RoomPositions } from './room-positions';

/** Bound of ids and positions in one request. */
const BATCH = 500;
/** Bound where each may have a long answer. */
const LARGE_BATCH = 100;
/** Messages of one answer. */
const PAGE = 500;

/** Fetches and emits what this gateway's sockets missed while its subscription was deaf. */
@Injectable()
export class CatchUp {
  private began = false;
  private readonly readRooms = together((userIds: readonly string[]) => this.roomsOf(userIds), USERS_AT_A_TIME);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly streams: StreamsClient,
    private readonly sockets: Sockets,
    private readonly memberships: Memberships,
    private readonly sessions: SessionRegistry,
    private readonly positions: RoomPositions,
    private readonly ears: Ears,
    private readonly presence: PresenceStore,
    private readonly presenceNews: PresenceNews,
    private readonly metrics: GatewayMetrics,
  ) {}

  /** Subscribes a socket to its user's rooms; from here on it misses nothing of them. */
  async subscribeRooms(socket: ChatSocket): Promise<void> {
    await this.readRooms(socket.data.user.id);
    socket.data.isSubscribed = true;
  }

  /** Reads the rooms of those who come at the same time. */
  private async roomsOf(userIds: readonly string[]): Promise<(readonly string[])[]> {
    const rooms = await this.memberships.read([...new Set(userIds)]);
    await this.track([...new Set([...rooms.values()].flat())]);
    return userIds.map((id) => rooms.get(id) ?? []);
  }

  /** A user is in a room, or no more. The sockets here hear it at once; what was said before their clients fetch. */
  async membershipChanged(change: MembershipChanged): Promise<void> {
    const { userId, roomId } = change;
    const isApplied = this.memberships.changed(change);
    const isNamed = roomId === undefined || roomKind(roomId) === 'named';
    if (!this.sockets.hasUser(userId) || (isApplied && !isNamed)) return;
    await retry(
      async () => {
        const rooms = isApplied ? [roomId ?? []].flat() : ((await this.memberships.read([userId])).get(userId) ?? []);
        // A direct room is followed from its first message on, or once it is told that there is one.
        await this.track(rooms.filter((id) => roomKind(id) !== 'direct'));
      },
      {
        pauseMs: 100,
        maxPauseMs: 2000,
        isWanted: () => this.sockets.hasUser(userId),
        failed: (error) => this.logger.debug({ err: error }, 'rooms of a user not known yet'),
      },
    );
    if (isNamed) this.sockets.deliverOurs({ user: userId }, 'rooms.stale', { spreadMs: 0 });
  }

  /** Somebody is out of a room, by the room's own news: in whatever order those of their list come, they hear nothing after it. */
  memberChanged({ roomId, rev, member }: Changed): void {
    if (member?.role === null) this.memberships.left(member.userId, roomId, rev);
  }

  /**
   * Emits what was missed: ended sessions, memberships, messages in their order, presence.
   * @param isCurrent false once the subscription broke again; the rest is left to the next run
   */
  async run(isCurrent: () => boolean): Promise<void> {
    await this.sessions.check();
    this.positions.prune((roomId) => this.sockets.anyoneHears(roomId));
    await this.refreshMemberships();
    const count = await this.emitMissed(isCurrent);
    if (isCurrent()) await this.emitPresence(isCurrent);
    if (this.began) {
      // Which read marks were missed is not known.
      this.sockets.deliverOurs('all', 'rooms.stale', { spreadMs: this.config.RESYNC_SPREAD_MS });
      this.metrics.catchUps.inc();
      this.metrics.caughtUp.inc(count);
      this.logger.info({ messages: count }, 'caught up on missed messages');
    }
    this.began = true;
  }

  /**
   * A direct room is in its people's lists. Who was deaf when it began, and has caught up before it was listed, heard
   * nothing of it.
   * @param isCurrent false once the subscription broke: the next run fetches the room
   */
  async begun(roomId: string, isCurrent: () => boolean): Promise<void> {
    if (roomKind(roomId) !== 'direct' || this.knows(roomId)) return;
    const start: Position = { roomId, seq: 0, id: '', rev: 0 };
    this.positions.start(start);
    try {
      await this.ears.follow([roomId]);
      const asked = { epoch: this.positions.epoch, positions: [start], limit: PAGE };
      const [room] = (await this.streams.call('messages.missed', asked)).rooms;
      if (room?.status !== 'ok') return;
      const shown = await this.shown(roomId);
      if (!isCurrent()) return;
      if (!this.positions.hasBegun(roomId)) this.show(shown);
      // What came live meanwhile was emitted already.
      for (const message of room.messages) {
        const { seq } = message;
        if (seq !== undefined && !this.positions.knows({ roomId, seq })) this.emit(message);
      }
      this.positions.start(room.upTo);
    } catch (error) {
      // What is heard of it next shows the gap.
      this.logger.warn({ err: error, roomId }, 'catching up a new direct room failed');
    }
  }

  /** Whether what is said in a room comes here, and it is known what did. */
  knows(roomId: string): boolean {
    return this.positions.has(roomId) && this.ears.hears(roomId);
  }

  /** Has rooms heard, and starts their positions where they stand then. */
  private async track(roomIds: readonly string[]): Promise<void> {
    await this.ears.follow(roomIds);
    const unknown = roomIds.filter((id) => !this.positions.has(id));
    for (const roomIds of batches(unknown, LARGE_BATCH)) {
      const { epoch, heads } = await this.streams.call('messages.heads', { roomIds });
      this.positions.epoch ??= epoch;
      for (const { position } of heads) this.positions.start(position);
    }
  }

  private async refreshMemberships(): Promise<void> {
    // Those still on their way in find out by themselves.
    const sockets = this.sockets.all().filter(({ data }) => data.isSubscribed);
    const userIds = new Set(sockets.map(({ data }) => data.user.id));
    const all = new Set<string>();
    for (const some of batches([...userIds], USERS_AT_A_TIME)) {
      for (const rooms of (await this.memberships.read(some)).values()) for (const id of rooms) all.add(id);
    }
    // A direct room that nobody here knew began while the gateway was deaf: all of it was missed.
    for (const roomId of all) {
      if (roomKind(roomId) === 'direct') this.positions.start({ roomId, seq: 0, id: '', rev: 0 });
    }
    await this.track([...all]);
  }

  private async emitMissed(isCurrent: () => boolean): Promise<number> {
    let emitted = 0;
    let open = this.positions.all();
    while (open.length > 0 && isCurrent()) {
      const { epoch, rooms } = await this.streams.call('messages.missed', {
        epoch: this.positions.epoch,
        positions: open.slice(0, BATCH),
        limit: PAGE,
      });
      if (!isCurrent()) return emitted;
      if (this.positions.epoch !== undefined && this.positions.epoch !== epoch) {
        // Another database: everything in it is new.
        this.sockets.deliver('all', 'resync', { spreadMs: this.config.RESYNC_SPREAD_MS });
        open = this.positions.all().map(({ roomId }) => ({ roomId, seq: 0, id: '', rev: 0 }));
        this.positions.epoch = epoch;
        continue;
      }
      this.positions.epoch = epoch;
      await this.dropLeft(open.slice(0, BATCH), rooms);
      if (!isCurrent()) return emitted;
      const more: Position[] = [];
      const lost: string[] = [];
      for (const room of rooms) {
        if (room.status !== 'ok' || emitted > this.config.CATCH_UP_MAX) {
          lost.push(room.roomId);
          continue;
        }
        await this.emitRoom(room);
        emitted += room.messages.length + room.changed.length;
        if (room.more) more.push(room.upTo);
      }
      await this.startAfresh(lost);
      open = [...more, ...open.slice(BATCH)];
    }
    return emitted;
  }

  /** Who left a room by the time at which this was read is not to hear what was said after. */
  private async dropLeft(asked: readonly Position[], rooms: readonly SyncedRoom[]): Promise<void> {
    const news = new Set(
      rooms.flatMap((room) =>
        room.status === 'ok' && room.messages.length + room.changed.length > 0 ? room.roomId : [],
      ),
    );
    const named = asked.filter(({ roomId }) => roomKind(roomId) === 'named' && news.has(roomId));
    if (named.length === 0) return;
    const since = named.map((position) => ({ roomId: position.roomId, rev: revOf(position) }));
    const left = (await this.streams.call('rooms.left', { rooms: since })).rooms;
    for (const { roomId, userIds } of left) for (const userId of userIds) this.memberships.left(userId, roomId);
  }

  private async emitRoom(room: SyncedRoom & { status: 'ok' }): Promise<void> {
    const { roomId, messages, changed, upTo } = room;
    if (messages[0]?.seq === 1 && directUsers(roomId)) this.show(await this.shown(roomId));
    let emitted = 0;
    const emitChangesUpTo = (rev: number) => {
      for (; emitted < changed.length && revOf(changed[emitted] ?? {}) < rev; emitted++)
        this.emitChanged(changed[emitted] as Message);
    };
    // In the order in which they were stored; what changed since has its last place in it.
    for (const message of messages) {
      emitChangesUpTo(revOf(message));
      this.emit(message);
    }
    emitChangesUpTo(Number.POSITIVE_INFINITY);
    this.positions.set(upTo);
  }

  private emitChanged(message: Message): void {
    const { roomId } = message;
    const changed = { roomId, rev: revOf(message), entity: entityOf(message), message };
    this.sockets.deliverOurs({ room: roomId }, 'changed', changed);
  }

  private emit(message: Message): void {
    // Whether foreign messages came live is not known: our client would drop a repeat by its id, the demo's would not.
    if (message.seq !== undefined) this.sockets.deliverMessage(message, JSON.stringify(message));
  }

  private show(room: ShownRoom): void {
    this.sockets.deliver({ user: [...(directUsers(room.id) ?? [])] }, 'show.room', room);
  }

  private async shown(roomId: string): Promise<ShownRoom> {
    const { users } = await this.streams.call('auth.users', { ids: [...(directUsers(roomId) ?? [])] });
    return { id: roomId, names: users.map(({ username }) => username) };
  }

  /** What cannot be caught up here the clients fetch themselves, spread out in time. */
  private async startAfresh(roomIds: readonly string[]): Promise<void> {
    if (roomIds.length === 0) return;
    for (const some of batches(roomIds, LARGE_BATCH)) {
      const { heads } = await this.streams.call('messages.heads', { roomIds: some });
      for (const { position } of heads) this.positions.set(position);
    }
    for (const roomId of roomIds) {
      this.sockets.deliver({ room: roomId }, 'resync', { spreadMs: this.config.RESYNC_SPREAD_MS });
    }
  }

  private async emitPresence(isCurrent: () => boolean): Promise<void> {
    const now = new Set(await this.presence.online());
    const { left, came } = this.presenceNews.differences(now);
    const users = await this.names(came);
    // The list may be out of date by now.
    if (!isCurrent()) return;
    for (const presence of left) this.presenceNews.broadcast(presence);
    for (const user of users) this.presenceNews.broadcast({ ...user, online: true });
    this.presenceNews.known();
  }

  private async names(ids: readonly string[]): Promise<User[]> {
    const users: User[] = [];
    for (const some of batches(ids, BATCH)) users.push(...(await this.streams.call('auth.users', { ids: some })).users);
    return users;
  }
}
