/** What a scroll container says of itself, in px. */
export interface Extent {
  scrollTop: number;
  scrollHeight: number;
  clientHeight: number;
}

/** Nearer to the end than this counts as being there: somebody who is reading the newest. */
const END_PX = 40;

/** Whether the newest is in sight, so that what comes next should be too. */
export function isAtEnd({ scrollTop, scrollHeight, clientHeight }: Extent): boolean {
  return scrollHeight - clientHeight - scrollTop <= END_PX;
}

/** Whether older messages should be loaded now: a screen and a half before they come into sight. */
export function wantsOlder({ scrollTop, clientHeight }: Extent): boolean {
  return scrollTop < 1.5 * clientHeight;
}

/** Whether newer messages should be loaded now, as `wantsOlder`. */
export function wantsNewer({ scrollTop, scrollHeight, clientHeight }: Extent): boolean {
  return scrollHeight - clientHeight - scrollTop < 1.5 * clientHeight;
}
