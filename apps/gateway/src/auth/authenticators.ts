import type { Actor, User } from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import type { CallContext } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { endOfSession, hashSession } from './session';

declare global {
  namespace Express {
    interface Request {
      /** Handed on with all that the request causes. */
      context: CallContext;
    }
  }
}

/** Who is behind a request or a connection. */
export interface Identity {
  user: User;
  actor: Actor;
  sessionId: string;
  sessionHash: string;
  /** Unix ms at which the session ends, used or not. */
  sessionEnds: number;
}

/** One way to know who asks; undefined: not in this way. What it goes by is on the request by then (`session.ts`). */
export type Authenticator = (request: Request) => Identity | undefined;

/** Who asks, on HTTP and on sockets alike: a further way to tell (a token) is one more of the list. */
@Injectable()
export class Authenticators {
  private readonly list: readonly Authenticator[];

  constructor(@Inject(CONFIG) config: Config) {
    this.list = [cookieSession(config)];
  }

  /** What the first one says that knows; undefined for a visitor. */
  identify(request: Request): Identity | undefined {
    for (const authenticate of this.list) {
      const identity = authenticate(request);
      if (identity) return identity;
    }
    return undefined;
  }
}

/** By the session that the request's cookie names. */
export function cookieSession(config: Pick<Config, 'SESSION_MAX_MS'>): Authenticator {
  return ({ session, sessionID: sessionId }) => {
    const user = session?.passport?.user;
    if (!user) return undefined;
    const id = String(user.id);
    const sessionHash = hashSession(sessionId);
    return {
      user: { id, username: user.username },
      actor: { userId: id, kind: 'user', sessionHash },
      sessionId,
      sessionHash,
      sessionEnds: endOfSession(session, config),
    };
  };
}
