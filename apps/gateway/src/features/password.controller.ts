import { ChatError, changePasswordSchema, type User } from '@app/contracts';
import { Body, Controller, HttpCode, Put, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { CurrentUser, SignedIn } from '../auth/guards';
import { PasswordSignIn } from '../auth/password-sign-in';
import { SecurityLog } from '../auth/security-log';
import { hashSession } from '../auth/session';
import { Contract } from '../transport/contract.pipe';
import { SignInService } from './sign-in.service';

@Controller('api/session/password')
@UseGuards(SignedIn)
export class PasswordController {
  constructor(
    private readonly passwords: PasswordSignIn,
    private readonly signIn: SignInService,
    private readonly log: SecurityLog,
  ) {}

  /** Another password for who knows the present one. Ends all other sessions of the caller's. */
  @Put()
  @HttpCode(204)
  async change(
    @CurrentUser() user: User,
    @Req() request: Request,
    @Body(new Contract(changePasswordSchema)) body: z.output<typeof changePasswordSchema>,
  ): Promise<void> {
    try {
      await this.passwords.change(request, user, body);
    } catch (error) {
      // It may have been changed all the same.
      if (error instanceof ChatError && error.code === 'unavailable')
        await this.signIn.endAll(user.id, request.sessionID);
      throw error;
    }
    await this.signIn.endAll(user.id, request.sessionID);
    const session = hashSession(request.sessionID);
    this.log.note('password.changed', { address: request.ip ?? '', userId: user.id, session });
  }
}
