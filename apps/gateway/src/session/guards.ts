import { ChatError, type ErrorCode, type User } from '@app/contracts';
import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Limits } from './limits';

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
