/** Unsent text of one user by room, kept over changes of room and reloads of the tab. */
export class Drafts {
  readonly #prefix: string;
  readonly #texts = new Map<string, string>();
  readonly #storage: Storage | undefined;

  /** @param storage where texts survive a reload; may refuse to keep any */
  constructor(userId: string, storage?: Storage) {
    this.#prefix = `draft:${userId}:`;
    this.#storage = storage;
  }

  get(roomId: string): string {
    return this.#texts.get(roomId) ?? this.#storage?.getItem(this.#prefix + roomId) ?? '';
  }

  set(roomId: string, text: string): void {
    this.#texts.set(roomId, text);
    try {
      if (text === '') this.#storage?.removeItem(this.#prefix + roomId);
      else this.#storage?.setItem(this.#prefix + roomId, text);
    } catch {
      // Full or forbidden: the text then lives as long as the page.
    }
  }

  /** Forgets all of them, as one who signs out expects. */
  clear(): void {
    this.#texts.clear();
    const storage = this.#storage;
    if (storage === undefined) return;
    const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
    for (const key of keys) if (key?.startsWith(this.#prefix)) storage.removeItem(key);
  }
}

/** The tab's own storage, where the browser allows one. */
export function tabStorage(): Storage | undefined {
  try {
    return window.sessionStorage;
  } catch {
    return undefined;
  }
}
