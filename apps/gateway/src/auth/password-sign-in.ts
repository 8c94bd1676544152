import { createHash, randomUUID } from 'node:crypto';
import {
  ChatError,
  type changePasswordSchema,
  credentialsSchema,
  parse,
  type User,
  type WorkReply,
} from '@app/contracts';
import { StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { GatewayMetrics } from '../gateway-metrics';
import { clientKey } from './client-address';
import { Devices } from './devices';
import { SecurityLog } from './security-log';
import { type Attempt, SignInLimits } from './sign-in-limits';

const MAX_IDENTIFIED = 1000;
const IDENTIFIED_MS = 60_000;

/** Finds out who somebody is by name and password: the auth service verifies, within the limits. */
@Injectable()
export class PasswordSignIn {
  private readonly identified = new Map<string, Promise<string | undefined>>();
  private identifiedSince = Date.now();

  constructor(
    private readonly streams: StreamsClient,
    private readonly limits: SignInLimits,
    private readonly devices: Devices,
    private readonly log: SecurityLog,
    private readonly metrics: GatewayMetrics,
  ) {}

  /**
   * @param body name and password, as claimed by the request; nothing else of it is used
   * @throws ChatError `invalid`, `unauthorized`, `rate_limited`, `overloaded` or `unavailable`
   */
  verify(request: Request, body: unknown): Promise<WorkReply<'auth.verify'>> {
    return this.metrics.signIn('sign-in', async () => {
      const credentials = parse(credentialsSchema, body ?? {});
      const address = request.ip ?? '';
      const attempt = await this.admit(request, address, credentials.username);
      try {
        const user = await this.streams.call('auth.verify', { ...credentials, client: queueKey(address) });
        // Not awaited: the session's own commands come after it on the same connection.
        attempt.succeeded().catch(() => undefined);
        return user;
      } catch (error) {
        if (isRefusal(error)) void this.noteFailure(address, credentials.username);
        else {
          if (isCode(error, 'overloaded'))
            void this.note('sign-in.limited', address, credentials.username, 'overloaded');
          await attempt.undone();
        }
        throw error;
      }
    });
  }

  private async admit(request: Request, address: string, username: string): Promise<Attempt> {
    const device = await this.devices.recognise(request, username);
    const gone = new AbortController();
    request.res?.once('close', () => gone.abort());
    try {
      const attempt = await this.limits.signIn({ address, username, device, signal: gone.signal });
      if (attempt.slowedMs > 0) void this.note('sign-in.slowed', address, username);
      return attempt;
    } catch (error) {
      if (error instanceof ChatError) void this.note('sign-in.limited', address, username, error.code);
      throw error;
    }
  }

  private noteFailure(address: string, username: string): Promise<void> {
    return this.note('sign-in.failed', address, username, 'unauthorized');
  }

  /** With the id of the account that was meant, if there is one: the name itself is what somebody typed. */
  private async note(
    event: 'sign-in.failed' | 'sign-in.slowed' | 'sign-in.limited',
    address: string,
    username: string,
    code?: ChatError['code'],
  ): Promise<void> {
    this.log.note(event, { address, userId: await this.identify(username), code });
  }

  /** Asked once in a while for each name, however often that is tried. */
  private identify(username: string): Promise<string | undefined> {
    if (this.identified.size >= MAX_IDENTIFIED || this.identifiedSince < Date.now() - IDENTIFIED_MS) {
      this.identified.clear();
      this.identifiedSince = Date.now();
    }
    const known = this.identified.get(username);
    if (known) return known;
    const asked = this.streams.call('auth.identify', { username }).then(
      ({ userId }) => userId ?? undefined,
      () => undefined,
    );
    this.identified.set(username, asked);
    return asked;
  }

  /**
   * Gives a user another password; a wrong present one counts as a sign-in that failed.
   * @throws ChatError `forbidden` when it is wrong, `invalid`, `rate_limited`, `overloaded`, `unavailable`
   */
  async change(request: Request, { id, username }: User, body: z.output<typeof changePasswordSchema>): Promise<void> {
    const address = request.ip ?? '';
    const attempt = await this.admit(request, address, username);
    try {
      const asked = { userId: id, ...body, client: queueKey(address) };
      await this.streams.call('auth.password', asked, { key: randomUUID(), context: request.context });
      await attempt.succeeded();
    } catch (error) {
      if (error instanceof ChatError && error.code === 'forbidden') {
        this.log.note('sign-in.failed', { address, userId: id, code: error.code });
      } else await attempt.undone();
      throw error;
    }
  }
}

/** Key by which the auth service shares its time among clients. It does not contain the address. */
export function queueKey(address: string): string {
  return createHash('sha256')
    .update(`queue ${clientKey(address)}`)
    .digest('base64url')
    .slice(0, 12);
}

function isRefusal(error: unknown): boolean {
  return isCode(error, 'unauthorized');
}

function isCode(error: unknown, code: ChatError['code']): boolean {
  return error instanceof ChatError && error.code === code;
}
