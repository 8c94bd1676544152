import { credentialsSchema, parse, type User } from '@app/contracts';
import { StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-local';
import { GatewayMetrics } from '../gateway-metrics';
import { SignInLimits } from './sign-in-limits';

/** Signs in by name and password: the auth service verifies, within the limits. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy) {
  constructor(
    private readonly streams: StreamsClient,
    private readonly limits: SignInLimits,
    private readonly metrics: GatewayMetrics,
  ) {
    super({ passReqToCallback: true });
  }

  /** @throws ChatError `invalid`, `unauthorized`, `rate_limited` or `unavailable` */
  validate(request: Request, username: string, password: string): Promise<User> {
    return this.metrics.signIn('sign-in', async () => {
      const credentials = parse(credentialsSchema, { username, password });
      const succeeded = await this.limits.signIn(request.ip ?? '', credentials.username);
      const user = await this.streams.call('auth.verify', credentials);
      await succeeded();
      return user;
    });
  }
}
