import type { ChatError } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { ChatSocket } from '../socket/chat-socket';
import { Proxies } from './proxies';
import { SecurityLog } from './security-log';

/** Where sign-ins and registrations are refused, which are told by themselves. */
const OWN_LINES = new Set(['POST /api/session', 'POST /api/users', 'POST /login', 'POST login']);

/** Tells the security log of what was refused to whom: for want of rights, or as it was too much. */
@Injectable()
export class Refusals {
  constructor(
    private readonly log: SecurityLog,
    private readonly proxies: Proxies,
  ) {}

  /** Of a request; what was refused before it had a route (a foreign origin) is told where that was. */
  http({ method, route, user, ip }: Request, error: ChatError): void {
    if (typeof route?.path !== 'string') return;
    const name = `${method} ${route.path}`;
    if (!OWN_LINES.has(name)) this.note(error, { address: ip, userId: user?.id, route: name });
  }

  /** Of a call over a socket. */
  socket({ data, request }: ChatSocket, event: string, error: ChatError): void {
    const address = this.proxies.address(request);
    this.note(error, { address, userId: data.user.id, session: data.sessionHash, route: event });
  }

  private note({ code }: ChatError, fields: Parameters<SecurityLog['note']>[1]): void {
    if (code === 'rate_limited') this.log.note('rate.limited', { ...fields, code });
    else if (code === 'unauthorized' || code === 'forbidden') this.log.note('access.refused', { ...fields, code });
  }
}
