import type { IncomingMessage } from 'node:http';
import { ChatError } from '@app/contracts';
import { namesHosts } from '@app/service';
import type { EngineRequest } from './engine-io';

const ENGINE_VERSION = '4';
const TRANSPORTS = new Set(['polling', 'websocket']);

/**
 * Reads a request's form, and its query for Engine.IO. No client of the only version and transports that are served sends what is
 * refused here.
 */
export function refusalOfForm(request: IncomingMessage): ChatError | undefined {
  const { url = '', method } = request;
  const query = queryOf(url);
  if (namesHosts(request) || !query) return invalid('Malformed');
  const fields: EngineRequest['_query'] = Object.create(null);
  for (const [name, value] of query) {
    if (name in fields) return invalid('Malformed');
    fields[name] = value;
  }
  (request as EngineRequest)._query = fields;
  if (method !== 'GET' && !(method === 'POST' && fields.sid)) return invalid('Not a method here');
  if (fields.EIO !== ENGINE_VERSION) return invalid('Unsupported protocol version');
  if (!TRANSPORTS.has(fields.transport ?? '') || fields.j !== undefined) return invalid('Unknown transport');
  return undefined;
}

/** What `ws` would refuse with a text of its own. */
export function refusalOfUpgrade({ method, url = '', headers }: IncomingMessage): ChatError | undefined {
  const { upgrade = '', 'sec-websocket-key': key = '', 'sec-websocket-protocol': protocol } = headers;
  const isOne =
    method === 'GET' &&
    /[?&]transport=websocket(?:&|$)/.test(url) &&
    upgrade.toLowerCase() === 'websocket' &&
    /^[+/0-9A-Za-z]{22}==$/.test(key) &&
    /^(?:13|8)$/.test(headers['sec-websocket-version'] ?? '') &&
    (protocol === undefined || /^[\w.-]+$/.test(protocol));
  return isOne ? undefined : invalid('Not a WebSocket handshake');
}

function queryOf(url: string): URLSearchParams | undefined {
  try {
    return new URL(url, 'http://host').searchParams;
  } catch {
    return undefined;
  }
}

const invalid = (why: string) => new ChatError('invalid', why);
