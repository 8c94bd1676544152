import { ChatError, DEMO_PASSWORD, DEMO_USERNAMES, type User } from '@app/contracts';
import { CONFIG, type Config, Jobs, LOGGER, type Logger } from '@app/service';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuthStore } from './auth.store';
import { Passwords } from './passwords';

/**
 * The demo's people, whose password everybody knows, let nobody in where this is production and demo data were not asked for:
 * a database that was filled in development, or by a server of the demo, may have them. Another password makes them
 * accounts like any other.
 */
@Injectable()
export class DemoAccounts implements OnApplicationBootstrap {
  private readonly isOff: boolean;

  constructor(
    private readonly store: AuthStore,
    private readonly passwords: Passwords,
    private readonly jobs: Jobs,
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.isOff = config.production && !config.DEMO_DATA;
  }

  onApplicationBootstrap(): void {
    if (this.isOff) this.jobs.untilDone('disabled accounts', 250, () => this.tellOfThem());
  }

  /** @param password what opened the account @throws ChatError `forbidden` for one that everybody can open */
  requireOwn(user: User, password: string): void {
    const isDemos = DEMO_USERNAMES.some((name) => name === user.username) && password === DEMO_PASSWORD;
    if (this.isOff && isDemos) throw new ChatError('forbidden', 'The demo accounts are disabled here');
  }

  /** The ids of those that let nobody in. */
  async disabled(): Promise<string[]> {
    if (!this.isOff) return [];
    const found = await Promise.all(
      DEMO_USERNAMES.map(async (name) => {
        const found = await this.store.find(name);
        if (found?.user.username !== name) return undefined;
        return (await this.passwords.matches(DEMO_PASSWORD, found.credentials.hash)) ? found.user.id : undefined;
      }),
    );
    return found.filter((id) => id !== undefined);
  }

  private async tellOfThem(): Promise<void> {
    const userIds = await this.disabled();
    if (userIds.length > 0) {
      this.logger.warn({ userIds }, 'demo accounts in the database are disabled in production');
    }
  }
}
