import {
  type Changed,
  directUsers,
  type EventData,
  type EventName,
  type ForeignEnvelope,
  made,
  NEWS,
  type NewsEnvelope,
  newsEnvelopeSchema,
  type Presence,
  RELAY_VERSION,
  type RelayTarget,
  readForeignMessage,
  roomIdSchema,
} from '@app/contracts';
import { Redis, serversOf, whenReady } from '@app/redis';
import { Announcements, CONFIG, type Config, Health, LOGGER, type Logger, retry } from '@app/service';
import { traced } from '@app/streams';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Memberships } from '../hub/memberships';
import { PresenceService } from '../hub/presence/presence.service';
import { PresenceNews } from '../hub/presence/presence-news';
import { Sockets } from '../hub/sockets';
import { GatewayIdentity } from '../identity';
import { CatchUp } from './catch-up';
import type { Ear } from './ear';
import { Ears } from './ears';
import { type Heard, type Live, type OtherEnvelope, readNews, readRelay, readRoom } from './envelopes';
import { ForeignRooms } from './foreign-rooms';
import { Heartbeat } from './heartbeat';
import { type Advance, RoomPositions } from './room-positions';

/** Bound of what is held during a catch-up. Past it the catch-up starts again and fetches them anyway. */
const MAX_HELD = 50_000;

/** Heartbeats between two times that rooms which nobody here hears any more are forgotten. */
const PRUNE_EVERY = 30;

type News = Pick<NewsEnvelope, 'type' | 'data'> & Partial<Pick<NewsEnvelope, 'to'>>;

/**
 * Receives the news and emits them to the sockets here, in Redis' order.
 *
 * Pub/sub loses what is published while nobody is subscribed. The relay notices that it was deaf by its own heartbeat or
 * a broken connection. It then pauses live news until it has fetched and emitted what it missed.
 */
