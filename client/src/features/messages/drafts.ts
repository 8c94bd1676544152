import { removeOthers } from '@app/client';
import { keepOnDevice, DRAFT_PREFIX as PREFIX } from '../../lib/kept';

/** An edit that was begun, and neither saved nor left. */
export interface EditDraft {
  /** The message's; the client id of one that was on its way. */
  id: string;
  /** The `rev` of the message as its author saw it; undefined: as it is. */
  rev?: number;
  text: string;
}

/**
 * Unsent texts of one user by room: they outlive the page and the tab, until they are sent or the user signs out. Tabs share
 * them. The text of an edit lies beside the room's own.
 */
export class Drafts {
  readonly #userId: string;
  readonly #texts = new Map<string, string>();
  /** Those begun on this page, by room. */
  readonly #edits = new Map<string, EditDraft[]>();

  constructor(userId: string) {
    this.#userId = userId;
    adopt(userId);
  }

  get(roomId: string): string {
    return this.#texts.get(roomId) ?? read(keyOf(this.#userId, roomId)) ?? '';
  }

  set(roomId: string, text: string): void {
    this.#texts.set(roomId, text);
    const key = keyOf(this.#userId, roomId);
    attempt(() => (text === '' ? localStorage.removeItem(key) : localStorage.setItem(key, text)));
  }

  /** The edits that were begun in a room, on any page, in that order. */
  edits(roomId: string): EditDraft[] {
    const here = this.#edits.get(roomId) ?? [];
    const stored = this.#stored(roomId).map(({ key, id, rev, begun }) => ({
      draft: { id, text: read(key) ?? '', ...(rev && { rev: Number(rev) }) },
      begun: Number(begun),
    }));
    const known = new Set(stored.map(({ draft }) => draft.id));
    const ordered = stored.sort((a, b) => a.begun - b.begun).map(({ draft }) => draft);
    return [...here.filter(({ id }) => !known.has(id)), ...ordered];
  }

  /** The edit that was begun last in a room, on this page. */
  lastEdit(roomId: string): EditDraft | undefined {
    return this.#edits.get(roomId)?.at(-1);
  }

  /** Keeps the edit of a message in place of an earlier one; undefined: there is none any more. @param ids all that the message is known by */
  setEdit(roomId: string, ids: readonly string[], draft: EditDraft | undefined): void {
    const here = this.#edits.get(roomId) ?? [];
    const at = here.findIndex(({ id }) => ids.includes(id));
    if (draft && at >= 0) here[at] = draft;
    else if (draft) here.push(draft);
    else if (at >= 0) here.splice(at, 1);
    this.#edits.set(roomId, here);
    attempt(() => {
      const before = this.#stored(roomId).filter(({ id }) => ids.includes(id));
      const begun = before[0]?.begun ?? Date.now();
      const key = draft && `${editKeyOf(this.#userId, roomId)}${draft.id} ${draft.rev ?? ''} ${begun}`;
      for (const other of before) if (other.key !== key) localStorage.removeItem(other.key);
      if (key) localStorage.setItem(key, draft.text);
    });
  }

  #stored(roomId: string): { key: string; id: string; rev: string; begun: string }[] {
    const start = editKeyOf(this.#userId, roomId);
    return (attempt(() => keys(localStorage, start)) ?? []).map((key) => {
      const [id = '', rev = '', begun = '0'] = key.slice(start.length).split(' ');
      return { key, id, rev, begun };
    });
  }

  /** Hears of what another tab has made of a room's text. @returns what ends it */
  watch(roomId: string, changed: (text: string) => void): () => void {
    const key = keyOf(this.#userId, roomId);
    const listener = (event: StorageEvent) => {
      // All of it was cleared.
      if (event.key !== key && event.key !== null) return;
      const text = event.key === null ? '' : (event.newValue ?? '');
      this.#texts.set(roomId, text);
      changed(text);
    };
    window.addEventListener('storage', listener);
    return () => window.removeEventListener('storage', listener);
  }
}

const OLD_PREFIX = 'draft:';
const prefixOf = (userId: string) => `${PREFIX}${userId}:`;
const keyOf = (userId: string, roomId: string) => prefixOf(userId) + roomId;
/** Behind it the message, its `rev` and when it was begun: the value is the text alone, by which a reload knows that it is kept. */
const editKeyOf = (userId: string, roomId: string) => `${keyOf(userId, roomId)} `;

/** Full or forbidden: what is there then lives as long as the page. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

const read = (key: string): string | undefined => attempt(() => localStorage.getItem(key)) ?? undefined;

const keys = (storage: Storage, prefix: string): string[] =>
  Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '').filter((key) =>
    key.startsWith(prefix),
  );

/** Until now a text lived in its tab's own storage. */
function adopt(userId: string): void {
  attempt(() => {
    const old = `${OLD_PREFIX}${userId}:`;
    for (const key of keys(sessionStorage, old)) {
      const text = sessionStorage.getItem(key) ?? '';
      const roomId = key.slice(old.length);
      if (!read(keyOf(userId, roomId))) localStorage.setItem(keyOf(userId, roomId), text);
      sessionStorage.removeItem(key);
    }
  });
}

keepOnDevice({
  count: (userId) =>
    attempt(
      () =>
        keys(localStorage, userId === undefined ? PREFIX : prefixOf(userId)).filter((key) => read(key)?.trim()).length,
    ) ?? 0,
  forget: (butUserId) => {
    attempt(() => removeOthers(localStorage, PREFIX, butUserId));
    attempt(() => removeOthers(sessionStorage, OLD_PREFIX, butUserId));
  },
});
