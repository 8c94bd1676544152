import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { keys, Redis } from '@app/redis';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import { unsign } from 'cookie-signature';
import type { Request, RequestHandler, Response } from 'express';
import type { CookieOptions, SessionData } from 'express-session';

/** What sessions were kept under that do not say so themselves. */
const FIRST_NAME = 'sid';
/** Of cookies with our signature so many are looked up at most; a browser has one, now and then two. */
const MAX_LOOKED_UP = 8;
/** Signatures remembered: computing one takes longer than all else that is done with a cookie. */
const MAX_SIGNED = 10_000;

interface Candidate {
  name: string;
  sessionId: string;
  /** As the header has it. */
  value: string;
}

declare global {
  namespace Express {
    interface Request {
      /** The name that the cookie of its session came under. */
      cookieOfSession?: string;
    }
  }
}

/** The cookie that names a browser's session: what it is called, and which of several counts. */
@Injectable()
export class SessionCookie {
  readonly secret: string;
  /**
   * Cookies ignore ports, so by default the name is another one for each installation: it follows from the secret, the
   * database and the address that all its gateways share. `__Host-` keeps other hosts of the domain from setting it.
   */
  readonly name: string;
  readonly options: CookieOptions & { secure: boolean | 'auto' };
  private readonly isPublicTls: boolean;
  /** Values of cookies whose signature was found to be ours, and the ids in them: whether such a session lives is another question. */
  private readonly signed = new Map<string, string>();

  constructor(
    @Inject(CONFIG) { PUBLIC_URL: url, SESSION_COOKIE: given, SESSION_MAX_MS: maxAge, ...config }: Config,
    private readonly redis: Redis,
  ) {
    this.secret = config.SESSION_SECRET ?? randomBytes(32).toString('hex');
    this.isPublicTls = url?.startsWith('https:') ?? false;
    const installation = `session cookie of ${config.redis.db ?? 0} at ${url ?? ''}`;
    const name = given ?? `chat-${createHmac('sha256', this.secret).update(installation).digest('hex').slice(0, 8)}`;
    this.name = this.isPublicTls ? `__Host-${name}` : name;
    this.options = { httpOnly: true, sameSite: 'lax', path: '/', secure: url ? this.isPublicTls : 'auto', maxAge };
  }

  /**
   * Leaves of a request's cookies the one session that counts, under the name that express-session reads: of several with
   * our signature the first whose session lives. What has another signature, as cookies of a parent domain do, is dropped.
   * Another name than today's counts for the sessions that were begun under it: nobody is signed out when it changes.
   */
  readonly choose: RequestHandler = (request, _response, next) => {
    // express-session gives out no secure cookie where no proxy speaks of TLS; the setting does.
    if (this.isPublicTls) Object.defineProperty(request, 'secure', { value: true });
    const { cookie: header } = request.headers;
    if (!header) return next();
    const pairs = header.split(';').map(readPair);
    const ours = this.ours(pairs);
    const keep = (chosen: Candidate | undefined) => {
      request.cookieOfSession = chosen?.name;
      const others = pairs.filter(([name, value]) => name !== this.name && !ours.some((one) => one.value === value));
      const kept = chosen ? [...others, [this.name, chosen.value]] : others;
      request.headers.cookie = kept.map((pair) => pair.join('=')).join('; ');
      next();
    };
    const picked = this.pick(ours);
    if (picked instanceof Promise) picked.then(keep, next);
    else keep(picked);
  };

  /** The id of the session that `choose` would leave, for who only reads it; undefined without one. */
  async find({ headers: { cookie = '' } }: IncomingMessage): Promise<string | undefined> {
    return (await this.pick(this.ours(cookie.split(';').map(readPair))))?.sessionId;
  }

  /** Has the browser forget the session. */
  clear({ cookieOfSession, secure }: Request, response: Response): void {
    const options = { httpOnly: true, sameSite: 'lax', path: '/', secure } as const;
    for (const name of new Set([this.name, cookieOfSession ?? this.name])) response.clearCookie(name, options);
  }

  private ours(pairs: readonly (readonly [name: string, value: string])[]): Candidate[] {
    return pairs.flatMap(([name, value]) => {
      const sessionId = this.signed.get(value) ?? this.unsign(value);
      return sessionId ? [{ name, sessionId, value }] : [];
    });
  }

  private unsign(value: string): string | false {
    const text = decoded(value.replace(/^"(.*)"$/, '$1'));
    const sessionId = text?.startsWith('s:') ? unsign(text.slice(2), this.secret) : false;
    if (!sessionId) return false;
    // In one spelling alone, and as texts of their own: a part of a header keeps all of it.
    if (value === encodeURIComponent(text ?? '')) {
      const [oldest] = this.signed.keys();
      if (this.signed.size >= MAX_SIGNED && oldest !== undefined) this.signed.delete(oldest);
      this.signed.set(copyOf(value), copyOf(sessionId));
    }
    return sessionId;
  }

  private pick(ours: readonly Candidate[]): Candidate | undefined | Promise<Candidate | undefined> {
    const [only] = ours;
    const isOne = ours.every(({ name, sessionId }) => name === this.name && sessionId === only?.sessionId);
    return isOne ? only : this.firstAlive(ours);
  }

  private async firstAlive(ours: readonly Candidate[]): Promise<Candidate | undefined> {
    const todays = ours.filter(({ name }) => name === this.name);
    const others = ours.filter(({ name }) => name !== this.name);
    for (const each of [...todays, ...others].slice(0, MAX_LOOKED_UP)) {
      const text = await this.redis.get(keys.session(each.sessionId));
      if (!text) continue;
      const { cookieName = FIRST_NAME } = JSON.parse(text) as SessionData;
      if (each.name === this.name || each.name === cookieName) return each;
    }
    return undefined;
  }
}

function readPair(pair: string): [name: string, value: string] {
  const at = pair.indexOf('=');
  return at < 0 ? ['', pair.trim()] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

const copyOf = (text: string): string => Buffer.from(text).toString();
