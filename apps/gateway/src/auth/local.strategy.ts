import { ChatError, type WorkReply } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request, Response } from 'express';
import passport from 'passport';
import { Strategy } from 'passport-local';
import { PasswordSignIn } from './password-sign-in';

/** Passport's way to sign in by name and password, for a request whose body was read by its contract. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy) {
  constructor(private readonly passwords: PasswordSignIn) {
    super({ passReqToCallback: true });
  }

  /** @throws ChatError as `PasswordSignIn.verify` */
  validate(request: Request, username: string, password: string): Promise<WorkReply<'auth.verify'>> {
    return this.passwords.verify(request, { username, password });
  }

  /** Whom name and password in the body let in. @throws ChatError as `PasswordSignIn.verify` */
  authenticated(request: Request, response: Response): Promise<WorkReply<'auth.verify'>> {
    return new Promise((resolve, reject) => {
      const decided = (error: unknown, user: WorkReply<'auth.verify'> | false) => {
        if (error || !user) reject(error ?? new ChatError('invalid', 'username, password: are required'));
        else resolve(user);
      };
      passport.authenticate('local', { session: false }, decided)(request, response, reject);
    });
  }
}
