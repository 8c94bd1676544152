import { ChatError, type User } from '@app/contracts';
import { keys, Redis } from '@app/redis';
import { Injectable } from '@nestjs/common';

/** A name's value is `user:4`, or `4` where another platform wrote it. */
const idOf = (value: string) => value.slice(value.lastIndexOf(':') + 1);

/**
 * The users in Redis, under the demo's keys: `username:{name}` → `user:{id}`, the hash `user:{id}`, the counter.
 *
 * They lie in different Cluster slots, so no script spans them. A new user's hash is written first and carries
 * `pending` until its name is claimed by SET NX; whoever finds one pending asks the name whose it is.
 */
@Injectable()
export class AuthStore {
  constructor(private readonly redis: Redis) {}

  /**
   * Ends a hopeless registration before it costs a hash.
   * @throws ChatError `conflict` when the name belongs to a registration under another key
   */
  async requireFree(username: string, key: string): Promise<void> {
    await this.registeredUnder(username, key);
  }

  /**
   * Creates a user, or returns the one that this registration created before.
   * @param hash bcrypt hash of the password
   * @param key names the registration through all its repeats
   * @throws ChatError `conflict` when the name is another's
   */
  async create(username: string, hash: string, key: string): Promise<User> {
    const existing = await this.registeredUnder(username, key);
    if (existing) return existing;
    const id = String(await this.redis.incr(keys.totalUsers));
    await this.redis.hset(keys.user(id), {
      username,
      password: hash,
      createdAt: new Date().toISOString(),
      registration: key,
      pending: '1',
    });
    if (await this.redis.set(keys.username(username), keys.user(id), 'NX')) {
      await this.redis.hdel(keys.user(id), 'pending');
      return { id, username };
    }
    await this.redis.del(keys.user(id));
    const winner = await this.registeredUnder(username, key);
    if (!winner) throw new ChatError('unavailable', 'The name was released meanwhile; try again');
    return winner;
  }

  /** The user of a name and the hash of its password. */
  async find(name: string): Promise<{ user: User; hash: string } | undefined> {
    const spellings = [...new Set([name.normalize('NFC').trim(), name])];
    for (const spelling of spellings) {
      const value = await this.redis.get(keys.username(spelling));
      if (value === null) continue;
      const id = idOf(value);
      const [username, hash] = await this.redis.hmget(keys.user(id), 'username', 'password');
      if (hash) return { user: { id, username: username ?? spelling }, hash };
    }
    return undefined;
  }

  /** The users of these ids, in their order; unknown ones are left out. */
  async users(ids: readonly string[]): Promise<User[]> {
    const rows = await Promise.all(ids.map((id) => this.redis.hmget(keys.user(id), 'username', 'pending')));
    const users = await Promise.all(
      rows.map(async ([username, pending], i): Promise<User | undefined> => {
        const id = ids[i];
        if (!id || username === null || username === undefined) return undefined;
        if (pending && !(await this.settle(id, username))) return undefined;
        return { id, username };
      }),
    );
    return users.filter((user) => user !== undefined);
  }

  /**
   * Users by ascending id.
   * @param after the id before the first
   */
  async list(after: number, limit: number): Promise<{ users: User[]; next: string | null }> {
    const total = Number((await this.redis.get(keys.totalUsers)) ?? 0);
    const users: User[] = [];
    let last = after;
    while (users.length < limit && last < total) {
      const count = Math.min(limit - users.length, total - last);
      users.push(...(await this.users(Array.from({ length: count }, (_, i) => String(last + 1 + i)))));
      last += count;
    }
    return { users, next: last < total ? String(last) : null };
  }

  /** The user of the name, when this very registration made it; undefined when the name is free. */
  private async registeredUnder(username: string, key: string): Promise<User | undefined> {
    const value = await this.redis.get(keys.username(username));
    if (value === null) return undefined;
    const id = idOf(value);
    const registration = await this.redis.hget(keys.user(id), 'registration');
    if (registration !== key) throw new ChatError('conflict', 'This user name is taken');
    await this.redis.hdel(keys.user(id), 'pending');
    return { id, username };
  }

  /** Whether a pending user got its name; takes the mark off when it did. */
  private async settle(id: string, username: string): Promise<boolean> {
    const value = await this.redis.get(keys.username(username));
    if (value === null || idOf(value) !== id) return false;
    await this.redis.hdel(keys.user(id), 'pending');
    return true;
  }
}
