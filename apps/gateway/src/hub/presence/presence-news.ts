import { ChatError, type OnlineAnswer, type Presence } from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Sockets } from '../sockets';
import { boundedUsers, following } from './bounded-users';

/**
 * Broadcasts who came and went to the sockets here: at once after a pause, coalesced when many do at the same time. So a
 * crowd costs each socket a bounded number of events and bytes. Legacy clients know no coalesced form and get each by itself.
 */
@Injectable()
export class PresenceNews implements OnModuleDestroy {
  /** Who is online, as broadcast to the sockets here: user id → name. */
  private readonly online = new Map<string, string>();
  private readonly changes = new Map<string, Presence>();
  private timer: NodeJS.Timeout | undefined;
  private isKnown = false;
  /** Changes that may be listed one by one. It refills to `PRESENCE_NEWS_MAX` within `PRESENCE_CROWD_MS`. */
  private allowance: number;
  private refilledAt = performance.now();

  constructor(
    private readonly sockets: Sockets,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.allowance = config.PRESENCE_NEWS_MAX;
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  /** Broadcasts that somebody came or went, now or with the next ones. */
  broadcast(presence: Presence): void {
    const { id, username, online } = presence;
    if (online) this.online.set(id, username);
    else this.online.delete(id);
    this.changes.set(id, presence);
    if (!this.timer) this.flush();
  }

  /**
   * Who is online, in agreement with what is broadcast: a list from Redis may be of a moment that the news never had.
   * @param after the id before the first
   * @throws ChatError `unavailable` until it is known
   */
  snapshot(after?: string): OnlineAnswer {
    if (!this.isKnown) throw new ChatError('unavailable', 'Temporarily unavailable');
    const all = following(this.online.keys(), after);
    const users = all.map((id): Presence => ({ id, username: this.online.get(id) ?? '', online: true }));
    return boundedUsers(users, this.config.ANSWER_BYTES);
  }

  /** From now on it is known who is online. */
  known(): void {
    this.isKnown = true;
  }

  /** Compares with who is online in Redis. @returns who left, and the ids of who came, since the last broadcast */
  differences(now: ReadonlySet<string>): { left: Presence[]; came: string[] } {
    const left = [...this.online].filter(([id]) => !now.has(id));
    return {
      left: left.map(([id, username]) => ({ id, username, online: false })),
      came: [...now].filter((id) => !this.online.has(id)),
    };
  }

  private flush(): void {
    const changes = [...this.changes.values()];
    this.changes.clear();
    this.timer = undefined;
    if (changes.length === 0) return;
    const { PRESENCE_NEWS_MAX, PRESENCE_NEWS_MS, PRESENCE_CROWD_MS, PRESENCE_FETCH_PER_S, RESYNC_SPREAD_MS } =
      this.config;
    const now = performance.now();
    const grown = (PRESENCE_NEWS_MAX * (now - this.refilledAt)) / PRESENCE_CROWD_MS;
    this.allowance = Math.min(PRESENCE_NEWS_MAX, this.allowance + grown);
    this.refilledAt = now;
    if (changes.length <= this.allowance) {
      this.allowance -= changes.length;
      this.sockets.deliverPresence(changes);
      this.timer = setTimeout(() => this.flush(), PRESENCE_NEWS_MS);
      return;
    }
    // Each socket fetches all who are online: that must not cost more than the crowd itself.
    const fetchMs = (1000 * this.sockets.count * this.online.size) / PRESENCE_FETCH_PER_S;
    const spreadMs = Math.round(Math.max(RESYNC_SPREAD_MS, fetchMs));
    this.sockets.deliverPresence(changes, { spreadMs });
    this.timer = setTimeout(() => this.flush(), Math.max(PRESENCE_CROWD_MS, spreadMs));
  }
}
