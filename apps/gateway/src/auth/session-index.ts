import { keys, Redis } from '@app/redis';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import type { SessionData } from 'express-session';
import { timeToLive } from './session';

/** A session's requests are noted no more often. */
const NOTED_MS = 1000;
/** How many sessions are remembered with their last note. */
const MAX_NOTED = 10_000;

export interface IndexedSession {
  sessionId: string;
  data: SessionData;
  /** Unix ms. */
  lastUsedAt: number;
}

/**
 * Which sessions a user has: their ids by last use. Sessions end by themselves, so an entry may outlive its session: it is
 * dropped when the list is read, or when a session used as long ago must have idled out.
 */
@Injectable()
export class SessionIndex {
  /** When a request of a session was noted last, Unix ms. */
  private readonly noted = new Map<string, number>();

  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * A request uses a session, which then does not idle out before its time.
   * @param endsAt Unix ms
   * @returns undefined: that was noted a moment ago
   */
  request(userId: string, sessionId: string, endsAt: number): Promise<unknown> | undefined {
    const now = Date.now();
    if (now - (this.noted.get(sessionId) ?? 0) < NOTED_MS) return undefined;
    if (this.noted.size >= MAX_NOTED) this.noted.clear();
    this.noted.set(sessionId, now);
    const ttl = timeToLive(endsAt, this.config);
    return Promise.all([this.redis.expire(keys.session(sessionId), ttl), this.used(userId, sessionId)]);
  }

  /** Notes that a session is used now; also one that nobody has noted yet. */
  async used(userId: string, sessionId: string): Promise<void> {
    const key = keys.userSessions(userId);
    // The clocks of two gateways may differ: the time of the last use never goes back.
    await Promise.all([
      this.redis.zadd(key, 'GT', Date.now(), sessionId),
      this.redis.pexpire(key, 2 * this.config.SESSION_IDLE_MS),
    ]);
  }

  /**
   * Notes a new session.
   * @returns the ids of those that are too many: unused for longest
   */
  async add(userId: string, sessionId: string): Promise<string[]> {
    const key = keys.userSessions(userId);
    // What lives is noted anew every SESSION_CHECK_MS at the least.
    const idledOut = Date.now() - 2 * this.config.SESSION_IDLE_MS;
    const [, , tooMany] = await Promise.all([
      this.redis.zremrangebyscore(key, '-inf', idledOut),
      this.used(userId, sessionId),
      this.redis.zrange(key, 0, String(-this.config.SESSIONS_PER_USER - 1)),
    ]);
    return tooMany;
  }

  /** Forgets sessions that have ended. */
  async remove(userId: string, sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length > 0) await this.redis.zrem(keys.userSessions(userId), ...sessionIds);
  }

  /** A user's sessions, the one used last first. */
  async list(userId: string): Promise<IndexedSession[]> {
    const flat = await this.redis.zrevrange(keys.userSessions(userId), 0, -1, 'WITHSCORES');
    const entries = Array.from({ length: flat.length / 2 }, (_, i) => ({
      sessionId: flat[2 * i] ?? '',
      lastUsedAt: Number(flat[2 * i + 1]),
    }));
    const texts = await Promise.all(entries.map(({ sessionId }) => this.redis.get(keys.session(sessionId))));
    const live: IndexedSession[] = [];
    const over: string[] = [];
    for (const [i, entry] of entries.entries()) {
      const data = texts[i] ? (JSON.parse(texts[i]) as SessionData) : undefined;
      if (data?.passport?.user?.id === userId) live.push({ ...entry, data });
      else over.push(entry.sessionId);
    }
    await this.remove(userId, over);
    return live;
  }
}
