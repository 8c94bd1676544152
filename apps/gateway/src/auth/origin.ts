import type { IncomingMessage } from 'node:http';
import { ChatError } from '@app/contracts';
import { CONFIG, type Config, readHostname, readOrigin } from '@app/service';
import type { CallContext } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import type { RequestHandler } from 'express';
import { Proxies } from './proxies';
import { SecurityLog } from './security-log';

type Asked = Pick<IncomingMessage, 'headers' | 'socket'>;

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Asked by address alone, by those who watch and balance. */
const HEALTH = /^\/health(\/|$)/i;

/**
 * Which pages may change something or open a socket, and at which hosts the chat is asked for. With PUBLIC_URL both are
 * what the settings say; without it, its own origin is the host that a request names, and any host will do.
 */
@Injectable()
export class Origins {
  private readonly allowed: ReadonlySet<string>;
  private readonly hostnames: ReadonlySet<string> | undefined;

  constructor(
    @Inject(CONFIG) { PUBLIC_URL: own, ALLOWED_ORIGINS: others }: Pick<Config, 'PUBLIC_URL' | 'ALLOWED_ORIGINS'>,
    private readonly proxies: Proxies,
    private readonly log: SecurityLog,
  ) {
    this.allowed = new Set(own === undefined ? others : [own, ...others]);
    this.hostnames =
      own === undefined ? undefined : new Set([...this.allowed].map((origin) => new URL(origin).hostname));
  }

  /**
   * Whether a request may change something or open a socket, judged by where the page that sent it came from. None at all
   * is fine: only browsers send one, and they always do.
   */
  isAllowed(request: Asked): boolean {
    const { origin: header } = request.headers;
    if (header === undefined) return true;
    const origin = readOrigin(header);
    if (origin === undefined) return false;
    return this.allowed.has(origin) || (this.hostnames === undefined && this.isOwn(origin, request));
  }

  /** Whether the host that was asked is one of ours. The port is not looked at: proxies leave it out or put in their own. */
  isOurs(request: Asked): boolean {
    if (this.hostnames === undefined) return true;
    const name = readHostname(hostOf(this.proxies.host(request)));
    return name !== undefined && this.hostnames.has(name);
  }

  /** Answers 421 where another host was asked, but for health; 403 to what would change something for a foreign page. */
  readonly guard: RequestHandler = (request, response, next) => {
    if (!this.isOurs(request) && !HEALTH.test(request.path)) {
      this.note(request);
      response.status(421).json(new ChatError('invalid', 'This server is asked at another address').toBody());
    } else if (READS.has(request.method) || this.isAllowed(request)) {
      next();
    } else {
      this.note(request);
      next(new ChatError('forbidden', 'Not from this origin'));
    }
  };

  /** Whether a socket's handshake, or one of its requests, is let through. */
  readonly admits = (request: Asked): boolean => {
    const admitted = this.isOurs(request) && this.isAllowed(request);
    if (!admitted) this.note(request, 'socket');
    return admitted;
  };

  /** A default port goes without saying, so which one `host` means depends on the scheme; where nobody told it, on the page's. */
  private isOwn(origin: string, request: Asked): boolean {
    const scheme = this.proxies.scheme(request) ?? (origin.startsWith('https:') ? 'https' : 'http');
    return readOrigin(`${scheme}://${hostOf(this.proxies.host(request))}`) === origin;
  }

  private note(request: Asked, route?: string): void {
    const address = this.proxies.address(request);
    const about = { address, route, requestId: (request as Asked & { context?: CallContext }).context?.requestId };
    if (this.isOurs(request)) this.log.note('origin.foreign', { ...about, origin: request.headers.origin });
    else this.log.note('host.foreign', { ...about, origin: this.proxies.host(request) });
  }
}

/** Node.js reads headers as Latin-1; a name in Unicode is UTF-8. */
function hostOf(header = ''): string {
  return Buffer.from(header, 'latin1').toString('utf8');
}
