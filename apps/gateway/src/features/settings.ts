import { DEMO_PASSWORD, DEMO_USERNAMES } from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { type CallContext, StreamsClient } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import type { GatewayFeature, Handlers } from '../transport/binder';

/** What a client needs to know before anybody has signed in. */
@Injectable()
export class Settings implements GatewayFeature {
  /** Nobody has an account yet, as far as is known here. */
  private maybeEmpty = true;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly streams: StreamsClient,
  ) {}

  readonly handlers: Handlers = {
    settings: async (_, { context }) => {
      const demoUsers = DEMO_USERNAMES.map((username) => ({ username, password: DEMO_PASSWORD }));
      return {
        demoUsers: this.config.DEMO_DATA ? demoUsers : [],
        maxMessageLength: this.config.MAX_MESSAGE_LENGTH,
        registration: this.config.REGISTRATION === 'open' ? 'open' : await this.closedOrFirst(context),
      };
    },
  };

  private async closedOrFirst(context: CallContext): Promise<'closed' | 'first'> {
    if (!this.maybeEmpty) return 'closed';
    const state = await this.streams.call('auth.registration', {}, { context }).catch(() => undefined);
    if (state?.registration === 'closed') this.maybeEmpty = false;
    return state?.registration === 'first' ? 'first' : 'closed';
  }
}
