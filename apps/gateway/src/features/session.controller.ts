import { registrationSchema, type SessionBody, type WorkReply } from '@app/contracts';
import { Body, Controller, Delete, Get, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { PasswordGuard } from '../auth/guards';
import { Contract } from '../transport/contract.pipe';
import { SignInService } from './sign-in.service';

@Controller('api')
export class SessionController {
  constructor(private readonly signIn: SignInService) {}

  /** Who is signed in; `{user: null}` for a visitor. */
  @Get('session')
  session(@Req() { user }: Request): SessionBody {
    return { user: user ? { id: user.id, username: user.username } : null };
  }

  @Post('session')
  @HttpCode(200)
  @UseGuards(PasswordGuard)
  async create(@Req() request: Request): Promise<SessionBody> {
    const { credentials: version, ...user } = request.user as WorkReply<'auth.verify'>;
    return { user: await this.signIn.begin(request, user, version) };
  }

  @Delete('session')
  @HttpCode(204)
  async end(@Req() request: Request): Promise<void> {
    if (request.user) await this.signIn.end(request);
  }

  /** Registers, and signs in. */
  @Post('users')
  async register(
    @Req() request: Request,
    @Body(new Contract(registrationSchema)) credentials: z.output<typeof registrationSchema>,
  ): Promise<SessionBody> {
    return { user: await this.signIn.register(request, credentials) };
  }
}
