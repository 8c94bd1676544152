import { randomUUID } from 'node:crypto';
import { ChatError, type User, type WorkRequest } from '@app/contracts';
import { keys, Redis } from '@app/redis';
import { StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { describeDevice } from '../auth/device';
import { Devices } from '../auth/devices';
import { queueKey } from '../auth/password-sign-in';
import { SecurityLog } from '../auth/security-log';
import { hashSession } from '../auth/session';
import { SessionCookie } from '../auth/session-cookie';
import { SessionIndex } from '../auth/session-index';
import { SignInLimits } from '../auth/sign-in-limits';
import { GatewayMetrics } from '../gateway-metrics';
import { Sockets } from '../hub/sockets';
import { RelayService } from '../relay/relay.service';

/**
 * Not cookies: those are of all hosts of the domain, and the device is still known. Not the cache: no answer of a session is in it, and
 * Chromium goes through what it has of all sites first (6 s for 6,000 files, while the answer waits).
 */
const FORGOTTEN = '"storage"';

/** Begins and ends sessions. */
@Injectable()
export class SignInService {
  constructor(
    private readonly streams: StreamsClient,
    private readonly limits: SignInLimits,
    private readonly sockets: Sockets,
    private readonly relay: RelayService,
    private readonly metrics: GatewayMetrics,
    private readonly redis: Redis,
    private readonly index: SessionIndex,
    private readonly cookie: SessionCookie,
    private readonly devices: Devices,
    private readonly log: SecurityLog,
  ) {}

  /**
   * Makes the request's session one of this user, under a new id; the one before is over, its sockets included.
   * @param credentials which of the user's credentials it was begun with (`auth.verify`)
   * @returns the user alone
   * @throws ChatError `unauthorized` when they were changed or taken away meanwhile
   */
  async begin(request: Request, user: User, credentials: number): Promise<User> {
    const before = { userId: request.session.passport?.user?.id, sessionId: request.sessionID };
    // An id that nobody was given yet needs no other.
    if (request.cookieOfSession) await done((then) => request.session.regenerate(then));
    request.session.passport = { user: { id: user.id, username: user.username } };
    request.user = user;
    request.session.startedAt = Date.now();
    request.session.device = describeDevice(request.get('user-agent'));
    request.session.cookieName = this.cookie.name;
    this.devices.remember(request, user, credentials);
    const address = request.ip;
    const isOver = before.userId && this.ended(before.userId, before.sessionId, 'another sign-in', address);
    const saved = done((then) => request.session.save(then));
    // Before it is listed: who reads the list drops what is not there. One server carries out in order what one connection says.
    if (this.redis.isCluster) await saved;
    const listed = this.index.add(user.id, request.sessionID);
    if (this.redis.isCluster) await listed;
    const all = Promise.all([listed, saved, isOver, this.requireCurrent(user.id, credentials)]);
    const [tooMany] = await all.catch(async (error: unknown) => {
      await Promise.allSettled([listed, saved]);
      await this.end(request);
      throw error;
    });
    for (const sessionId of tooMany) await this.endOne(user.id, sessionId, 'too many sessions', address);
    const session = hashSession(request.sessionID);
    this.log.note('sign-in', { address, userId: user.id, session });
    return { id: user.id, username: user.username };
  }

  /**
   * Registers a user and begins a session.
   * @throws ChatError `invalid`, `conflict`, `rate_limited` or `unavailable`
   */
  async register(request: Request, credentials: WorkRequest<'auth.register'>): Promise<User> {
    const user = await this.metrics.signIn('registration', async () => {
      const address = request.ip ?? '';
      try {
        await this.limits.registration(address);
        const data = { ...credentials, client: queueKey(address) };
        const registered = await this.streams.call('auth.register', data, { key: randomUUID() });
        this.log.note('registration', { address, userId: registered.id });
        return registered;
      } catch (error) {
        if (error instanceof ChatError) {
          const event = error.code === 'rate_limited' ? 'registration.limited' : 'registration.refused';
          this.log.note(event, { address, code: error.code });
        }
        throw error;
      }
    });
    return this.begin(request, user, 0);
  }

  /**
   * Ends the request's session and its sockets on every gateway, and has the browser forget it and what it kept of the chat.
   * Nothing happens without one.
   */
  async end(request: Request): Promise<void> {
    const { sessionID } = request;
    const userId = request.user?.id;
    await done((then) => request.session.destroy(then));
    await this.ended(userId, sessionID, 'sign-out', request.ip);
    if (!request.res) return;
    this.cookie.clear(request, request.res);
    request.res.set('Clear-Site-Data', FORGOTTEN);
  }

  /** Ends one of a user's sessions and its sockets on every gateway. @param reason for the log, as is the address of who asked */
  async endOne(userId: string, sessionId: string, reason = 'its user', address?: string): Promise<void> {
    await this.redis.del(keys.session(sessionId));
    await this.ended(userId, sessionId, reason, address);
  }

  /** Ends all of a user's sessions, and their sockets on every gateway. @param but the id of one that stays */
  async endAll(userId: string, but?: string, reason = 'its user'): Promise<void> {
    for (const { sessionId } of await this.index.list(userId)) {
      if (sessionId !== but) await this.endOne(userId, sessionId, reason);
    }
  }

  /**
   * To be called once the session is listed, or on its way to be on the same connection. Whoever changes credentials does so before
   * ending the sessions that are listed: this one is either listed by then, or finds out here.
   */
  private async requireCurrent(userId: string, credentials: number): Promise<void> {
    const { version, suspended } = await this.streams.call('auth.credentials', { userId });
    if (suspended || version !== credentials) throw new ChatError('unauthorized', 'The password was changed meanwhile');
  }

  private async ended(
    userId: string | undefined,
    sessionId: string,
    reason: string,
    address: string | undefined,
  ): Promise<void> {
    const sessionHash = hashSession(sessionId);
    this.log.note('session.ended', { address, userId, session: sessionHash, reason });
    this.sockets.endSession(sessionHash);
    await this.relay.publish({ type: 'session.ended', data: { sessionHash } });
    if (userId) await this.index.remove(userId, [sessionId]);
  }
}

/** What takes a callback, as a promise. */
function done(call: (then: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));
}
