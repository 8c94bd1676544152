import { onlineAnswerSchema, type Presence, type RoomSummary, type User, userIdSchema } from '@app/contracts';
import type { Ask } from '../calls';
import type { Core, Feature } from '../feature';
import { record, spreadOf } from '../incoming';
import { JitteredTask } from '../jittered-task';
import { Refresh } from '../refresh';
import type { Retrier } from '../retrier';

/** Ids asked for in one call; the API allows 200. */
const BATCH = 100;
/** Rendering one screen asks for many names: they go together. */
const COALESCE_MS = 20;

export interface PeopleDeps {
  user: User;
  retrier: Retrier;
  fetchOnline: () => Promise<Presence[]>;
  fetchUsers: (ids: readonly string[]) => Promise<readonly User[]>;
  presenceChanged: () => void;
  namesChanged: () => void;
}

/** Who is online, and what people are called. */
export class People {
  private ids: ReadonlySet<string> = new Set();
  /** `null`: the server knows nobody of that id. */
  private readonly names = new Map<string, string | null>();
  /** What people were called when another page last heard: shown until it is known anew. */
  private readonly remembered = new Map<string, string>();
  private readonly wanted = new Set<string>();
  /** Asked for since the last connection. */
  private readonly asked = new Set<string>();
  private readonly refresh: Refresh<Presence[], Presence[]>;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly deps: PeopleDeps) {
    this.names.set(deps.user.id, deps.user.username);
    this.refresh = new Refresh(
      deps.retrier,
      deps.fetchOnline,
      (list) => this.replace(list),
      (changes) => this.apply(changes),
    );
  }

  /** Ids of those online; the same set until it changes. */
  get online(): ReadonlySet<string> {
    return this.ids;
  }

  /** Fetches again who is online, and lets names that were unknown be asked for again. */
  request(): void {
    this.asked.clear();
    this.refresh.request();
  }

  /** People came or went. */
  heard(changes: Presence[]): void {
    this.refresh.heard(changes);
  }

  /** Names that came with the room list. */
  learnFrom(rooms: readonly RoomSummary[]): void {
    this.learn(
      rooms.flatMap(({ userIds = [], names }) =>
        userIds.flatMap((id, i) => (names[i] === undefined ? [] : [{ id, username: names[i] }])),
      ),
    );
  }

  /**
   * @returns somebody's name; `null` where the server knows nobody; `undefined` while that is asked for: `namesChanged`
   *   tells when it is known
   */
  nameOf(userId: string): string | null | undefined {
    const name = this.names.get(userId);
    if (typeof name !== 'string' && !this.asked.has(userId) && userIdSchema.safeParse(userId).success) {
      this.asked.add(userId);
      this.wanted.add(userId);
      this.timer ??= setTimeout(() => void this.lookUp(), COALESCE_MS);
    }
    return name === undefined ? this.remembered.get(userId) : name;
  }

  /** Begins with names that another page has kept. */
  restore(users: readonly User[]): void {
    for (const { id, username } of users) this.remembered.set(id, username);
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private async lookUp(): Promise<void> {
    this.timer = undefined;
    while (this.wanted.size > 0) {
      const batch = [...this.wanted].slice(0, BATCH);
      for (const id of batch) this.wanted.delete(id);
      try {
        const users = await this.deps.retrier.run(() => this.deps.fetchUsers(batch));
        const found = new Set(users.map(({ id }) => id));
        this.learn([...users, ...batch.filter((id) => !found.has(id)).map((id) => ({ id, username: null }))]);
      } catch {
        // Refused or closed: asked again after the next connection.
        return;
      }
    }
  }

  private learn(users: readonly { id: string; username: string | null }[]): void {
    const news = users.filter(({ id, username }) => this.names.get(id) !== username);
    for (const { id, username } of news) this.names.set(id, username);
    if (news.length > 0) this.deps.namesChanged();
  }

  private replace(list: readonly Presence[]): void {
    this.ids = new Set(list.filter(({ online }) => online).map(({ id }) => id));
    this.learn(list);
    this.deps.presenceChanged();
  }

  private apply(changes: readonly Presence[]): void {
    this.learn(changes);
    const ids = new Set(this.ids);
    for (const { id, online } of changes) {
      if (online) ids.add(id);
      else ids.delete(id);
    }
    if (changes.every(({ id }) => ids.has(id) === this.ids.has(id))) return;
    this.ids = ids;
    this.deps.presenceChanged();
  }
}

export interface PeopleEvents {
  /** The set of people online changed. */
  presence: () => void;
  /** Names became known. */
  names: () => void;
}

/** What it adds to `ChatClient`. */
export interface PeopleOffers {
  /** Ids of the people online; the same set until it changes. */
  readonly online: ReadonlySet<string>;
  /** Somebody's name; `null`: nobody is called so; `undefined`: it is looked up, and `names` tells when it is known. */
  nameOf(userId: string): string | null | undefined;
}

/** Who is online, and what people are called. */
export const people = ({ user, api, ask, retrier, random, roomList, emit }: Core<PeopleEvents>) => {
  const all = new People({
    user,
    retrier,
    fetchOnline: () => fetchOnline(ask),
    fetchUsers: async (ids) => (await api.users({ ids })).users,
    presenceChanged: () => emit('presence'),
    namesChanged: () => emit('names'),
  });
  const refresh = new JitteredTask(random, () => all.request());
  const heardOne = (payload: unknown, online: boolean) => {
    const presence = { ...record<Presence>(payload), online };
    if (isPresence(presence)) all.heard([presence]);
  };
  return {
    hears: {
      presence: (payload) => all.heard(Array.isArray(payload) ? payload.filter(isPresence) : []),
      // Who is online may be known no more.
      'presence.stale': (payload) => refresh.schedule(spreadOf(payload)),
      'user.connected': (payload) => heardOne(payload, true),
      'user.disconnected': (payload) => heardOne(payload, false),
    },
    refresh: () => all.request(),
    lost: () => refresh.cancel(),
    roomsChanged: () => all.learnFrom(roomList.list),
    restore: ({ names }) => all.restore(names),
    close: () => {
      refresh.cancel();
      all.close();
    },
    offers: {
      get online() {
        return all.online;
      },
      nameOf: (userId) => all.nameOf(userId),
    } as PeopleOffers,
  } satisfies Feature;
};

async function fetchOnline(ask: Ask): Promise<Presence[]> {
  const all: Presence[] = [];
  for (let after: string | undefined; ; ) {
    const { users, next } = await ask('online', after === undefined ? {} : { after }, onlineAnswerSchema);
    all.push(...users);
    if (next === undefined) return all;
    after = next;
  }
}

function isPresence(payload: unknown): payload is Presence {
  const { id, username, online } = record<Presence>(payload);
  return typeof id === 'string' && typeof username === 'string' && typeof online === 'boolean';
}
