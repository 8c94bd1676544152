import ipaddr from 'ipaddr.js';

/** All clients whose address cannot be parsed share one count. */
export const UNKNOWN_ADDRESS = 'unknown';
/** `[::1]:80`, `1.2.3.4:80`, and what a careless front puts around them. */
const DRESSED = /^"?(?:\[([^\]]*)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?"?$/;
/** No address that anybody writes is longer; zone included. */
const MAX_LENGTH = 100;

/**
 * What stands for a client in counts: an IPv4 address, or the /64 of an IPv6 address, of which one subscriber has all.
 * However an address is spelled, and whether its IPv4 address comes bare, mapped or through a translator: one key.
 */
export function clientKey(address: string): string {
  const parsed = read(address);
  if (!parsed) return UNKNOWN_ADDRESS;
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const { parts } = parsed as ipaddr.IPv6;
  // A translator's own prefix: behind its one /64 is all of IPv4.
  if (inRange(parts, [0x64, 0xff9b, 1])) return withoutZone(parsed as ipaddr.IPv6);
  return `${new ipaddr.IPv6([...parts.slice(0, 4), 0, 0, 0, 0])}/64`;
}

/** The network around a client: an IPv4 /24, or an IPv6 /48, of which many a subscriber has all. */
export function networkKey(address: string): string {
  const parsed = read(address);
  if (!parsed) return UNKNOWN_ADDRESS;
  if (parsed.kind() === 'ipv4') return `${(parsed as ipaddr.IPv4).octets.slice(0, 3).join('.')}.0/24`;
  return `${new ipaddr.IPv6([...(parsed as ipaddr.IPv6).parts.slice(0, 3), 0, 0, 0, 0, 0])}/48`;
}

/** An address as the log shows it: its one usual spelling, without port and zone; `unknown` for anything else. */
export function shownAddress(address: string): string {
  const parsed = read(address);
  if (!parsed) return UNKNOWN_ADDRESS;
  return parsed.kind() === 'ipv4' ? parsed.toString() : withoutZone(parsed as ipaddr.IPv6);
}

/** An address; as IPv4 where an IPv6 address stands for one. */
function read(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const text = address.slice(0, MAX_LENGTH).trim();
  const [, v6, v4] = DRESSED.exec(text) ?? [];
  const bare = v6 ?? v4 ?? text;
  if (!ipaddr.isValid(bare)) return undefined;
  const parsed = ipaddr.parse(bare);
  return parsed.kind() === 'ipv4' ? parsed : (embedded(parsed as ipaddr.IPv6) ?? parsed);
}

/** The IPv4 address that an IPv6 address stands for. */
function embedded({ parts }: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const last = () => v4(parts[6], parts[7]);
  // Mapped (RFC 4291), translated (RFC 2765), through NAT64 (RFC 6052).
  if (inRange(parts, [0, 0, 0, 0, 0, 0xffff])) return last();
  if (inRange(parts, [0, 0, 0, 0, 0xffff, 0])) return last();
  if (inRange(parts, [0x64, 0xff9b, 0, 0, 0, 0])) return last();
  // Compatible (RFC 4291, no longer used), but neither `::` nor `::1`.
  if (inRange(parts, [0, 0, 0, 0, 0, 0]) && parts[6] !== 0) return last();
  // 6to4 (RFC 3056): its owner has a /48.
  if (parts[0] === 0x2002) return v4(parts[1], parts[2]);
  // Teredo (RFC 4380): the client's address is written inverted.
  if (parts[0] === 0x2001 && parts[1] === 0) return v4(~(parts[6] ?? 0) & 0xffff, ~(parts[7] ?? 0) & 0xffff);
  return undefined;
}

function v4(high = 0, low = 0): ipaddr.IPv4 {
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);
}

function inRange(parts: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((part, i) => parts[i] === part);
}

function withoutZone({ parts }: ipaddr.IPv6): string {
  return new ipaddr.IPv6([...parts]).toString();
}
