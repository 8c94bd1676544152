import { CONFIG, type Config, Jobs } from '@app/service';
import { StreamsClient } from '@app/streams';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SignInService } from './sign-in.service';

const PAUSE_MS = 500;

/** Ends at its start what sessions there are of accounts that let nobody in: the demo's people in production. */
@Injectable()
export class DisabledAccounts implements OnApplicationBootstrap {
  constructor(
    private readonly streams: StreamsClient,
    private readonly signIn: SignInService,
    private readonly jobs: Jobs,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.production) this.jobs.untilDone('end of sessions', PAUSE_MS, () => this.endTheirSessions());
  }

  private async endTheirSessions(): Promise<void> {
    const { userIds } = await this.streams.call('auth.disabled', {});
    for (const userId of userIds) await this.signIn.endAll(userId);
  }
}
