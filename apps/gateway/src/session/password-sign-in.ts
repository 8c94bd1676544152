import { credentialsSchema, parse, type User } from '@app/contracts';
import { StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { GatewayMetrics } from '../gateway-metrics';
import { SignInLimits } from './sign-in-limits';

/** Finds out who somebody is by name and password: the auth service verifies, within the limits. */
@Injectable()
export class PasswordSignIn {
  constructor(
    private readonly streams: StreamsClient,
    private readonly limits: SignInLimits,
    private readonly metrics: GatewayMetrics,
  ) {}

  /**
   * @param body what the request's body is said to hold; nothing else of the request is read
   * @throws ChatError `invalid`, `unauthorized`, `rate_limited` or `unavailable`
   */
  verify(request: Request, body: unknown): Promise<User> {
    return this.metrics.signIn('sign-in', async () => {
      const credentials = parse(credentialsSchema, body ?? {});
      const succeeded = await this.limits.signIn(request.ip ?? '', credentials.username);
      const user = await this.streams.call('auth.verify', credentials);
      await succeeded();
      return user;
    });
  }
}
