import type { IncomingMessage } from 'node:http';
import { CONFIG, type Config, ConfigError } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import proxyAddr from 'proxy-addr';

type Request = Pick<IncomingMessage, 'headers' | 'socket'>;
type Trusts = (address: string, hop: number) => boolean;

/** What Traefik and others call the scheme of a WebSocket's handshake. */
const SCHEMES: Record<string, 'http' | 'https'> = { http: 'http', https: 'https', ws: 'http', wss: 'https' };

/** What a request was, as far as proxies that TRUST_PROXY names tell it: alike for HTTP and for a socket's handshake. */
@Injectable()
export class Proxies {
  private compiled: Trusts | undefined;

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'TRUST_PROXY'>) {}

  /** Express' `trust proxy`. @throws ConfigError for what names no proxy */
  get trusts(): Trusts {
    this.compiled ??= compile(this.config.TRUST_PROXY);
    return this.compiled;
  }

  /** The address of who asks. */
  address(request: Request): string {
    return proxyAddr(request as IncomingMessage, this.trusts) ?? '';
  }

  /** The host that was asked, with its port where there is one. */
  host(request: Request): string | undefined {
    return this.forwarded(request, 'x-forwarded-host') ?? request.headers.host;
  }

  /** The scheme that was asked; undefined without a proxy's word: it may end TLS. */
  scheme(request: Request): 'http' | 'https' | undefined {
    return SCHEMES[this.forwarded(request, 'x-forwarded-proto')?.toLowerCase() ?? ''];
  }

  /** A header as the outermost proxy set it; undefined unless a trusted proxy is connected. */
  private forwarded({ headers, socket }: Request, header: string): string | undefined {
    const value = headers[header];
    if (typeof value !== 'string' || !this.trusts(socket.remoteAddress ?? '', 0)) return undefined;
    return value.split(',')[0]?.trim() || undefined;
  }
}

function compile(trusted: string): Trusts {
  if (trusted === 'true' || trusted === 'false') return () => trusted === 'true';
  if (/^\d+$/.test(trusted)) return (_address, hop) => hop < Number(trusted);
  try {
    return proxyAddr.compile(trusted.split(',').map((who) => who.trim()));
  } catch {
    throw new ConfigError(
      'TRUST_PROXY must be true, false, a number of proxies, or names and ranges of addresses (loopback, 10.0.0.0/8)',
    );
  }
}
