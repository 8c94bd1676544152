import { DEMO_PASSWORD, DEMO_USERNAMES, type Settings } from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { Controller, Get, Inject } from '@nestjs/common';

@Controller('api/settings')
export class SettingsController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** What a client needs to know before anybody has signed in. */
  @Get()
  settings(): Settings {
    const demoUsers = DEMO_USERNAMES.map((username) => ({ username, password: DEMO_PASSWORD }));
    return {
      demoUsers: this.config.DEMO_DATA ? demoUsers : [],
      maxMessageLength: this.config.MAX_MESSAGE_LENGTH,
    };
  }
}
