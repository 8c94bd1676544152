import { registrationSchema, type SessionBody } from '@app/contracts';
import { Body, Controller, Delete, Get, HttpCode, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { PasswordSignIn } from '../session/password-sign-in';
import { SignInService } from '../session/sign-in.service';
import { Contract } from './contract.pipe';

@Controller('api')
export class SessionController {
  constructor(
    private readonly signIn: SignInService,
    private readonly passwords: PasswordSignIn,
  ) {}

  /** Who is signed in; `{user: null}` for a visitor. */
  @Get('session')
  session(@Req() { user }: Request): SessionBody {
    return { user: user ? { id: user.id, username: user.username } : null };
  }

  @Post('session')
  @HttpCode(200)
  async create(@Req() request: Request, @Body() credentials: unknown): Promise<SessionBody> {
    const { credentials: version, ...user } = await this.passwords.verify(request, credentials);
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
