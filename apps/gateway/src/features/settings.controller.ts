import { DEMO_PASSWORD, DEMO_USERNAMES, type Settings } from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { StreamsClient } from '@app/streams';
import { Controller, Get, Inject } from '@nestjs/common';

@Controller('api/settings')
export class SettingsController {
  /** Nobody has an account yet, as far as is known here. */
  private maybeEmpty = true;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly streams: StreamsClient,
  ) {}

  /** What a client needs to know before anybody has signed in. */
  @Get()
  async settings(): Promise<Settings> {
    const demoUsers = DEMO_USERNAMES.map((username) => ({ username, password: DEMO_PASSWORD }));
    return {
      demoUsers: this.config.DEMO_DATA ? demoUsers : [],
      maxMessageLength: this.config.MAX_MESSAGE_LENGTH,
      registration: this.config.REGISTRATION === 'open' ? 'open' : await this.closedOrFirst(),
    };
  }

  private async closedOrFirst(): Promise<'closed' | 'first'> {
    if (!this.maybeEmpty) return 'closed';
    const state = await this.streams.call('auth.registration', {}).catch(() => undefined);
    if (state?.registration === 'closed') this.maybeEmpty = false;
    return state?.registration === 'first' ? 'first' : 'closed';
  }
}
