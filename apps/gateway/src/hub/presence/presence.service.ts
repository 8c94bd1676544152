import type { User } from '@app/contracts';
import { Redis } from '@app/redis';
import { CONFIG, type Config, LOGGER, type Logger } from '@app/service';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type LiveConnection, PresenceStore } from './presence.store';

/** Heartbeats between two comparisons with the truth, whether or not there is a reason to doubt. */
const RECONCILE_EVERY = 15;

/**
 * Keeps Redis' picture of this gateway's connections true: connects and disconnects as they happen, a lease that others
 * watch, the leases of others watched in turn, and a comparison with the truth whenever something may have been lost.
 */
@Injectable()
export class PresenceService implements OnApplicationBootstrap {
  private readonly live = new Map<string, User>();
  private timer: NodeJS.Timeout | undefined;
  private beats = 0;
  private stale = false;
  private beating = false;
  /** Since when this gateway renewed its own lease without a break, in ms of `performance.now()`. */
  private renewedSince: number | undefined;
  /** Called when the lease is taken anew: until then nobody counted on this gateway. */
  leased: () => void = () => undefined;

  constructor(
    private readonly store: PresenceStore,
    private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.redis.on('close', () => {
      this.renewedSince = undefined;
      this.stale = true;
    });
    this.redis.on('ready', () => void this.beat());
    this.timer = setInterval(() => void this.beat(), this.config.PRESENCE_HEARTBEAT_MS);
    void this.beat();
  }

  /** Counts the rest out and gives the lease back; in their grace the clients come back elsewhere. */
  async leave(): Promise<void> {
    clearInterval(this.timer);
    try {
      for (const [id, user] of this.live) await this.store.disconnect(user.id, id, this.config.PRESENCE_GRACE_MS);
      await this.store.leave();
    } catch {
      // Redis is away: another gateway reaps this one's lease.
    }
  }

  /** A socket was accepted. @returns how many sockets its user has on all gateways; 0: not known yet */
  connected(connection: LiveConnection): Promise<number> {
    this.live.set(connection.id, connection.user);
    return this.register(connection);
  }

  /** A socket is gone. */
  disconnected(connectionId: string): void {
    const user = this.live.get(connectionId);
    if (!user) return;
    this.live.delete(connectionId);
    this.store.disconnect(user.id, connectionId, this.config.PRESENCE_GRACE_MS).catch(() => {
      this.stale = true;
    });
  }

  /** Corrects a demo server's news that a user left who is connected here. */
  contradict(userId: string): void {
    const [id, user] = [...this.live].find(([, live]) => live.id === userId) ?? [];
    if (id && user) void this.register({ id, user }, true);
  }

  private register(connection: LiveConnection, announce?: boolean): Promise<number> {
    return this.store.connect(connection, announce).catch(() => {
      this.stale = true;
      return 0;
    });
  }

  private async beat(): Promise<void> {
    if (this.beating || this.redis.status !== 'ready') return;
    this.beating = true;
    try {
      const { held, lapsed } = await this.store.heartbeat(this.config.PRESENCE_LEASE_MS);
      this.renewedSince ??= performance.now();
      if (!held) this.leased();
      if (!held || this.stale || ++this.beats % RECONCILE_EVERY === 0) await this.reconcile();
      if (performance.now() - this.renewedSince >= this.config.PRESENCE_LEASE_MS) await this.reapAll(lapsed);
    } catch (error) {
      this.renewedSince = undefined;
      this.stale = true;
      this.logger.warn({ err: error }, 'presence heartbeat failed');
    } finally {
      this.beating = false;
    }
  }

  /** Makes Redis' list of this gateway's connections the true one. */
  private async reconcile(): Promise<void> {
    this.stale = false;
    const registered = await this.store.registered();
    for (const [id, userId] of registered) {
      if (!this.live.has(id)) await this.store.disconnect(userId, id, this.config.PRESENCE_GRACE_MS);
    }
    const missing = [...this.live].filter(([id]) => !registered.has(id));
    await Promise.all(missing.map(([id, user]) => this.store.connect({ id, user })));
    const users = new Map([...this.live.values()].map((user) => [user.id, user]));
    await this.store.assertOnline([...users.values()]);
  }

  private async reapAll(lapsed: readonly string[]): Promise<void> {
    for (const gateway of lapsed) {
      await this.store.reap(gateway);
      this.logger.info({ gateway }, 'removed the connections of a gateway whose lease lapsed');
    }
  }
}
