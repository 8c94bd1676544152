import { ChatError, type ErrorCode, type User } from '@app/contracts';
import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { Limits } from './limits';

/** Verifies name and password in the body; the user is on the request afterwards, not yet in a session. */
@Injectable()
export class PasswordGuard extends AuthGuard('local') {
  override handleRequest<T>(error: unknown, user: T): T {
    if (error) throw error;
    // passport-local itself refuses a body without both
    if (!user) throw new ChatError('invalid', 'username, password: are required');
    return user;
  }
}

/** Lets signed-in requests through, within the limits. */
@Injectable()
export class SignedIn implements CanActivate {
  constructor(@Inject(Limits) private readonly limits: Limits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<Request>();
    if (!user) throw new ChatError(this.refusal(), 'Not signed in');
    await this.limits.request(user.id);
    return true;
  }

  protected refusal(): ErrorCode {
    return 'unauthorized';
  }
}

/** The signed-in user; only behind `SignedIn`. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  const { user } = context.switchToHttp().getRequest<Request>();
  if (!user) throw new ChatError('unauthorized', 'Not signed in');
  return user;
});
