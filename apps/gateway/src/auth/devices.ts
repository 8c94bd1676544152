import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { User } from '@app/contracts';
import { caseKey } from '@app/names';
import { CONFIG, type Config } from '@app/service';
import { StreamsClient } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { parse as parseCookie } from 'cookie';
import type { Request, RequestHandler } from 'express';
import onHeaders from 'on-headers';
import { SessionCookie } from './session-cookie';

/** So many people may share a browser; it forgets who signed in longest ago. */
const MAX_USERS = 5;
const SEPARATOR = '~';

/** What a browser shows of an earlier sign-in. */
interface Token {
  text: string;
  userId: string;
  issuedAt: number;
  /** Which of the user's credentials it was begun with. */
  credentials: number;
  /** Names this sign-in in counts. */
  nonce: string;
}

/**
 * Browsers that somebody signed in with: a signed cookie for each user and browser, which says so long after the session.
 * What others do to a name does not slow its owner down there. It opens nothing: the password is asked as ever.
 */
@Injectable()
export class Devices {
  private readonly key: Buffer;
  /** Another one for each installation, as the session's. */
  private readonly cookieName: string;

  constructor(
    private readonly streams: StreamsClient,
    @Inject(CONFIG) private readonly config: Config,
    session: SessionCookie,
  ) {
    this.cookieName = `${session.name}-device`;
    this.key = createHmac('sha256', session.secret).update('device').digest();
  }

  /**
   * Which device of this user a request comes from, when its user signed in there with the password of today; a name for
   * counts.
   */
  async recognise(request: Request, username: string): Promise<string | undefined> {
    const name = caseKey(username);
    const found = this.read(request).find((token) => this.isSigned(token, name));
    if (!found || found.issuedAt + this.config.DEVICE_COOKIE_MS < Date.now()) return undefined;
    const { version, suspended } = await this.streams.call('auth.credentials', { userId: found.userId });
    return version === found.credentials && !suspended ? found.nonce : undefined;
  }

  /** Lets the answer carry the cookie: this user has signed in here. */
  remember(request: Request, { id, username }: User, credentials: number): void {
    const others = this.read(request).filter(({ userId }) => userId !== id);
    const start = `${id}.${Date.now().toString(36)}.${credentials}.${randomBytes(9).toString('base64url')}`;
    const tokens = [`${start}.${this.sign(start, caseKey(username))}`, ...others.map(({ text }) => text)];
    if (request.res) request.res.locals.device = tokens.slice(0, MAX_USERS).join(SEPARATOR);
  }

  /** Writes the cookie behind that of the session: stands before the session's own handler, so comes after it here. */
  readonly middleware: RequestHandler = (request, response, next) => {
    onHeaders(response, () => {
      const { device } = response.locals;
      if (typeof device !== 'string') return;
      response.cookie(this.cookieName, device, {
        httpOnly: true,
        sameSite: 'strict',
        secure: request.secure,
        maxAge: this.config.DEVICE_COOKIE_MS,
        path: '/',
      });
    });
    next();
  };

  private read(request: Request): Token[] {
    const cookie = parseCookie(request.headers.cookie ?? '')[this.cookieName] ?? '';
    return cookie
      .split(SEPARATOR, MAX_USERS)
      .map((text) => {
        const [userId = '', issuedAt = '', credentials, nonce = ''] = text.split('.');
        return { text, userId, issuedAt: Number.parseInt(issuedAt, 36), credentials: Number(credentials), nonce };
      })
      .filter(({ text, issuedAt }) => text.length < 200 && issuedAt > 0);
  }

  private isSigned({ text }: Token, name: string): boolean {
    const end = text.lastIndexOf('.');
    const given = Buffer.from(text.slice(end + 1));
    const right = Buffer.from(this.sign(text.slice(0, end), name));
    return given.length === right.length && timingSafeEqual(given, right);
  }

  /** Bound to the name without carrying it. */
  private sign(start: string, name: string): string {
    return createHmac('sha256', this.key).update(`${start} ${name}`).digest('base64url').slice(0, 32);
  }
}
