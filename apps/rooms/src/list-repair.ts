import { directUsers, roomIdSchema } from '@app/contracts';
import { keys, Redis, scanKeys, whenReady } from '@app/redis';
import { CONFIG, type Config, Jobs, LOGGER, type Logger, underLease } from '@app/service';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { RoomsStore } from './rooms.store';

/** Of one that died at it. */
const LEASE_MS = 30_000;
const PAUSE_MS = 1000;

/**
 * Puts direct rooms into both lists that are in none: servers of the demo on some platforms never write those. Looks for them
 * in the background, once for a database, and at each start where demo servers may write to it.
 */
@Injectable()
export class ListRepair implements OnApplicationBootstrap {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly jobs: Jobs,
    private readonly redis: Redis,
    private readonly store: RoomsStore,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.untilDone('room lists', PAUSE_MS, () => this.once());
  }

  /**
   * Looks at every room once.
   * @returns how many users had a room put into their list
   */
  async run(): Promise<number> {
    let added = 0;
    for await (const key of scanKeys(this.redis, keys.room('*:*'), 'zset', () => !this.jobs.isStopping)) {
      added += await this.repair(key.slice(keys.room('').length));
    }
    return added;
  }

  private async once(): Promise<void> {
    await whenReady(this.redis);
    if (!this.config.FOREIGN_SERVERS && (await this.redis.exists(keys.listed))) return;
    // Where another replica is at it, this one need not.
    await underLease(this.redis, keys.listingLease, LEASE_MS, async () => {
      const added = await this.run();
      if (this.jobs.isStopping) return;
      await this.redis.set(keys.listed, '1');
      if (added > 0) this.logger.info({ added }, 'added direct rooms that were missing from lists');
    });
  }

  private async repair(roomId: string): Promise<number> {
    const users = roomIdSchema.safeParse(roomId).success ? (directUsers(roomId) ?? []) : [];
    const listed = await Promise.all(users.map((id) => this.redis.sismember(keys.userRooms(id), roomId)));
    const missing = users.filter((_, i) => !listed[i]);
    if (missing.length > 0) await this.store.addToLists(roomId, missing);
    return missing.length;
  }
}
