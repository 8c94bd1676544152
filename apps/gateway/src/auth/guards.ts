import { ChatError, type ErrorCode, type User } from '@app/contracts';
import type { CallContext } from '@app/streams';
import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { Limits } from './limits';

/** What a route costs, as that of a call (`libs/contracts`, `define.ts`). */
export const Costs = Reflector.createDecorator<number>();

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
    const cost = this.reflector.get(Costs, context.getHandler()) ?? 1;
    await this.limits.beginRequest(user.id, cost, context.switchToHttp().getResponse<Response>());
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
