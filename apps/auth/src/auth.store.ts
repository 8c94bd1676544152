import { ChatError, type User } from '@app/contracts';
import { isSameButForCase, NameIndex } from '@app/names';
import { keys, Redis, Script } from '@app/redis';
import { LOGGER, type Logger } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import { CREDENTIALS, type Credentials, readCredentials } from './accounts.store';

const NAMES = Script.load(__dirname, 'names');

/** A name's value is `user:4`, or `4` where another platform wrote it. */
const idOf = (value: string) => value.slice(value.lastIndexOf(':') + 1);

/**
 * The users in Redis, under the demo's keys: `username:{name}` → `user:{id}`, the hash `user:{id}`, the counter.
 *
 * They lie in different Cluster slots, so no script spans them. A new user's hash is written first and carries
 * `pending` until its name is claimed: how it looks in the index of names, then the name itself by SET NX. Whoever finds one
 * pending asks the name whose it is.
 */
@Injectable()
export class AuthStore {
  private readonly names: NameIndex;

  constructor(
    private readonly redis: Redis,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.names = new NameIndex(redis);
  }

  /**
   * Ends a hopeless registration before it costs a hash.
   * @throws ChatError `conflict` when the name, or one that looks like it, belongs to a registration under another key
   */
  async requireFree(username: string, key: string): Promise<void> {
    if (!(await this.registeredUnder(username, key))) await this.begunUnder(username, key);
  }

  /**
   * Creates a user, or returns the one that this registration created before.
   * @param hash bcrypt hash of the password
   * @param key names the registration through all its repeats
   * @throws ChatError `conflict` when the name, or one that looks like it, is another's
   */
  async create(username: string, hash: string, key: string): Promise<User> {
    const existing = await this.registeredUnder(username, key);
    if (existing) return existing;
    await this.names.catchUp((alike) => this.logger.warn(alike, 'users whose names look alike'));
    const begun = await this.begunUnder(username, key);
    const id = begun ?? (await this.begin(username, hash, key));
    if (await this.redis.set(keys.username(username), keys.user(id), 'NX')) {
      await this.redis.hdel(keys.user(id), 'pending');
      return { id, username };
    }
    const winner = await this.redis.get(keys.username(username));
    if (winner === null || idOf(winner) !== id) await this.abandon(id, username);
    const user = await this.registeredUnder(username, key);
    if (!user) throw new ChatError('unavailable', 'The name was released meanwhile; try again');
    return user;
  }

  /** Writes a new user and claims how the name looks. @returns the id; that of the same registration if it was faster */
  private async begin(username: string, hash: string, key: string): Promise<string> {
    const id = String(await this.redis.incr(keys.totalUsers));
    await this.redis.hset(keys.user(id), {
      username,
      password: hash,
      createdAt: new Date().toISOString(),
      registration: key,
      pending: '1',
    });
    if ((await this.names.claim(id, username)).length === 0) return id;
    await this.redis.del(keys.user(id));
    const other = await this.begunUnder(username, key);
    if (!other) throw new ChatError('unavailable', 'The name was released meanwhile; try again');
    return other;
  }

  /**
   * The user of a name, and what lets that one in as it stands in one moment. Upper and lower case are the same where one user
   * alone is meant.
   */
  async find(name: string): Promise<{ user: User; credentials: Credentials } | undefined> {
    const spellings = [...new Set([name.normalize('NFC').trim(), name])];
    for (const spelling of spellings) {
      const value = await this.redis.get(keys.username(spelling));
      if (value === null) continue;
      const id = idOf(value);
      const [username, ...values] = await this.redis.hmget(keys.user(id), 'username', ...CREDENTIALS);
      const credentials = readCredentials(values);
      if (credentials.hash) return { user: { id, username: username ?? spelling }, credentials };
    }
    const ids = await this.names.sameButForCase(name);
    const alike = await Promise.all(
      ids.map((id) => this.redis.hmget(keys.user(id), 'username', 'pending', ...CREDENTIALS)),
    );
    const [found, another] = alike
      .map(([username, pending, ...values], i) => ({
        id: ids[i],
        username,
        pending,
        credentials: readCredentials(values),
      }))
      .filter(({ username, pending }) => username && !pending && isSameButForCase(username, name));
    if (!found?.id || !found.username || !found.credentials.hash || another) return undefined;
    return { user: { id: found.id, username: found.username }, credentials: found.credentials };
  }

  /** The users of these ids, in their order; unknown ones are left out. */
  async users(ids: readonly string[]): Promise<User[]> {
    const groups = ids.map((id) => [keys.user(id)]);
    const rows = (await NAMES.runForEach(this.redis, groups, [])) as [string | null, string | null][];
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

  /**
   * The id of the user that this very registration began to make; undefined when no name looks like this one.
   * @throws ChatError `conflict` when one of another does
   */
  private async begunUnder(username: string, key: string): Promise<string | undefined> {
    let begun: string | undefined;
    for (const id of await this.names.alike(username)) {
      const [name, registration] = await this.redis.hmget(keys.user(id), 'username', 'registration');
      // Whoever began it died before it took the look back.
      if (!name) await this.names.release(id, username);
      else if (registration === key) begun = id;
      else throw new ChatError('conflict', 'This user name is taken');
    }
    return begun;
  }

  private async abandon(id: string, username: string): Promise<void> {
    await this.redis.del(keys.user(id));
    await this.names.release(id, username);
  }

  /** Whether a pending user got its name; takes the mark off when it did. */
  private async settle(id: string, username: string): Promise<boolean> {
    const value = await this.redis.get(keys.username(username));
    if (value === null || idOf(value) !== id) return false;
    await this.redis.hdel(keys.user(id), 'pending');
    return true;
  }
}
