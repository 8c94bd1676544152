import { CONFIG, type Config, LOGGER, type Logger, retry } from '@app/service';
import { StreamsClient } from '@app/streams';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SignInService } from './sign-in.service';

const PAUSE_MS = 500;

/** Ends at its start what sessions there are of accounts that let nobody in: the demo's people in production. */
@Injectable()
export class DisabledAccounts implements OnApplicationBootstrap, OnModuleDestroy {
  private stopped = false;

  constructor(
    private readonly streams: StreamsClient,
    private readonly signIn: SignInService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.production) return;
    void retry(() => this.endTheirSessions(), {
      pauseMs: PAUSE_MS,
      isWanted: () => !this.stopped,
      failed: (error) => this.logger.debug({ error: String(error) }, 'sessions of disabled accounts not ended yet'),
    });
  }

  onModuleDestroy(): void {
    this.stopped = true;
  }

  private async endTheirSessions(): Promise<void> {
    const { userIds } = await this.streams.call('auth.disabled', {});
    for (const userId of userIds) await this.signIn.endAll(userId);
  }
}
