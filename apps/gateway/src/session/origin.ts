import type { IncomingMessage } from 'node:http';
import { ChatError } from '@app/contracts';
import type { Config } from '@app/service';
import type { RequestHandler } from 'express';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request may change something or open a socket, judged by where the page that sent it came from. None at all
 * is fine: only browsers send one, and they always do.
 */
export function isAllowedOrigin(request: Pick<IncomingMessage, 'headers'>, config: Config): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (!origin || !host) return false;
  if (config.ALLOWED_ORIGINS.split(',').some((allowed) => allowed.trim() === origin)) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

/** Refuses what would change something on behalf of a foreign page. */
export function requireOwnOrigin(config: Config): RequestHandler {
  return (request, _response, next) => {
    if (READS.has(request.method) || isAllowedOrigin(request, config)) next();
    else next(new ChatError('forbidden', 'Not from this origin'));
  };
}
