/** How often to see whether time has stood still. */
const TICK_MS = 5000;
/** Longer than a timer is ever late on a page that is looked at, and on one that is hidden: the device was asleep. */
const ASLEEP_MS = { visible: 15_000, hidden: 90_000 };

export interface WakingHandlers {
  /** The network is back, or the page or the device woke up: what one knew of the connection may be old. */
  woke: () => void;
  /** The device says that it has no network. */
  networkGone: () => void;
}

/** Listens to what a browser tells of its network and of sleep; nothing anywhere else. @returns what ends it */
export function watchWaking({ woke, networkGone }: WakingHandlers, now: () => number): () => void {
  const page: Document | undefined = globalThis.document;
  if (page === undefined || typeof globalThis.addEventListener !== 'function') return () => undefined;
  const seen = () => {
    if (page.visibilityState === 'visible') woke();
  };
  const shown = ({ persisted }: PageTransitionEvent) => {
    if (persisted) woke();
  };
  globalThis.addEventListener('online', woke);
  globalThis.addEventListener('offline', networkGone);
  globalThis.addEventListener('pageshow', shown);
  page.addEventListener('visibilitychange', seen);
  page.addEventListener('resume', woke);
  let last = now();
  const timer = setInterval(() => {
    const before = last;
    last = now();
    if (last - before > ASLEEP_MS[page.visibilityState === 'visible' ? 'visible' : 'hidden']) woke();
  }, TICK_MS);
  return () => {
    globalThis.removeEventListener('online', woke);
    globalThis.removeEventListener('offline', networkGone);
    globalThis.removeEventListener('pageshow', shown);
    page.removeEventListener('visibilitychange', seen);
    page.removeEventListener('resume', woke);
    clearInterval(timer);
  };
}
