import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { User } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { type Config, ConfigError } from '@app/service';
import { RedisStore } from 'connect-redis';
import type { Request, RequestHandler } from 'express';
import session, { type SessionData, type Store } from 'express-session';
import type { Device } from './device';
import type { SessionCookie } from './session-cookie';
import type { SessionTexts } from './session-texts';

declare module 'express-session' {
  interface SessionData {
    passport?: { user?: User };
    /** Unix ms of the sign-in. */
    startedAt?: number;
    /** What it was begun with. */
    device?: Device;
    /** The name of the cookie that it was given. */
    cookieName?: string;
  }
}
declare global {
  namespace Express {
    // What passport calls a user is one.
    interface User {
      id: string;
      username: string;
    }
  }
}

/** Unix ms at which a session ends, used or not. */
export function endOfSession(data: Pick<SessionData, 'startedAt'>, config: Pick<Config, 'SESSION_MAX_MS'>): number {
  return (data.startedAt ?? Date.now()) + config.SESSION_MAX_MS;
}

/** How long Redis keeps a session from now, in whole seconds; 0 when it is over and no use prolongs it. */
export function timeToLive(endsAt: number, config: Config): number {
  return Math.max(0, Math.ceil(Math.min(config.SESSION_IDLE_MS, endsAt - Date.now()) / 1000));
}

/** So many hashes are remembered: making one takes as long as reading the session. */
const MAX_HASHES = 10_000;
const hashes = new Map<string, string>();

/** What names a session to other gateways without giving it away. */
export function hashSession(sessionId: string): string {
  const known = hashes.get(sessionId);
  if (known) return known;
  const made = hash('sha256', sessionId, 'base64url').slice(0, 22);
  if (hashes.size >= MAX_HASHES) hashes.clear();
  hashes.set(sessionId, made);
  return made;
}

/**
 * The cookie sessions of browsers, kept in Redis, for HTTP requests and Socket.IO handshakes alike. Visitors who do not
 * sign in have none.
 * @throws ConfigError in production without SESSION_SECRET
 */
export function sessionMiddleware(redis: Redis, cookie: SessionCookie, config: Config): RequestHandler {
  if (config.production && !config.SESSION_SECRET) throw new ConfigError('SESSION_SECRET is required in production');
  const store: Store = new RedisStore({
    client: redis,
    prefix: keys.sessionPrefix,
    ttl: (data: SessionData) => timeToLive(endOfSession(data, config), config),
  });
  // SessionIndex does, and no answer waits for it.
  store.touch = undefined;
  const read = session({
    name: cookie.name,
    secret: cookie.secret,
    store,
    resave: false,
    saveUninitialized: false,
    cookie: cookie.options,
  });
  return (request, response, next) =>
    cookie.choose(request, response, (error) => (error ? next(error) : read(request, response, next)));
}

/**
 * Reads the session of a request that only reads: it is never written, prolonged or begun, and a visitor's has no id.
 * Rejects when Redis does not say.
 */
export type ReadSession = (request: IncomingMessage) => Promise<void>;

/** For requests of HTTP and Socket.IO's alike. */
export function sessionReader(texts: SessionTexts, cookie: SessionCookie): ReadSession {
  return async (request) => {
    const sessionId = await cookie.find(request);
    const text = sessionId !== undefined && (await texts.read(sessionId));
    const data = text ? (JSON.parse(text) as Request['session'] | null) : null;
    if (!data) return;
    if (typeof data.cookie !== 'object') throw new TypeError('What is kept is no session');
    Object.assign(request, { sessionID: sessionId as string, session: Object.freeze(data) });
  };
}

/** As the session's own handler, for requests that only read. */
export function readSession(read: ReadSession): RequestHandler {
  return (request, _response, next) => {
    read(request).then(() => next(), next);
  };
}
