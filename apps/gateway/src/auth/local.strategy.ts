import type { WorkReply } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-local';
import { PasswordSignIn } from './password-sign-in';

/** Passport's way to sign in by name and password; behind `PasswordGuard`, which has read the body by its contract. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy) {
  constructor(private readonly passwords: PasswordSignIn) {
    super({ passReqToCallback: true });
  }

  /** @throws ChatError as `PasswordSignIn.verify` */
  validate(request: Request, username: string, password: string): Promise<WorkReply<'auth.verify'>> {
    return this.passwords.verify(request, { username, password });
  }
}
