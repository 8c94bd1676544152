import type { Message, Page } from '@app/contracts';
import type { Entry } from './types';

/** Where a message stands among others. */
export type Place = Pick<Message, 'date' | 'id'>;
type StoredEntry = Entry & { id: string };

export function comparePlaces(a: Place, b: Place): number {
  return a.date - b.date || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** A room's stored messages from its oldest page here on, in order of date, each once. */
export class History {
  private cursor: string | null = null;
  /** The first message of the oldest page; null: the beginning. Foreign ones before it are shown with their page. */
  private floor: Place | null = null;
  private entries: StoredEntry[] = [];
  private readonly ids = new Set<string>();
  private readonly idBySeq = new Map<number, string>();

  /** @returns whether it was new */
  insert(message: Message, key: string): boolean {
    if (this.ids.has(message.id)) return false;
    const entry: StoredEntry = { ...message, key, state: 'sent' };
    const last = this.entries.at(-1);
    if (!last || comparePlaces(last, message) < 0) this.entries.push(entry);
    else this.entries.splice(this.indexOf(message), 0, entry);
    this.ids.add(message.id);
    if (message.seq !== undefined) this.idBySeq.set(message.seq, message.id);
    return true;
  }

  /** The id of the message with this `seq`, if it is here. */
  idOf(seq: number): string | undefined {
    return this.idBySeq.get(seq);
  }

  /** Cursor of the page before the oldest here; null: there is none. */
  get older(): string | null {
    return this.cursor;
  }

  /** This is the oldest page now. */
  startAt(page: Page): void {
    this.cursor = page.before;
    this.floor = page.before === null ? null : (page.messages[0] ?? this.floor);
  }

  /** What is to be shown, in an array of its own. */
  shown(): StoredEntry[] {
    return this.entries.slice(this.floor ? this.indexOf(this.floor) : 0);
  }

  clear(): void {
    this.entries = [];
    this.ids.clear();
    this.idBySeq.clear();
    this.cursor = null;
    this.floor = null;
  }

  /** Where a place is, or would be. */
  private indexOf(place: Place): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.entries[middle];
      if (entry && comparePlaces(entry, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
