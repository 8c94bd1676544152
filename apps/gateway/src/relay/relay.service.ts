import { randomBytes } from 'node:crypto';
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
import { type Channels, channelsOf, connectRedis, Redis, serversOf, whenReady } from '@app/redis';
import { CONFIG, type Config, Health, LOGGER, type Logger, retry } from '@app/service';
import { traced } from '@app/streams';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Memberships } from '../hub/memberships';
import { PresenceService } from '../hub/presence/presence.service';
import { PresenceNews } from '../hub/presence/presence-news';
import { Sockets } from '../hub/sockets';
import { GatewayIdentity } from '../identity';
import { CatchUp } from './catch-up';
import { type Heard, type Live, type OtherEnvelope, readNews, readRelay } from './envelopes';
import { ForeignRooms } from './foreign-rooms';
import { type Advance, RoomPositions } from './room-positions';

/** Bound of what is buffered during a catch-up. Past it the catch-up starts again and fetches them anyway. */
const MAX_BUFFERED = 50_000;

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
export class RelayService implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly subscriber: Redis;
  private readonly channels: Channels;
  private readonly nonce = randomBytes(6).toString('hex');
  private timer: NodeJS.Timeout | undefined;
  /** When the own heartbeat came last, by the server it was sent through: each node of a Cluster passes news on for itself. */
  private lastHeard = new Map<string, number>();
  private beats = 0;
  /** News buffered while what was missed before them is fetched; undefined: live. */
  private buffered: Live[] | undefined = [];
  /** Counts the pauses, so that a catch-up overtaken by another one stops. */
  private generation = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly redis: Redis,
    private readonly identity: GatewayIdentity,
    private readonly sockets: Sockets,
    private readonly memberships: Memberships,
    private readonly positions: RoomPositions,
    private readonly catchUp: CatchUp,
    private readonly presence: PresenceService,
    private readonly presenceNews: PresenceNews,
    private readonly foreignRooms: ForeignRooms,
    health: Health,
  ) {
    this.subscriber = connectRedis({ ...config.redis }, 'subscriber', 'gateway');
    this.channels = channelsOf(this.subscriber);
    health.add('relay', () => this.buffered === undefined);
  }

  onApplicationBootstrap(): void {
    this.subscriber.on('message', (channel: string, payload: string) => {
      if (channel === this.channels.news) this.onNews(readNews(payload));
      else this.onRelay(readRelay(payload));
    });
    this.subscriber.on('close', () => this.pause());
    this.subscriber.on('ready', () => void this.resume());
    if (this.subscriber.status === 'ready') void this.resume();
    this.timer = setInterval(() => this.beat(), this.config.RELAY_HEARTBEAT_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  onApplicationShutdown(): void {
    this.subscriber.disconnect();
  }

  /** Publishes what is no state to the other gateways, for all sockets unless `to` names an audience. */
  async publish({ type, data, to = 'all' }: News, by = this.redis): Promise<void> {
    const envelope = { v: RELAY_VERSION, serverId: this.identity.id, type, to, data };
    await by.publish(this.channels.news, JSON.stringify(made(newsEnvelopeSchema, envelope)));
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
    const servers = serversOf(this.redis, 'master');
    for (const [name, server] of servers) {
      const nonce = `${this.nonce}@${name}`;
      this.publish({ type: 'heartbeat', data: { nonce } }, server).catch(() => undefined);
    }
    const now = performance.now();
    this.lastHeard = new Map([...servers.keys()].map((name) => [name, this.lastHeard.get(name) ?? now]));
    const isDeaf = ([name, { status }]: [string, Redis]) =>
      status === 'ready' && now - (this.lastHeard.get(name) ?? now) > this.config.RELAY_SILENCE_MS;
    if (![...servers].some(isDeaf) || this.subscriber.status !== 'ready') return;
    this.logger.warn(`no pub/sub heartbeat for ${this.config.RELAY_SILENCE_MS} ms, reconnecting`);
    this.resetHeartbeats();
    this.subscriber.disconnect(true);
  }

  private resetHeartbeats(): void {
    const now = performance.now();
    this.lastHeard = new Map([...serversOf(this.redis, 'master').keys()].map((name) => [name, now]));
  }

  private pause(): void {
    this.generation++;
    this.buffered = [];
  }

  /** Fetches what was missed since the subscription broke, then lets live news through. */
  private async resume(): Promise<void> {
    this.pause();
    const { generation } = this;
    const isCurrent = () => generation === this.generation;
    try {
      await this.subscriber.subscribe(this.channels.messages, this.channels.news);
    } catch {
      return; // the connection broke again: `ready` comes back here
    }
    this.resetHeartbeats();
    const catchUp = async () => {
      // Commands have a connection of their own, which may come later.
      await whenReady(this.redis);
      if (isCurrent()) await this.catchUp.run(isCurrent);
    };
    await retry(catchUp, {
      pauseMs: 100,
      maxPauseMs: 2000,
      isWanted: isCurrent,
      failed: (error) => this.logger.warn({ err: error }, 'catching up failed, trying again'),
    });
    if (!isCurrent()) return;
    const buffered = this.buffered ?? [];
    this.buffered = undefined;
    for (const [i, news] of buffered.entries()) {
      if (this.buffered !== undefined) {
        // One of them showed a gap: the rest waits, too.
        (this.buffered as Live[]).push(...buffered.slice(i));
        return;
      }
      this.relay(news);
    }
  }

  private onNews(news: NewsEnvelope | undefined): void {
    if (!news) return;
    switch (news.type) {
      case 'heartbeat': {
        const [nonce, server = ''] = news.data.nonce.split('@');
        if (nonce === this.nonce) this.lastHeard.set(server, performance.now());
        break;
      }
      case 'session.ended':
        if (news.serverId !== this.identity.id) this.sockets.endSession(news.data.sessionHash);
        break;
      case 'changed':
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
    if (!this.buffered) this.relay(live);
    else if (this.buffered.push(live) > MAX_BUFFERED) void this.resume();
  }

  private relay(live: Live): void {
    if ('message' in live) void traced('relay', 'work', () => this.relayMessage(live.message, live.json), live.span);
    else if ('changed' in live) void traced('relay', 'work', () => this.relayChanged(live.changed), live.span);
    else if ('ours' in live) this.relayOurs(live.ours);
    else if ('begun' in live) this.relayBegun(live.begun);
    else this.relayForeign(live.foreign);
  }

  private relayOurs({ type, data, to }: OtherEnvelope): void {
    if (type !== 'show.room') this.presenceNews.broadcast(data);
    else if (!this.positions.hasBegun(data.id)) this.sockets.deliver(to, 'show.room', data);
  }

  private relayBegun(roomId: string): void {
    const { generation } = this;
    if (this.sockets.anyoneHears(roomId)) void this.catchUp.begun(roomId, () => generation === this.generation);
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
      void this.resume();
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
