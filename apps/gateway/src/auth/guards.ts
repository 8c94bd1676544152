import { ChatError, credentialsSchema, type ErrorCode, parse, type User } from '@app/contracts';
import type { CallContext } from '@app/streams';
import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request, Response } from 'express';
import type { Call } from './costs';
import { Limits } from './limits';

/** Names the call that a route is, which says what it costs. */
export const Costs = Reflector.createDecorator<Call>();

/** Verifies name and password in the body; the user is on the request afterwards, not yet in a session. */
@Injectable()
export class PasswordGuard extends AuthGuard('local') {
  override canActivate(context: ExecutionContext) {
    // Here, because passport-local looks into the query for what it does not find in the body.
    parse(credentialsSchema, context.switchToHttp().getRequest<Request>().body ?? {});
    return super.canActivate(context);
  }

  override handleRequest<T>(error: unknown, user: T): T {
    if (error) throw error;
    if (!user) throw new ChatError('invalid', 'username, password: are required');
    return user;
  }
}

/** Lets signed-in requests through, within the limits. */
@Injectable()
export class SignedIn implements CanActivate {
  constructor(
    @Inject(Limits) private readonly limits: Limits,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<Request>();
    if (!user) throw new ChatError(this.refusal(), 'Not signed in');
    const call = this.reflector.get(Costs, context.getHandler()) ?? 'other';
    await this.limits.beginRequest(user.id, call, context.switchToHttp().getResponse<Response>());
    return true;
  }

  protected refusal(): ErrorCode {
    return 'unauthorized';
  }
}

/** Who asks as part of what, to be handed on. */
export const Context = createParamDecorator(
  (_: unknown, context: ExecutionContext): CallContext => context.switchToHttp().getRequest<Request>().context,
);

/** The signed-in user; only behind `SignedIn`. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  const { user } = context.switchToHttp().getRequest<Request>();
  if (!user) throw new ChatError('unauthorized', 'Not signed in');
  return user;
});
