import { forgetAtSignOut, removeOthers } from './kept';
import type { ChangeCommand, OutboxEntry, OutboxStore, SendCommand } from './types';

/** Before a user's id, then the client id. */
const PREFIX = 'redis-chat:outbox:';

forgetAtSignOut((butUserId) => removeOthers(browserStorage(), PREFIX, butUserId));

/** Forgets everything with the process. */
export function createMemoryOutbox(): OutboxStore {
  const entries = new Map<string, OutboxEntry>();
  return {
    load: () => [...entries.values()],
    put: (entry) => entries.set(entry.clientId, { ...entry }),
    delete: (clientId) => entries.delete(clientId),
  };
}

/**
 * Keeps one user's unsent messages and changes in the browser's `localStorage`, one item each, so that tabs do not overwrite each
 * other's. What cannot be stored there (private mode, no space) lives as long as the page.
 * @param storage for tests
 */
export function createBrowserOutbox(userId: string, storage: Storage | undefined = browserStorage()): OutboxStore {
  const prefix = `${PREFIX}${userId}:`;
  return {
    load: () => attempt(() => readAll(storage, prefix)) ?? [],
    put: (entry) => attempt(() => storage?.setItem(prefix + entry.clientId, JSON.stringify(entry))),
    delete: (clientId) => attempt(() => storage?.removeItem(prefix + clientId)),
  };
}

/** How many messages and changes wait in this browser for their author to sign in again, whoever that is. */
export function unsentInBrowser(): number {
  return attempt(() => readAll(browserStorage(), PREFIX).length) ?? 0;
}

function readAll(storage: Storage | undefined, prefix: string): OutboxEntry[] {
  const entries: OutboxEntry[] = [];
  for (let i = 0; i < (storage?.length ?? 0); i++) {
    const key = storage?.key(i) ?? '';
    if (!key.startsWith(prefix)) continue;
    const entry: unknown = attempt(() => JSON.parse(storage?.getItem(key) ?? 'null'));
    if (isEntry(entry)) entries.push(entry);
  }
  return entries;
}

function isEntry(value: unknown): value is OutboxEntry {
  const entry = value as Partial<SendCommand> | Partial<ChangeCommand> | null;
  if (typeof entry?.roomId !== 'string' || typeof entry.clientId !== 'string') return false;
  if (typeof entry.createdAt !== 'number') return false;
  if (entry.kind === undefined) return 'message' in entry && typeof entry.message === 'string';
  const hasTarget = typeof (entry.id ?? entry.of) === 'string';
  // What a later release may add is not for this one.
  return hasTarget && (entry.kind === 'delete' || (entry.kind === 'edit' && typeof entry.text === 'string'));
}

/** Reading the property itself throws where storage is blocked. */
function browserStorage(): Storage | undefined {
  return attempt(() => globalThis.localStorage);
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
