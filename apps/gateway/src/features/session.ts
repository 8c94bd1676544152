import { ChatError } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { LocalStrategy } from '../auth/local.strategy';
import { PasswordSignIn } from '../auth/password-sign-in';
import { SecurityLog } from '../auth/security-log';
import { hashSession } from '../auth/session';
import type { GatewayFeature, Handlers } from '../transport/binder';
import { inContext } from './in-context';
import { SignInService } from './sign-in.service';

/** Sign-in, registration, sign-out, and the password. */
@Injectable()
export class Session implements GatewayFeature {
  constructor(
    private readonly signIn: SignInService,
    private readonly local: LocalStrategy,
    private readonly passwords: PasswordSignIn,
    private readonly log: SecurityLog,
  ) {}

  readonly handlers: Handlers = {
    session: (_, { user }) => ({ user: user ? { id: user.id, username: user.username } : null }),
    'session.begin': (_, asked) =>
      inContext(asked, async () => {
        const { credentials, ...user } = await this.local.authenticated(asked.request, asked.response);
        return { user: await this.signIn.begin(asked.request, user, credentials) };
      }),
    'session.end': (_, asked) =>
      inContext(asked, async (): Promise<undefined> => {
        if (asked.user) await this.signIn.end(asked.request);
      }),
    register: (credentials, asked) =>
      inContext(asked, async () => ({ user: await this.signIn.register(asked.request, credentials) })),
    'password.change': (passwords, asked) =>
      inContext(asked, async (): Promise<undefined> => {
        const { request, user } = asked;
        try {
          await this.passwords.change(request, user, passwords);
        } catch (error) {
          // It may have been changed all the same.
          if (error instanceof ChatError && error.code === 'unavailable')
            await this.signIn.endAll(user.id, request.sessionID);
          throw error;
        }
        await this.signIn.endAll(user.id, request.sessionID);
        const session = hashSession(request.sessionID);
        this.log.note('password.changed', { address: request.ip ?? '', userId: user.id, session });
      }),
  };
}
