import { type CallParsed, ChatError, type ListedSession } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { hashSession } from '../auth/session';
import { type IndexedSession, SessionIndex } from '../auth/session-index';
import type { Asked, GatewayFeature, Handlers } from '../transport/binder';
import { inContext } from './in-context';
import { SignInService } from './sign-in.service';

/** Where somebody is signed in. */
@Injectable()
export class Sessions implements GatewayFeature {
  constructor(
    private readonly sessions: SessionIndex,
    private readonly signIn: SignInService,
  ) {}

  readonly handlers: Handlers = {
    sessions: async (_, { user, request }) => {
      const sessions = await this.sessions.list(user.id);
      return { sessions: sessions.map((session) => listed(session, request.sessionID)) };
    },
    'sessions.end': (request, asked) => inContext(asked, () => this.end(request, asked)),
    'sessions.endAll': (request, asked) => inContext(asked, () => this.endAll(request, asked)),
  };

  /** Ends one of the caller's sessions; the current one too. */
  private async end(
    { sessionId: hash }: CallParsed<'sessions.end'>,
    { user, request }: Asked<'sessions.end'>,
  ): Promise<undefined> {
    const sessions = await this.sessions.list(user.id);
    const found = sessions.find(({ sessionId }) => hashSession(sessionId) === hash);
    if (!found) throw new ChatError('not_found', 'No such session');
    if (found.sessionId === request.sessionID) await this.signIn.end(request);
    else await this.signIn.endOne(user.id, found.sessionId, 'its user', request.ip);
  }

  /** Ends all of the caller's sessions but the current one, or with `all=true` that one too. */
  private async endAll(
    { all }: CallParsed<'sessions.endAll'>,
    { user, request }: Asked<'sessions.endAll'>,
  ): Promise<undefined> {
    for (const { sessionId } of await this.sessions.list(user.id)) {
      if (sessionId !== request.sessionID) await this.signIn.endOne(user.id, sessionId, 'its user', request.ip);
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
