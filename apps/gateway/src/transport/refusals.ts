import type { IncomingMessage } from 'node:http';
import type { ChatError, ErrorBody } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Proxies } from '../auth/proxies';
import { SecurityLog } from '../auth/security-log';
import type { ChatSocket } from './chat-socket';

/** Sign-in and registration log their own refusals. */
const OWN_LINES = new Set(['POST /api/session', 'POST /api/users', 'POST /login', 'POST login']);

/** The route logged for requests to Socket.IO. */
export const SOCKET = 'socket';
const TOO_LARGE = 413;

/** Logs refusals to the security log: missing rights, exceeded limits, malformed requests. */
@Injectable()
export class Refusals {
  constructor(
    private readonly log: SecurityLog,
    private readonly proxies: Proxies,
  ) {}

  /** Of a request; what was refused before it had a route (a foreign origin) is logged where that happened. */
  http({ method, route, user, ip, context }: Request, error: ChatError, status?: number): void {
    const requestId = context?.requestId;
    if (status === TOO_LARGE) this.form({ address: ip, userId: user?.id, requestId }, error);
    if (typeof route?.path !== 'string') return;
    const name = `${method} ${route.path}`;
    if (!OWN_LINES.has(name)) this.note(error, { address: ip, userId: user?.id, route: name, requestId });
  }

  /** Of a call over a socket. */
  socket({ data }: ChatSocket, event: string, error: ChatError, requestId: string): void {
    this.note(error, {
      address: data.address,
      userId: data.user.id,
      session: data.sessionHash,
      route: event,
      requestId,
    });
  }

  /**
   * Of a request to Socket.IO, in words of ours or Engine.IO's own. A foreign origin and too many connections are told
   * where they are found.
   */
  engine(request: IncomingMessage, error: ErrorBody): void {
    const fields = { address: this.proxies.address(request), route: SOCKET };
    if (error.code === 'unauthorized') this.note(error, { ...fields, reason: error.message });
    else if (error.code === 'invalid') this.form(fields, error);
  }

  /** Of what the HTTP server itself answered. */
  server(request: Pick<IncomingMessage, 'headers' | 'socket'>, error: ErrorBody): void {
    this.form({ address: this.proxies.address(request) }, error);
  }

  private form(fields: Parameters<SecurityLog['note']>[1], { code, message }: ErrorBody | ChatError): void {
    this.log.note('request.refused', { ...fields, code, reason: message });
  }

  private note({ code }: Pick<ErrorBody, 'code'>, fields: Parameters<SecurityLog['note']>[1]): void {
    if (code === 'rate_limited' || code === 'overloaded') this.log.note('rate.limited', { ...fields, code });
    else if (code === 'unauthorized' || code === 'forbidden') this.log.note('access.refused', { ...fields, code });
  }
}
