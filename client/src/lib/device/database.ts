import type { KeptChat, KeptHistory, KeptList } from '@app/client';
import { revOf, type User } from '@app/contracts';
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { readHistory, readList, readNames } from './kept-forms';
import { databaseName } from './whose';

/** A database of another version is begun anew: all in it can be had from the server. */
const VERSION = 1;
const PATIENCE_MS = 3000;
/** People whose names are kept: those who spoke last. */
const MAX_NAMES = 1000;

/** Where a kept history ends; small, to compare by. */
export interface End {
  epoch: string;
  seq: number;
  /** The clock of the room up to which its changes are in it; absent: as `seq`. */
  rev?: number;
  /** Of the newest message; 0 and empty: there is none. */
  date: number;
  last: string;
}

interface Schema extends DBSchema {
  /** One of each: the list of rooms, and what people are called. What is read is not trusted. */
  about: { key: string; value: unknown };
  histories: { key: string; value: unknown };
  ends: { key: string; value: End };
}

/** What is to be written, all together or not at all. */
export interface Batch {
  list?: KeptList;
  histories: readonly KeptHistory[];
  /** Rooms whose history on the server went back: what is kept of them is overwritten, though it ends later. */
  setBack: ReadonlySet<string>;
  names: readonly User[];
}

/** All that is kept of a user's chat; undefined: nothing. */
export async function readChat(userId: string): Promise<KeptChat | undefined> {
  return withDatabase(userId, async (db) => {
    const tx = db.transaction(['about', 'histories']);
    const about = tx.objectStore('about');
    const [list, names, histories] = await Promise.all([
      about.get('list'),
      about.get('names'),
      tx.objectStore('histories').getAll(),
    ]);
    const read = readList(list);
    if (!read) return undefined;
    return {
      list: read,
      histories: histories.flatMap((history) => readHistory(history) ?? []),
      names: readNames(names),
    };
  });
}

/** The same; nothing as well where the storage cannot be read, or does not answer. */
export function readSoon(userId: string): Promise<KeptChat | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS));
  return Promise.race([readChat(userId).catch(() => undefined), late]);
}

/** Where the kept histories of a user end, by room. */
export async function readEnds(userId: string): Promise<Map<string, End>> {
  return withDatabase(userId, async (db) => {
    const tx = db.transaction('ends');
    const [keys, ends] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()]);
    return new Map(keys.flatMap((key, i) => (ends[i] ? [[key, ends[i]]] : [])));
  });
}

/** Where the kept history of a room ends. */
export async function readEnd(userId: string, roomId: string): Promise<End | undefined> {
  return withDatabase(userId, (db) => db.get('ends', roomId));
}

/** Writes; another tab may have written what is later, and that stays. */
export async function write(userId: string, { list, histories, setBack, names }: Batch): Promise<void> {
  await withDatabase(userId, async (db) => {
    const tx = db.transaction(['about', 'histories', 'ends'], 'readwrite');
    const [about, kept, ends] = [tx.objectStore('about'), tx.objectStore('histories'), tx.objectStore('ends')];
    // An error of any of these ends the transaction, and is told by it.
    const put = async () => {
      if (list) await about.put(list, 'list');
      if (names.length > 0) await about.put(merge(readNames(await about.get('names')), names), 'names');
      for (const history of histories) {
        const { roomId } = history;
        const [end, known] = [endOf(history), await ends.get(roomId)];
        if (known && !setBack.has(roomId) && known.epoch === end.epoch && isLater(known, end)) continue;
        await Promise.all([kept.put(history, roomId), ends.put(end, roomId)]);
      }
      if (!list) return;
      const listed = new Set(list.rooms.map(({ id }) => id));
      const gone = (await ends.getAllKeys()).filter((roomId) => !listed.has(roomId));
      await Promise.all(gone.flatMap((roomId) => [kept.delete(roomId), ends.delete(roomId)]));
    };
    await Promise.all([put(), tx.done]);
  });
}

/** Where a history ends. */
export function endOf({ epoch, position, messages }: KeptHistory): End {
  const last = messages.at(-1);
  return { epoch, seq: position.seq, rev: position.rev, date: last?.date ?? 0, last: last?.id ?? '' };
}

const isLater = (a: End, b: End): boolean => revOf(a) > revOf(b) || (revOf(a) === revOf(b) && a.date > b.date);

/** The later ones last; of too many the first go. */
function merge(known: readonly User[], names: readonly User[]): User[] {
  const ids = new Set(names.map(({ id }) => id));
  return [...known.filter(({ id }) => !ids.has(id)), ...names].slice(-MAX_NAMES);
}

/** Opens a user's database for one thing: whoever wants to delete it waits for no longer than that. */
async function withDatabase<T>(userId: string, use: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
  const db = await openDB<Schema>(databaseName(userId), VERSION, {
    upgrade: (db) => {
      for (const name of [...db.objectStoreNames]) db.deleteObjectStore(name);
      for (const name of ['about', 'histories', 'ends'] as const) db.createObjectStore(name);
    },
  });
  try {
    return await use(db);
  } finally {
    db.close();
  }
}