@Injectable()
export class RelayService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly heartbeat: Heartbeat;
  private timer: NodeJS.Timeout | undefined;
  private beats = 0;
  /** What came of direct rooms that are being begun, by room. */
  private readonly beginning = new Map<string, Live[]>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly redis: Redis,
    private readonly identity: GatewayIdentity,
    private readonly sockets: Sockets,
    private readonly memberships: Memberships,
    private readonly positions: RoomPositions,
    private readonly ears: Ears,
    private readonly announcements: Announcements,
    private readonly catchUp: CatchUp,
    private readonly presence: PresenceService,
    private readonly presenceNews: PresenceNews,
    private readonly foreignRooms: ForeignRooms,
    health: Health,
  ) {
    this.heartbeat = new Heartbeat(config.RELAY_SILENCE_MS);
    health.add('relay', () => ears.isLive());
  }

  onApplicationBootstrap(): void {
    this.ears.listen({
      heard: (channel, payload) => this.heard(channel, payload),
      closed: (ear) => void ear.pause(),
      opened: (ear) => void this.resume(ear),
    });
    this.presence.leased = () => void this.leased();
    this.timer = setInterval(() => this.beat(), this.config.RELAY_HEARTBEAT_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Publishes what is no state to the other gateways, for all sockets unless `to` names an audience. */
  async publish({ type, data, to = 'all' }: News, by = this.redis): Promise<void> {
    const { news } = this.ears.channels;
    const text = JSON.stringify(
      made(newsEnvelopeSchema, { v: RELAY_VERSION, serverId: this.identity.id, type, to, data }),
    );
    const channels = typeof to === 'object' && 'room' in to ? this.announcements.newsOf(to.room).split(' ') : [news];
    await Promise.all(channels.map((name) => (name === news ? by.publish(name, text) : by.spublish(name, text))));
  }

  /** Emits what clients hear under the name of these news, here and on all gateways: what is not state. */
  async announce<E extends EventName & News['type']>(type: E, data: EventData<E>, to: RelayTarget): Promise<void> {
    this.sockets.deliverOurs(to, type, data);
    await this.publish({ type, data, to } as News);
  }

  /** Sends itself a heartbeat and reconnects when none has come back for too long. */
  private beat(): void {
    if (++this.beats % PRUNE_EVERY === 0) {
      this.positions.prune((roomId) => this.sockets.anyoneHears(roomId));
      this.memberships.prune();
    }
    for (const roomId of this.ears.leaveUnheard()) this.positions.forget(roomId);
    this.ears.tell();
    const servers = serversOf(this.redis, 'master');
    for (const [name, server] of servers) {
      this.publish({ type: 'heartbeat', data: { nonce: this.heartbeat.nonceFor(name) } }, server).catch(
        () => undefined,
      );
    }
    const { redis } = this.ears.of();
    if (!this.heartbeat.isMissing(servers) || redis.status !== 'ready') return;
    this.logger.warn(`no pub/sub heartbeat for ${this.config.RELAY_SILENCE_MS} ms, reconnecting`);
    this.heartbeat.reset();
    redis.disconnect(true);
  }

  /** Fetches what was missed since the subscription broke, then lets live news through. */
  private async resume(ear: Ear): Promise<void> {
    const isCurrent = ear.pause();
    try {
      await ear.subscribe();
    } catch {
      return; // the connection broke again: `ready` comes back here
    }
    this.heartbeat.reset();
    this.ears.tell();
    const catchUp = async () => {
      // Commands have a connection of their own, which may come later.
      await whenReady(this.redis);
      await this.ears.heardOut(isCurrent);
      if (isCurrent()) await this.catchUp.run(isCurrent);
    };
    await retry(catchUp, {
      pauseMs: 100,
      maxPauseMs: 2000,
      isWanted: isCurrent,
      failed: (error) => this.logger.warn({ err: error }, 'catching up failed, trying again'),
    });
    if (!isCurrent()) return;
    const held = ear.held ?? [];
    ear.held = undefined;
    for (const [i, news] of held.entries()) {
      if (ear.held !== undefined) {
        // One of them showed a gap: the rest waits, too.
        (ear.held as Live[]).push(...held.slice(i));
        return;
      }
      this.relay(news);
    }
  }

  /** Fetches what was announced where this gateway does not hear it, as its lease was over. */
  private async leased(): Promise<void> {
    const ear = this.ears.of();
    // A connection that is away is followed by the same when it comes.
    if ((await this.ears.mayHaveMissed()) && ear.redis.status === 'ready') await this.resume(ear);
  }

  private heard(channel: string, payload: string): void {
    const { messages, news } = this.ears.channels;
    if (channel === messages) this.onRelay(readRelay(payload));
    else if (channel === news) this.onNews(readNews(payload));
    else {
      const heard = readRoom(payload);
      if (heard && 'live' in heard) this.onRelay(heard.live);
      else this.onNews(heard?.news);
    }
  }

  private onNews(news: NewsEnvelope | undefined): void {
    if (!news) return;
    switch (news.type) {
      case 'heartbeat':
        this.heartbeat.heard(news.data.nonce);
        break;
      case 'session.ended':
        if (news.serverId !== this.identity.id) this.sockets.endSession(news.data.sessionHash);
        break;
      case 'changed':
        this.catchUp.memberChanged(news.data);
        this.onRelay({ changed: news.data, span: news.span });
        break;
      case 'membership.changed':
        // Not after what is held: who is out hears nothing more.
        void this.catchUp.membershipChanged(news.data);
        break;
      case 'room.begun':
        this.onRelay({ begun: news.data.roomId });
        break;
      default:
        // Clients hear it under the same name. What a gateway publishes it has emitted itself.
        if (NEWS[news.type].from === 'gateway' && news.serverId === this.identity.id) break;
        this.sockets.deliverOurs(news.to, news.type, news.data);
    }
  }

  private onRelay(live: Live | undefined): void {
    if (!live || ('foreign' in live && !this.config.FOREIGN_SERVERS)) return;
    const ear = this.ears.of(roomOf(live));
    if (!ear.held) this.relay(live);
    else if (ear.held.push(live) > MAX_HELD) void this.resume(ear);
  }

  private relay(live: Live): void {
    const beginning = this.beginning.size > 0 && this.beginning.get(roomOf(live) ?? '');
    if (beginning) beginning.push(live);
    else if ('message' in live)
      void traced('relay', 'work', () => this.relayMessage(live.message, live.json), live.span);
    else if ('changed' in live) void traced('relay', 'work', () => this.relayChanged(live.changed), live.span);
    else if ('ours' in live) this.relayOurs(live.ours);
    else if ('begun' in live) this.relayBegun(live.begun);
    else this.relayForeign(live.foreign);
  }

  private relayOurs({ type, data, to }: OtherEnvelope): void {
    if (type !== 'show.room') this.presenceNews.broadcast(data);
    else if (!this.ears.hears(data.id)) this.relayBegun(data.id);
    else if (!this.positions.hasBegun(data.id)) this.sockets.deliver(to, 'show.room', data);
  }

  private relayBegun(roomId: string): void {
    if (!this.sockets.anyoneHears(roomId) || this.catchUp.knows(roomId)) return;
    const { current } = this.ears.of(roomId);
    const held: Live[] = [];
    this.beginning.set(roomId, held);
    void this.catchUp.begun(roomId, current).finally(() => {
      if (this.beginning.get(roomId) !== held) return;
      this.beginning.delete(roomId);
      for (const live of held) this.onRelay(live);
    });
  }

  private relayMessage(message: Heard, json: string): void {
    const { roomId, seq, id, rev = 0 } = message;
    const advance = seq === undefined ? 'untracked' : this.positions.advance({ ...message, seq });
    if (!this.isDue(roomId, advance)) return;
    if (advance === 'untracked' && seq !== undefined && this.sockets.anyoneHears(roomId)) {
      this.positions.start({ roomId, seq, id, rev });
    }
    this.sockets.deliverMessage(message, json);
  }

  private relayChanged(changed: Changed): void {
    if (!this.isDue(changed.roomId, this.positions.advanceChange(changed))) return;
    this.sockets.deliverOurs({ room: changed.roomId }, 'changed', changed);
  }

  /** Whether something is to be emitted now; what shows a gap is among what is fetched then. */
  private isDue(roomId: string, advance: Advance): boolean {
    if (advance === 'gap' || advance === 'other history') {
      this.logger.warn({ roomId, reason: advance }, 'gap in the news of a room, catching up');
      void this.resume(this.ears.of(roomId));
    }
    return advance === 'next' || advance === 'untracked';
  }

  private relayForeign({ type, data }: ForeignEnvelope): void {
    switch (type) {
      case 'message': {
        const roomId = roomIdSchema.safeParse(String(data.roomId ?? data.RoomId ?? '0'));
        const message = roomId.success && readForeignMessage(data, roomId.data, Date.now() / 1000);
        if (message) {
          this.foreignRooms.heard(message.roomId);
          this.sockets.deliverMessage(message, JSON.stringify(message));
        }
        break;
      }
      case 'show.room': {
        const user = directUsers(data.id);
        this.sockets.deliver(user ? { user } : { room: data.id }, 'show.room', data);
        break;
      }
      default:
        this.relayForeignPresence({ ...data, online: type === 'user.connected' });
    }
  }

  private relayForeignPresence(presence: Presence): void {
    if (!presence.online && this.sockets.hasUser(presence.id)) this.presence.contradict(presence.id);
    else this.presenceNews.broadcast(presence);
  }
}

/** The room that something live happened in, where its order counts. */
function roomOf(live: Live): string | undefined {
  if ('message' in live) return live.message.roomId;
  return 'changed' in live ? live.changed.roomId : undefined;
}
