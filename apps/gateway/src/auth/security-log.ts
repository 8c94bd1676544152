import type { ErrorCode } from '@app/contracts';
import { CONFIG, type Config, LOGGER, type Logger } from '@app/service';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { GatewayMetrics } from '../gateway-metrics';
import { clientKey, shownAddress } from './client-address';

/** Events of the security log. `docs/operations.md` explains each. */
export type SecurityEvent =
  | 'sign-in'
  | 'sign-in.failed'
  | 'sign-in.slowed'
  | 'sign-in.limited'
  | 'registration'
  | 'registration.refused'
  | 'registration.limited'
  | 'session.ended'
  | 'password.changed'
  | 'user.suspended'
  | 'access.refused'
  | 'request.refused'
  | 'origin.foreign'
  | 'host.foreign'
  | 'rate.limited'
  | 'connection.limited';

/** Ids, addresses and words of our own. Never what somebody typed: no name, no text, no password. */
export interface SecurityFields {
  /** As the connection or a trusted proxy names it. */
  address?: string | undefined;
  userId?: string | undefined;
  /** The hash of a session, never its id. */
  session?: string | undefined;
  code?: ErrorCode | undefined;
  /** The pattern of a route or the name of a socket event, never a path as it was asked for. */
  route?: string | undefined;
  /** A web origin or host as a header names it: only what is one is written. */
  origin?: string | undefined;
  /** Why, in our words. */
  reason?: string | undefined;
  /** Of the request that it is noted for, where that does not run under its id. */
  requestId?: string | undefined;
}

/** Events of one kind, client and user in one window. */
interface Repeats {
  event: SecurityEvent;
  fields: SecurityFields;
  count: number;
}

/**
 * Logs who signed in and who was refused, for operators: a line each, marked `"security":true`. A flood does not flood the log:
 * of what repeats itself the first lines of a window are written, and at its end how many more there were.
 */
@Injectable()
export class SecurityLog implements OnModuleDestroy {
  private readonly log: Logger;
  private readonly repeats = new Map<string, Repeats>();
  /** Lines of each event in this window, repeats and all. */
  private readonly lines = new Map<SecurityEvent, number>();
  /** Not written: the event had used all its lines of the window. */
  private readonly unwritten = new Map<SecurityEvent, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    @Inject(CONFIG)
    private readonly config: Pick<Config, 'SECURITY_LOG_REPEATS' | 'SECURITY_LOG_LINES' | 'SECURITY_LOG_WINDOW_MS'>,
    @Inject(LOGGER) logger: Logger,
    @Inject(GatewayMetrics) private readonly metrics: Pick<GatewayMetrics, 'security'>,
  ) {
    this.log = logger.child({ security: true });
    this.timer = setInterval(() => this.summarise(), config.SECURITY_LOG_WINDOW_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.summarise();
  }

  /** Writes a line, or counts it when there were enough of the kind. */
  note(event: SecurityEvent, given: SecurityFields = {}): void {
    this.metrics.security.inc({ event });
    const { address, origin, requestId, ...others } = given;
    const fields = {
      ...(address !== undefined && { address: shownAddress(address) }),
      ...others,
      ...(origin !== undefined && { origin: shownOrigin(origin) }),
    };
    const { code, reason, route, userId } = others;
    const client = address === undefined ? undefined : clientKey(address);
    const key = JSON.stringify([event, client, userId, code, reason, route]);
    const known = this.repeats.get(key);
    if (known && known.count >= this.config.SECURITY_LOG_REPEATS) {
      known.count++;
      return;
    }
    const lines = this.lines.get(event) ?? 0;
    if (lines >= this.config.SECURITY_LOG_LINES) {
      this.unwritten.set(event, (this.unwritten.get(event) ?? 0) + 1);
      return;
    }
    this.lines.set(event, lines + 1);
    if (known) known.count++;
    else this.repeats.set(key, { event, fields, count: 1 });
    this.log.info({ event, ...fields, ...(requestId && { requestId }) }, event);
  }

  /** Ends a window: logs what was only counted. */
  private summarise(): void {
    for (const { event, fields, count } of this.repeats.values()) {
      const repeated = count - this.config.SECURITY_LOG_REPEATS;
      if (repeated > 0) this.log.info({ event, ...fields, repeated }, `${event}, repeated`);
    }
    for (const [event, more] of this.unwritten) this.log.info({ event, more }, `${event}, more of it`);
    this.repeats.clear();
    this.lines.clear();
    this.unwritten.clear();
  }
}

/** Scheme, host and port of an origin, or a host; nothing that could be a text. */
function shownOrigin(origin: string): string {
  try {
    const { host, protocol } = new URL(origin.includes('://') ? origin : `host://${origin}`);
    if (!host || origin.length > 200) return 'unreadable';
    return protocol === 'host:' ? host : `${protocol}//${host}`;
  } catch {
    return 'unreadable';
  }
}
