import { ChatError } from '@app/contracts';
import { keys, Redis } from '@app/redis';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import { AuthStore } from './auth.store';

/** Longer than a registration takes; where it began and ended nowhere, somebody else may be first after this time. */
const CLAIM_MS = 60_000;

/** Who may register: everybody, or where that is closed the first user of an empty database alone. */
@Injectable()
export class Registration {
  private readonly open: boolean;

  constructor(
    @Inject(CONFIG) config: Pick<Config, 'REGISTRATION'>,
    private readonly redis: Redis,
    private readonly store: AuthStore,
  ) {
    this.open = config.REGISTRATION === 'open';
  }

  /** What somebody without an account is to be told. */
  async state(): Promise<'open' | 'closed' | 'first'> {
    if (this.open) return 'open';
    return (await this.isEmpty()) ? 'first' : 'closed';
  }

  /**
   * Runs a registration if it may be: of many that would be the first one at a time.
   * @param key names the registration through all its repeats
   * @throws ChatError `forbidden`, `unavailable` while another one tries to be the first
   */
  async run<T>(key: string, register: () => Promise<T>): Promise<T> {
    if (this.open) return register();
    const holder = (await this.redis.set(keys.firstUser, key, 'PX', CLAIM_MS, 'NX'))
      ? key
      : await this.redis.get(keys.firstUser);
    if (holder !== key) throw closed();
    try {
      if (!(await this.isEmpty()) && !(await this.isOurs(key))) throw closed();
      return await register();
    } finally {
      if ((await this.redis.get(keys.firstUser)) === key) await this.redis.del(keys.firstUser);
    }
  }

  private async isEmpty(): Promise<boolean> {
    return (await this.store.list(0, 1)).users.length === 0;
  }

  /** This registration made the one user that there is; its answer was lost. */
  private async isOurs(key: string): Promise<boolean> {
    const [first] = (await this.store.list(0, 1)).users;
    return first !== undefined && (await this.redis.hget(keys.user(first.id), 'registration')) === key;
  }
}

const closed = () => new ChatError('forbidden', 'New accounts are not allowed here');
