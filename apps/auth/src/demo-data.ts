import { DEMO_PASSWORD, DEMO_USERNAMES, directRoomId, GENERAL, type User } from '@app/contracts';
import { keys, Redis } from '@app/redis';
import { CONFIG, type Config, Health, Jobs, LOGGER, type Logger } from '@app/service';
import { StreamsClient } from '@app/streams';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuthStore } from './auth.store';
import { Passwords } from './passwords';

const GREETINGS = ['Hello', 'Hi', 'Yo', 'Hola'];
const CONVERSATION = [
  'Hello!',
  'Hi, How are you? What about our next meeting?',
  'Yeah everything is fine',
  'Next meeting tomorrow 10.00AM',
  "Wow that's great",
];
const DONE = 'done';

/**
 * Fills an empty database with the demo's users and messages. Of several replicas one does it, under a lease; every
 * step may be repeated, so a successor goes on where a killed one stopped.
 */
@Injectable()
export class DemoData implements OnApplicationBootstrap {
  private usersThere: boolean;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly redis: Redis,
    private readonly store: AuthStore,
    private readonly passwords: Passwords,
    private readonly streams: StreamsClient,
    private readonly jobs: Jobs,
    health: Health,
  ) {
    this.usersThere = !config.DEMO_DATA;
    health.add('demo users', () => this.usersThere);
  }

  onApplicationBootstrap(): void {
    if (this.config.DEMO_DATA) this.jobs.untilDone('demo data', 250, () => this.fill());
  }

  /** One try. True: there is nothing left to do. */
  private async fill(): Promise<boolean> {
    const state = await this.redis.get(keys.demoLock);
    if (state === DONE || (state === null && (await this.isInUse()))) {
      this.usersThere = true;
      return true;
    }
    if (!(await this.redis.set(keys.demoLock, 'filling', 'PX', this.config.DEMO_LEASE_MS, 'NX'))) return false;
    try {
      await this.redis.set(keys.demoStarted, '1');
      const users: User[] = [];
      for (const name of DEMO_USERNAMES) users.push(await this.createUser(name));
      this.usersThere = true;
      await this.converse(users);
    } catch (error) {
      await this.redis.del(keys.demoLock);
      throw error;
    }
    await this.redis.set(keys.demoLock, DONE);
    await this.redis.del(keys.demoStarted);
    this.logger.info('demo data filled');
    return true;
  }

  /** Somebody's users are there, and not because a filler stopped half-way. */
  private async isInUse(): Promise<boolean> {
    return (await this.redis.exists(keys.totalUsers)) === 1 && (await this.redis.exists(keys.demoStarted)) === 0;
  }

  private async createUser(username: string): Promise<User> {
    const user = await this.store.create(username, await this.passwords.hash(DEMO_PASSWORD), `demo-${username}`);
    await this.streams.emitEvent('user.registered', user, { key: `user.registered:${user.id}` });
    return user;
  }

  private async converse(users: readonly User[]): Promise<void> {
    for (const [i, a] of users.entries()) {
      for (const b of users.slice(i + 1)) {
        const roomId = directRoomId(a.id, b.id);
        await this.streams.call('rooms.open', { userId: a.id, otherId: b.id }, { key: `demo-${roomId}` });
        await this.say(a, roomId, GREETINGS[i % GREETINGS.length], 'first');
        await this.say(b, roomId, GREETINGS[(i + 1) % GREETINGS.length], 'second');
      }
    }
    for (const [i, text] of CONVERSATION.entries()) await this.say(users[i % users.length], GENERAL, text, `line-${i}`);
  }

  private async say(user: User | undefined, roomId: string, message: string | undefined, what: string): Promise<void> {
    if (!user || !message) return;
    const clientId = `demo-${roomId.replace(':', '-')}-${what}`;
    await this.streams.call('messages.append', { userId: user.id, roomId, message, clientId }, { key: clientId });
  }
}
