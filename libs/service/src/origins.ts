/** `scheme://host[:port]` and nothing more. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#\\@%,*"<>^|]+$/i;
/** Schemes that have addresses but whose pages have no origin. */
const WITHOUT_ORIGIN = new Set(['file:', 'ftp:', 'ws:', 'wss:']);

/**
 * A web origin in its one spelling, however it is written: case, a port that goes without saying, a dot at the end, a name
 * in Unicode, an IP address in any of its forms.
 * @returns undefined for what is no origin, `null` among it
 */
export function readOrigin(text: string): string | undefined {
  const url = ORIGIN.test(text) ? urlOf(text) : undefined;
  if (!url || WITHOUT_ORIGIN.has(url.protocol)) return undefined;
  const name = hostnameIn(url);
  return name && `${url.protocol}//${name}${url.port && `:${url.port}`}`;
}

/** A host's name in its one spelling, without its port. @param host as the header names it */
export function readHostname(host: string): string | undefined {
  const origin = readOrigin(`http://${host}`);
  return origin === undefined ? undefined : new URL(origin).hostname;
}

/** Comma-separated origins. @throws Error saying what is wrong with which one */
export function readOrigins(text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return [...new Set(entries.flatMap((entry, i) => (entry === '' ? [] : [requireOrigin(entry, `entry ${i + 1} `)])))];
}

/** The address at which people open the chat, as an origin. @throws Error saying what is wrong with it */
export function readPublicUrl(text: string): string {
  const origin = requireOrigin(text, '');
  if (!/^https?:/.test(origin)) throw new Error('must begin with https:// or http://');
  return origin;
}

/** The text is not repeated: it may hold a password. */
function requireOrigin(text: string, which: string): string {
  const origin = readOrigin(text.replace(/^([^/]*:\/\/[^/]+)\/$/, '$1'));
  if (origin === undefined) throw new Error(`${which}${problemOf(text)}`);
  return origin;
}

function problemOf(text: string): string {
  const example = '(https://chat.example, with a port where it is not the usual one)';
  if (text.toLowerCase() === 'null') return `must not be null, which any page can be ${example}`;
  if (text.includes('*')) return `must not be a wildcard; name each origin ${example}`;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return `must begin with https:// or http:// ${example}`;
  if (text.includes('@')) return `must not hold a user name ${example}`;
  if (/:\/\/[^\s/?#]+[/?#]/.test(text)) return `must not have a path ${example}`;
  return `must be an origin ${example}`;
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** An app's own scheme (`capacitor://localhost`) leaves the case of the host as it is. */
function hostnameIn({ hostname }: URL): string | undefined {
  return hostname.replace(/\.$/, '').toLowerCase() || undefined;
}
