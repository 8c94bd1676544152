import { ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorBody } from '@app/contracts';

/** Answers a request that Express does not see, or a connection on which there is no request yet, with an error. */
export function answerOnWire(to: ServerResponse | Duplex, status: number, body: ErrorBody): void {
  const text = JSON.stringify(body);
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(text)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(body.retryAfterMs !== undefined && { 'Retry-After': String(Math.ceil(body.retryAfterMs / 1000)) }),
  };
  if (to instanceof ServerResponse) {
    if (!to.headersSent) to.writeHead(status, headers);
    to.end(text);
    return;
  }
  to.on('error', () => to.destroy());
  if (to.destroyed || !to.writable) return;
  const head = Object.entries({ Connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  to.once('finish', () => to.destroy());
  to.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${text}`);
}
