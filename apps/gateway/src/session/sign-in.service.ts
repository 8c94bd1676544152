import { randomUUID } from 'node:crypto';
import type { User } from '@app/contracts';
import { StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { GatewayMetrics } from '../gateway-metrics';
import { RelayService } from '../relay/relay.service';
import { Sockets } from '../socket/sockets';
import { Limits } from './limits';
import { hashSession } from './session';

/** Begins and ends sessions. */
@Injectable()
export class SignInService {
  constructor(
    private readonly streams: StreamsClient,
    private readonly limits: Limits,
    private readonly sockets: Sockets,
    private readonly relay: RelayService,
    private readonly metrics: GatewayMetrics,
  ) {}

  /**
   * Makes the request's session one of this user, under a new id.
   * @returns the user, without what passport adds
   */
  async begin(request: Request, user: User): Promise<User> {
    await new Promise<void>((resolve, reject) => request.logIn(user, (error) => (error ? reject(error) : resolve())));
    request.session.startedAt = Date.now();
    return { id: user.id, username: user.username };
  }

  /**
   * Registers a user and begins a session.
   * @throws ChatError `invalid`, `conflict`, `rate_limited` or `unavailable`
   */
  async register(request: Request, credentials: { username: string; password: string }): Promise<User> {
    const user = await this.metrics.signIn('registration', async () => {
      await this.limits.registration(request.ip ?? '');
      return this.streams.call('auth.register', credentials, { key: randomUUID() });
    });
    return this.begin(request, user);
  }

  /** Ends the request's session and its sockets on every gateway. Nothing happens without one. */
  async end(request: Request): Promise<void> {
    const sessionHash = hashSession(request.sessionID);
    await new Promise<void>((resolve, reject) => {
      request.session.destroy((error) => (error ? reject(error) : resolve()));
    });
    this.sockets.endSession(sessionHash);
    await this.relay.publish({ type: 'session.ended', data: { sessionHash } });
  }
}
