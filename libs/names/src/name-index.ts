import { keys, type Redis, Script } from '@app/redis';
import { caseKey } from './case-key';
import { looks } from './looks';

const CLAIM = Script.load(__dirname, 'claim_name');
const RELEASE = Script.load(__dirname, 'release_name');

/** Users whose names are read at once. */
const BATCH = 500;
/** Users who look alike and were there before names were compared: so many are listed. */
const ALIKE = 8;
/** So far behind the newest user somebody's registration may not have ended yet: they are looked at again. */
const MAYBE_UNFINISHED = 50;

/** Users whose names look like a name: ids. */
export interface Alike {
  userId: string;
  others: string[];
}

/**
 * Who has a name that looks like what. A new name is claimed here before it exists under `username:{name}`. Servers of the
 * demo and older versions of this one know nothing of it: their newcomers are looked up by id and listed when somebody asks.
 */
export class NameIndex {
  /** Ids of users listed by this process, as long as they may be looked at again. */
  private listed = new Set<number>();

  constructor(private readonly redis: Redis) {}

  /**
   * Claims a name for a new user; repeating it changes nothing.
   * @returns the ids of those who have a name that looks like it; then nothing was claimed
   */
  claim(userId: string, name: string): Promise<string[]> {
    return this.claimFor(userId, name, 1);
  }

  /** Takes back what `claim` did. */
  async release(userId: string, name: string): Promise<void> {
    await RELEASE.run(this.redis, [keys.names], [userId, ...looks(name)]);
  }

  /** The ids of users whose names look like this one. */
  async alike(name: string): Promise<string[]> {
    const held = await this.redis.hmget(keys.names, ...looks(name));
    return [...new Set(held.flatMap((ids) => ids?.split(' ') ?? []))];
  }

  /** The ids of users whose names may be this one but for case. */
  async sameButForCase(name: string): Promise<string[]> {
    const held = await this.redis.hget(keys.names, looks(name)[0] ?? '');
    return held?.split(' ') ?? [];
  }

  /**
   * Lists the users that came since the last time. What looks alike is listed side by side: it was there.
   * @param tell hears of each user who looks like others
   */
  async catchUp(tell: (found: Alike) => void): Promise<void> {
    const [total, done] = (await this.redis.mget(keys.totalUsers, keys.namesListed)).map(Number);
    if (!total) return;
    const from = Math.max(1, Math.min(total, done ?? 0) - MAYBE_UNFINISHED + 1);
    for (let first = from; first <= total; first += BATCH) {
      const ids = Array.from({ length: Math.min(BATCH, total - first + 1) }, (_, i) => first + i);
      await this.list(
        ids.filter((id) => !this.listed.has(id)),
        tell,
      );
    }
    if (total > (done ?? 0)) await this.redis.set(keys.namesListed, total);
    this.listed = new Set([...this.listed].filter((id) => id > total - 2 * MAYBE_UNFINISHED));
  }

  private async list(ids: readonly number[], tell: (found: Alike) => void): Promise<void> {
    const rows = await Promise.all(ids.map((id) => this.redis.hmget(keys.user(String(id)), 'username', 'pending')));
    await Promise.all(
      rows.map(async ([username, pending], i) => {
        const id = ids[i];
        // Who is still pending claims the name by itself.
        if (!id || !username || pending) return;
        const others = await this.claimFor(String(id), username, ALIKE);
        this.listed.add(id);
        if (others.length > 0) tell({ userId: String(id), others });
      }),
    );
  }

  private async claimFor(userId: string, name: string, limit: number): Promise<string[]> {
    return (await CLAIM.run(this.redis, [keys.names], [userId, limit, ...looks(name)])) as string[];
  }
}

/** Whether two names are the same but for case. */
export function isSameButForCase(one: string, other: string): boolean {
  return caseKey(one) === caseKey(other);
}
