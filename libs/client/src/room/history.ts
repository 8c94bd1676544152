import { type Message, revOf } from '@app/contracts';
import type { Entry, PageAsk } from '../types';

/** Where a message stands among others. */
export type Place = Pick<Message, 'date' | 'id'>;
export type StoredEntry = Entry & { id: string };

export function comparePlaces(a: Place, b: Place): number {
  return a.date - b.date || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** A stretch of a room's stored messages without a hole, in order of date, each once, in the newest state that is known. */
export class History {
  private ask: PageAsk | null = null;
  /** The first message of the oldest page; null: the beginning. Foreign ones before it are shown with their page. */
  private floor: Place | null = null;
  private entries: StoredEntry[] = [];
  private readonly byId = new Map<string, StoredEntry>();
  private readonly idBySeq = new Map<number, string>();

  /** Adds a message, or replaces what is known of it by a newer state. @returns whether it was new */
  insert(message: Message, key: string): boolean {
    if (this.byId.has(message.id)) {
      this.replace(message);
      return false;
    }
    const entry: StoredEntry = { ...message, key, state: 'sent' };
    const last = this.entries.at(-1);
    if (!last || comparePlaces(last, message) < 0) this.entries.push(entry);
    else this.entries.splice(this.indexOf(message), 0, entry);
    this.byId.set(message.id, entry);
    if (message.seq !== undefined) this.idBySeq.set(message.seq, message.id);
    return true;
  }

  /** Replaces what is known of a message that is here, if this state of it is newer. @returns whether it did */
  replace(message: Message): boolean {
    const known = this.byId.get(message.id);
    if (!known || revOf(known) >= revOf(message)) return false;
    const entry: StoredEntry = { ...message, date: known.date, key: known.key, state: 'sent' };
    this.entries[this.indexOf(known)] = entry;
    this.byId.set(message.id, entry);
    return true;
  }

  /** A message that is here. */
  get(id: string): StoredEntry | undefined {
    return this.byId.get(id);
  }

  /** The id of the message with this `seq`, if it is here. */
  idOf(seq: number): string | undefined {
    return this.idBySeq.get(seq);
  }

  /** How to ask for the page before the oldest here; null: there is none. */
  get older(): PageAsk | null {
    return this.ask;
  }

  /** The newest message here. */
  get last(): StoredEntry | undefined {
    return this.entries.at(-1);
  }

  /** The id of the message that is meant by an id or a `seq`, if it is here, and shown. */
  find(id: string, seq: number | undefined): string | undefined {
    if (this.byId.has(id)) return id;
    return seq === undefined ? undefined : this.idBySeq.get(seq);
  }

  /** Its oldest page begins with `first`. @param older how to ask for the one before; null: this is the beginning */
  startAt(older: PageAsk | null, first: Place | undefined): void {
    this.ask = older;
    this.floor = older === null ? null : (first ?? this.floor);
  }

  /** Whether a place is not before the beginning of what is shown. */
  reaches(place: Place): boolean {
    return this.floor === null || comparePlaces(place, this.floor) >= 0;
  }

  /** What is to be shown, in an array of its own. */
  shown(): StoredEntry[] {
    return this.entries.slice(this.floor ? this.indexOf(this.floor) : 0);
  }

  /** Where a message that is here stands in `shown`; negative: it is not shown. */
  shownAt(entry: StoredEntry): number {
    return this.indexOf(entry) - (this.floor ? this.indexOf(this.floor) : 0);
  }

  /**
   * The last of the messages that are shown, as they were stored.
   * @param count at most
   * @returns `isWhole`: there are no others
   */
  tail(count: number): { messages: Message[]; isWhole: boolean } {
    const first = this.floor ? this.indexOf(this.floor) : 0;
    const from = Math.max(this.entries.length - count, first);
    const messages = this.entries.slice(from).map(({ key: _, state: __, ...message }) => message);
    return { messages, isWhole: this.ask === null && from === first };
  }

  clear(): void {
    this.entries = [];
    this.byId.clear();
    this.idBySeq.clear();
    this.ask = null;
    this.floor = null;
  }

  /** Where a place is, or would be, in all that is here. */
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
