import { roomIdSchema } from '@app/contracts';
import { useMemo, useSyncExternalStore } from 'react';

/** What the address says: which conversation, and whether the people are shown (on small screens a page of its own). */
export interface Route {
  /** Undefined: no conversation is chosen; small screens show the room list. */
  roomId?: string;
  people: boolean;
}

/** Reads a path and query; whatever is not a room's address is the room list. */
export function parseRoute(path: string, query = ''): Route {
  const people = new URLSearchParams(query).has('people');
  const room = path.match(/^\/chat\/([^/]+)\/?$/)?.[1];
  const roomId = roomIdSchema.safeParse(room && decode(room));
  return roomId.success ? { roomId: roomId.data, people } : { people };
}

/** Whether a path is one of the client's own. */
export function isPlace(path: string): boolean {
  const [, first = '', room, ...more] = path.replace(/\/$/, '').split('/');
  if (first === 'chat') return room === undefined || (more.length === 0 && parseRoute(path).roomId !== undefined);
  return room === undefined && (first === '' || first === 'sign-in');
}

/** The address of a route: `/chat`, `/chat/0`, `/chat/1:2?people`. Never one of the demo's own paths. */
export function formatRoute(route: Route): string {
  return `/chat${route.roomId === undefined ? '' : `/${route.roomId}`}${route.people ? '?people' : ''}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

const address = () => window.location.pathname + window.location.search;

/** How many pages of ours lie behind this one. */
function depth(): number {
  const state: unknown = window.history.state;
  return typeof state === 'object' && state !== null && 'depth' in state ? Number(state.depth) : 0;
}

/** Goes to an address of the client; `replace` leaves no entry in the history. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (to === address()) return;
  if (options.replace) window.history.replaceState({ depth: depth() }, '', to);
  else window.history.pushState({ depth: depth() + 1 }, '', to);
  for (const listener of [...listeners]) listener();
}

/** Like the browser's back button, but never out of the client: without a page of ours behind it goes to `otherwise`. */
export function goBack(otherwise: string): void {
  if (depth() > 0) window.history.back();
  else navigate(otherwise, { replace: true });
}

/** The current path; renders again when it changes. */
export const usePath = (): string => useSyncExternalStore(subscribe, () => window.location.pathname);

/** The current route; renders again when the address changes. */
export function useRoute(): Route {
  const current = useSyncExternalStore(subscribe, address);
  return useMemo(() => {
    const [path = '', query] = current.split('?');
    return parseRoute(path, query);
  }, [current]);
}
