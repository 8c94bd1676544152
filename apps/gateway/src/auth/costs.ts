/**
 * What a call counts against `REQUESTS_PER_WINDOW`, over HTTP and on a socket alike: about as much as its largest answer, or
 * what it sets in motion, in units of 64 kB. Of those that cost more than one a user has few in flight at once.
 */
export const COSTS = {
  'demo.rooms': 12,
  online: 4,
  other: 1,
  page: 4,
  'room.join': 1,
  'room.open': 1,
  'room.read': 1,
  rooms: 4,
  sessions: 4,
  sync: 4,
  typing: 1,
  users: 4,
} as const;

/** A call by name. */
export type Call = keyof typeof COSTS;

/** Whether a call's answer may be large. */
export function isLarge(call: Call): boolean {
  return COSTS[call] > 1;
}
