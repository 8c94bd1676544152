import { ChatError, type ListedSession, type SessionsBody, sessionHashSchema, type User } from '@app/contracts';
import { Controller, Delete, Get, HttpCode, Param, Query, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { Costs, CurrentUser, SignedIn } from '../auth/guards';
import { hashSession } from '../auth/session';
import { type IndexedSession, SessionIndex } from '../auth/session-index';
import { endSessionsQuerySchema } from '../transport/bodies';
import { Contract } from '../transport/contract.pipe';
import { SignInService } from './sign-in.service';

/** Where somebody is signed in. */
@Controller('api/sessions')
@UseGuards(SignedIn)
export class SessionsController {
  constructor(
    private readonly sessions: SessionIndex,
    private readonly signIn: SignInService,
  ) {}

  /** The caller's sessions, the one used last first. */
  @Get()
  @Costs('sessions')
  async list(@CurrentUser() { id }: User, @Req() { sessionID }: Request): Promise<SessionsBody> {
    const sessions = await this.sessions.list(id);
    return { sessions: sessions.map((session) => listed(session, sessionID)) };
  }

  /** Ends one of the caller's sessions; the current one too. */
  @Delete(':sessionId')
  @Costs('sessions')
  @HttpCode(204)
  async end(
    @CurrentUser() { id }: User,
    @Req() request: Request,
    @Param('sessionId', new Contract(sessionHashSchema)) hash: string,
  ): Promise<void> {
    const sessions = await this.sessions.list(id);
    const found = sessions.find(({ sessionId }) => hashSession(sessionId) === hash);
    if (!found) throw new ChatError('not_found', 'No such session');
    if (found.sessionId === request.sessionID) await this.signIn.end(request);
    else await this.signIn.endOne(id, found.sessionId, 'its user', request.ip);
  }

  /** Ends all of the caller's sessions but the current one, or with `all=true` that one too. */
  @Delete()
  @Costs('sessions')
  @HttpCode(204)
  async endAll(
    @CurrentUser() { id }: User,
    @Req() request: Request,
    @Query(new Contract(endSessionsQuerySchema)) { all }: z.output<typeof endSessionsQuerySchema>,
  ): Promise<void> {
    for (const { sessionId } of await this.sessions.list(id)) {
      if (sessionId !== request.sessionID) await this.signIn.endOne(id, sessionId, 'its user', request.ip);
    }
    if (all === 'true') await this.signIn.end(request);
  }
}

function listed({ sessionId, data, lastUsedAt }: IndexedSession, currentId: string): ListedSession {
  return {
    id: hashSession(sessionId),
    current: sessionId === currentId,
    createdAt: data.startedAt ?? lastUsedAt,
    lastUsedAt,
    device: data.device ?? { browser: null, system: null },
  };
}
