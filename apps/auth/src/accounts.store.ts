import { type Account, ChatError } from '@app/contracts';
import { keys, Redis, Script } from '@app/redis';
import { Injectable } from '@nestjs/common';

const SET_PASSWORD = Script.load(__dirname, 'set_password');

/** What lets somebody in, as it stood in one moment. */
export interface Credentials {
  hash: string | undefined;
  /** Grows when the password changes and when the account is suspended: sessions begun with a lower one are over. */
  version: number;
  suspended: boolean;
  /** The key of the last change of the password. */
  passwordKey: string | undefined;
}

/** The fields of a user's hash that say so, in this order. */
export const CREDENTIALS = ['password', 'credentials', 'suspended', 'passwordKey'] as const;

/** Reads the values of these fields. */
export function readCredentials([hash, version, suspended, key]: readonly (string | null | undefined)[]): Credentials {
  return {
    hash: hash ?? undefined,
    version: Number(version ?? 0),
    suspended: !!suspended,
    passwordKey: key ?? undefined,
  };
}

/** Passwords and suspension of users in Redis, beside the demo's fields in the hash `user:{id}`. */
@Injectable()
export class AccountsStore {
  constructor(private readonly redis: Redis) {}

  async credentials(userId: string): Promise<Credentials> {
    return readCredentials(await this.redis.hmget(keys.user(userId), ...CREDENTIALS));
  }

  /**
   * Gives a user another password.
   * @param key the same for every repetition
   * @param before the hash that must be there now
   * @throws ChatError `conflict` when another one is there, `not_found`
   */
  async setPassword(userId: string, hash: string, key: string, before = ''): Promise<void> {
    const [outcome] = (await SET_PASSWORD.run(this.redis, [keys.user(userId)], [hash, key, before])) as [string];
    if (outcome === 'unknown') throw new ChatError('not_found', 'No such user');
    if (outcome === 'other') throw new ChatError('conflict', 'The password was changed meanwhile');
  }

  /** Suspends a user, or lets one in again. Sessions are ended by who asks for it, afterwards. */
  async suspend(userId: string, suspended: boolean): Promise<void> {
    if (suspended) {
      await this.redis.hset(keys.user(userId), 'suspended', new Date().toISOString());
      await this.redis.hincrby(keys.user(userId), 'credentials', 1);
    } else {
      await this.redis.hdel(keys.user(userId), 'suspended');
    }
  }

  /** Users as operators see them. */
  async describe(users: readonly { id: string; username: string }[]): Promise<Account[]> {
    return Promise.all(
      users.map(async ({ id, username }) => {
        const [createdAt, suspended] = await this.redis.hmget(keys.user(id), 'createdAt', 'suspended');
        return { id, username, createdAt: createdAt ?? null, suspendedAt: suspended ?? null };
      }),
    );
  }
}
