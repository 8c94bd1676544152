import { GENERAL, ROLE_LETTERS, roomIdSchema, roomKind } from '@app/contracts';
import { keys, Redis, scanKeys, whenReady } from '@app/redis';
import { batches, CONFIG, type Config, Jobs, LOGGER, type Logger, underLease } from '@app/service';
import { StreamsClient } from '@app/streams';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MembersStore, type Named } from './members.store';
import { NamedRoomsStore } from './named-rooms.store';

/** Rooms and users that are looked up at once. */
const BATCH = 500;
/** Of one that died at it. */
const LEASE_MS = 30_000;
const PAUSE_MS = 1000;
const USER_ROOMS = /^user:([1-9]\d{0,14}):rooms$/;

/** What was found and done. */
export interface Repaired {
  /** Rooms that were made by hand, and are now ours. */
  adopted: number;
  /** What was not known everywhere yet. */
  settled: number;
}

/**
 * Makes rooms of ours of those that somebody made by hand in a demo's database (`room:7:name`, and 7 in people's lists), and brings
 * everywhere what a process that died has left half done. At each start, in the background; rooms made by hand are looked for once
 * for a database, or where demo servers may write to it each time.
 */
@Injectable()
export class RoomsRepair implements OnApplicationBootstrap {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly jobs: Jobs,
    private readonly redis: Redis,
    private readonly streams: StreamsClient,
    private readonly members: MembersStore,
    private readonly rooms: NamedRoomsStore,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.untilDone('named rooms', PAUSE_MS, () => this.once());
  }

  /** Looks at every named room. */
  async run(): Promise<Repaired> {
    return { adopted: await this.adoptAll(), settled: await this.settleAll() };
  }

  private async once(): Promise<void> {
    await whenReady(this.redis);
    // Where another replica is at it, this one need not.
    await underLease(this.redis, keys.directoryLease, LEASE_MS, async () => {
      const adopts = this.config.FOREIGN_SERVERS || !(await this.redis.exists(keys.directoryAdopted));
      const adopted = adopts ? await this.adoptAll() : 0;
      const settled = await this.settleAll();
      if (this.jobs.isStopping) return;
      await this.redis.set(keys.directoryAdopted, '1');
      if (adopted + settled > 0) this.logger.info({ adopted, settled }, 'looked after named rooms');
    });
  }

  private async settleAll(): Promise<number> {
    const total = Number((await this.redis.get(keys.totalRooms)) ?? 0);
    const known = await this.redis.hkeys(keys.directoryRooms);
    const ids = new Set([...Array.from({ length: total }, (_, i) => String(i + 1)), ...known]);
    let settled = 0;
    for (const some of batches([...ids], BATCH)) {
      if (this.jobs.isStopping) break;
      settled += (await Promise.all(some.map((id) => this.rooms.settleAll(id)))).reduce((sum, n) => sum + n, 0);
    }
    return settled;
  }

  private async adoptAll(): Promise<number> {
    const found = new Map<string, string[]>();
    for await (const key of this.scan(keys.roomName('*'), 'string')) {
      const id = key.slice(keys.room('').length, -':name'.length);
      if (id === GENERAL || !roomIdSchema.safeParse(id).success || roomKind(id) !== 'named') continue;
      if (!(await this.redis.hexists(keys.roomInfo(id), 'visibility'))) found.set(id, []);
    }
    if (found.size === 0) return 0;
    for await (const key of this.scan(keys.userRooms('*'), 'set')) {
      const [, userId] = USER_ROOMS.exec(key) ?? [];
      if (userId === undefined) continue;
      for (const id of await this.redis.smembers(key)) found.get(id)?.push(userId);
    }
    for (const [id, userIds] of found) await this.adopt(id, userIds);
    return found.size;
  }

  /** Whoever has it in their list is in it, with all that was said; of them the one with the oldest account owns it. */
  private async adopt(roomId: string, userIds: readonly string[]): Promise<void> {
    const users: Named[] = [];
    for (const ids of batches(
      userIds.toSorted((a, b) => Number(a) - Number(b)),
      BATCH,
    )) {
      users.push(...(await this.streams.call('auth.users', { ids })).users);
    }
    const letters = await this.redis.hvals(keys.roomMembers(roomId));
    const [first] = letters.includes(ROLE_LETTERS.owner) ? [] : users;
    for (const user of users) {
      const is = await this.redis.hget(keys.roomMembers(roomId), user.id);
      // Who was made something meanwhile stays it.
      if (is === null || user === first) await this.members.set(roomId, user, user === first ? 'o' : 'm');
    }
    // Last: what has a card is adopted.
    await this.rooms.adopt(roomId, (await this.redis.get(keys.roomName(roomId))) || roomId);
  }

  private scan(pattern: string, type: string): AsyncGenerator<string> {
    return scanKeys(this.redis, pattern, type, () => !this.jobs.isStopping);
  }
}
