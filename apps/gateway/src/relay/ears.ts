import { type Channels, channelsOf, connectRedis, keys, Redis } from '@app/redis';
import { CONFIG, type Config, retry } from '@app/service';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { GatewayMetrics } from '../gateway-metrics';
import { Sockets } from '../hub/sockets';
import { GatewayIdentity } from '../identity';
import { Ear } from './ear';

/** How long a gateway that hears the channels of rooms is remembered as such: longer than any lease. */
const REMEMBERED_MS = 86_400_000;

/** What happens to the ears. */
interface Listener {
  heard(channel: string, payload: string): void;
  /** Its connection is there, and subscribed to nothing. */
  opened(ear: Ear): void;
  closed(ear: Ear): void;
}

/**
 * By what this gateway hears news. `main` hears the channels that every gateway does. With `RELAY=sharded` each room has a channel of its own,
 * in the slot of its keys: it is heard from before the first socket here counts as joined until a while after the last one has left.
 */
@Injectable()
export class Ears implements OnApplicationShutdown {
  readonly channels: Channels;
  private readonly isSharded: boolean;
  private readonly main: Ear;
  /** The rooms that are heard; since when no socket here is in them (monotonic ms). */
  private readonly rooms = new Map<string, { unheardSince?: number | undefined }>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly redis: Redis,
    private readonly identity: GatewayIdentity,
    private readonly sockets: Sockets,
    metrics: GatewayMetrics,
  ) {
    const subscriber = connectRedis({ ...config.redis }, 'subscriber', 'gateway');
    this.channels = channelsOf(subscriber);
    this.isSharded = config.RELAY === 'sharded';
    const keeper = this.isSharded ? this.channels.beat('', identity.id) : undefined;
    this.main = new Ear(subscriber, [this.channels.messages, this.channels.news], keeper);
    metrics.rooms(() => this.rooms.size);
  }

  onApplicationShutdown(): void {
    for (const { redis } of this.all()) redis.disconnect();
  }

  /** Called once. */
  listen(listener: Listener): void {
    const ear = this.main;
    ear.redis.on('message', (channel: string, payload: string) => listener.heard(channel, payload));
    ear.redis.on('smessage', (channel: string, payload: string) => listener.heard(channel, payload));
    ear.redis.on('close', () => listener.closed(ear));
    ear.redis.on('ready', () => listener.opened(ear));
    if (ear.redis.status === 'ready') listener.opened(ear);
  }

  all(): Ear[] {
    return [this.main];
  }

  /** By what a room is heard; without a room what every gateway hears. */
  of(_roomId?: string): Ear {
    return this.main;
  }

  /** Whether all of it is heard, and what was missed was fetched. */
  isLive(): boolean {
    return this.all().every(({ held }) => held === undefined);
  }

  /** Whether what happens in a room comes here. */
  hears(roomId: string): boolean {
    return !this.isSharded || this.rooms.has(roomId);
  }

  /** Has rooms heard. @returns resolves when the subscriptions are confirmed: what is announced from then on comes here */
  async follow(roomIds: readonly string[]): Promise<void> {
    if (!this.isSharded) return;
    const further = [...new Set(roomIds)].filter((id) => !this.rooms.has(id));
    for (const id of further) this.rooms.set(id, {});
    this.main.add(further.map((id) => this.channels.room(id)));
    await Promise.all(roomIds.map((id) => this.of(id).confirmed(this.channels.room(id))));
  }

  /** Leaves rooms in which no socket here has been for a while: whoever reloads a page finds it heard. @returns those */
  leaveUnheard(now = performance.now()): string[] {
    const left: string[] = [];
    for (const [id, room] of this.rooms) {
      room.unheardSince = this.sockets.anyoneHears(id) ? undefined : (room.unheardSince ?? now);
      if (now - (room.unheardSince ?? now) >= this.config.RELAY_UNSUBSCRIBE_MS) left.push(id);
    }
    for (const id of left) {
      this.rooms.delete(id);
      this.of(id).remove(this.channels.room(id));
    }
    return left;
  }

  /** Tells who announces what this gateway hears. Failures do no harm: it is told again and again, and until then all is announced on both. */
  tell(): void {
    if (!this.isSharded) return;
    const now = Date.now();
    const told = [
      this.redis.zadd(keys.onlineSharded, now, this.identity.id),
      this.redis.zremrangebyscore(keys.onlineSharded, '-inf', now - REMEMBERED_MS),
    ];
    for (const each of told) each.catch(() => undefined);
  }

  /** Whether something may have been announced on the channels of rooms alone, which this gateway does not hear, while it had no lease. */
  async mayHaveMissed(): Promise<boolean> {
    if (this.isSharded) return false;
    return this.redis.exists(keys.onlineSharded).then(
      (sharded) => sharded === 1,
      () => true,
    );
  }

  /**
   * Waits until nobody announces where this gateway does not hear it. Who announces looks at the gateways' leases, and lets Redis know how long
   * it goes by what it saw; so a lease that is not over comes first. Where no gateway hears the channels of rooms nobody announces on those alone.
   */
  async heardOut(isWanted: () => boolean): Promise<void> {
    if (this.isSharded) return;
    const asked = async () => {
      const [sharded, [seconds], lease, alone] = await Promise.all([
        this.redis.exists(keys.onlineSharded),
        this.redis.time(),
        this.redis.zscore(keys.onlineGateways, this.identity.id),
        this.redis.exists(keys.onlineShardedAlone),
      ]);
      return sharded === 0 || (Number(lease) > (Number(seconds) + 1) * 1000 && alone === 0);
    };
    await retry(asked, { pauseMs: 20, maxPauseMs: 200, isWanted });
  }
}
