import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { directRoomId, GENERAL } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import type { Random } from '../random';
import type { Room } from '../record';
import { type Account, register } from './account';
import { ChatUser } from './chat-user';
import type { ClientRelease } from './client-release';
import { DemoUser } from './demo-user';
import { Visitors } from './visitors';

const NAMED_ROOMS = ['101', '102', '103', '104'];
const MEMBERS = 12;
const DIRECT_ROOMS = 5;
/** On average, from one message of a client to its next. */
const SEND_EVERY_MS = 2500;
/** On average, from one edit or deletion of a client to its next. */
const CHANGE_EVERY_MS = 6000;
/** On average, until somebody opens the page anew. */
const RELOAD_EVERY_MS = 8000;
const AT_A_TIME = 10;

export type RoomOf = Pick<Room, 'id' | 'members'>;

/** Everybody who chats, the rooms they are in, and what they do. */
export class Crowd {
  private readonly stopped = new AbortController();
  private readonly activities: Promise<void>[] = [];
  private readonly left = new Set<ChatUser | DemoUser>();

  private constructor(
    readonly rooms: readonly RoomOf[],
    readonly users: readonly ChatUser[],
    readonly demoUser: DemoUser,
    readonly visitors: Visitors,
    private readonly random: Random,
  ) {
    setMaxListeners(0, this.stopped.signal);
  }

  /** Registers `size` people, one of them with the demo's client, and puts them into rooms. */
  static async gather(
    url: string,
    redis: Redis,
    size: number,
    random: Random,
    releases: readonly ClientRelease[],
  ): Promise<Crowd> {
    const accounts: Account[] = [];
    for (let i = 0; i < size; i += AT_A_TIME) {
      const names = Array.from({ length: Math.min(AT_A_TIME, size - i) }, (_, n) => `guest-${i + n + 1}`);
      accounts.push(...(await Promise.all(names.map((name) => register(url, name)))));
    }
    const rooms = await makeRooms(
      redis,
      accounts.map(({ user }) => user.id),
      random,
    );
    const roomsOf = ({ user }: Account) => rooms.filter((room) => room.members.includes(user.id)).map(({ id }) => id);
    const [demo, ...others] = accounts as [Account, ...Account[]];
    return new Crowd(
      rooms,
      others.map((account, i) => {
        return new ChatUser(url, account, roomsOf(account), releases[i % releases.length] as ClientRelease);
      }),
      new DemoUser(url, demo, roomsOf(demo)),
      new Visitors(url, others),
      random,
    );
  }

  get everybody(): (ChatUser | DemoUser)[] {
    return [this.demoUser, ...this.users];
  }

  connect(): void {
    for (const one of this.everybody) one.start();
  }

  /** Everybody sends now and then, edits and deletes; now and then somebody opens the page anew. */
  start(): void {
    for (const one of this.everybody) {
      const random = this.random.fork();
      this.keepOn(random, SEND_EVERY_MS, () => one.send(pickRoom(one.roomIds, random)));
    }
    for (const user of this.users) {
      const random = this.random.fork();
      this.keepOn(random, CHANGE_EVERY_MS, () => user.change(pickRoom(user.roomIds, random), random));
    }
    const random = this.random.fork();
    this.keepOn(random, RELOAD_EVERY_MS, () => random.pick(this.users).reload());
    this.keepOn(random.fork(), RELOAD_EVERY_MS / 4, () => void this.visitors.visit(random));
  }

  /** Nobody begins anything any more. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all(this.activities);
  }

  /** The first `count` of the users close their clients for good. */
  leave(count = this.users.length): void {
    for (const user of this.users.slice(0, count)) {
      user.leave();
      this.left.add(user);
    }
  }

  hasLeft(one: ChatUser | DemoUser): boolean {
    return this.left.has(one);
  }

  /** Ids of those who have not left, sorted. */
  get connected(): string[] {
    return this.everybody
      .filter((one) => !this.left.has(one))
      .map(({ userId }) => userId)
      .sort();
  }

  /** Everybody leaves. */
  end(): void {
    for (const one of this.everybody) one.leave();
  }

  private keepOn(random: Random, everyMs: number, action: () => void): void {
    this.activities.push(this.repeat(() => random.between(0.3, 1.7) * everyMs, action));
  }

  private async repeat(waitMs: () => number, action: () => void): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      await pause(waitMs(), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) action();
    }
  }
}

function pickRoom(roomIds: readonly string[], random: Random): string {
  const [general = GENERAL, ...others] = roomIds;
  return others.length === 0 || random.chance(0.3) ? general : random.pick(others);
}

/** General, named rooms with some of them, direct ones: as the rooms service would have them. */
async function makeRooms(redis: Redis, userIds: readonly string[], random: Random): Promise<RoomOf[]> {
  const rooms: RoomOf[] = [{ id: GENERAL, members: userIds }];
  for (const id of NAMED_ROOMS) {
    const members = random.shuffle(userIds).slice(0, MEMBERS);
    await redis.hset(keys.roomMembers(id), Object.fromEntries(members.map((userId) => [userId, 'member'])));
    await redis.set(keys.roomName(id), `Room ${id}`);
    for (const userId of members) {
      await redis.sadd(keys.userRooms(userId), id);
      await redis.incr(keys.userRoomsVersion(userId));
    }
    rooms.push({ id, members });
  }
  const paired = random.shuffle(userIds).slice(0, 2 * DIRECT_ROOMS);
  for (let i = 0; i + 1 < paired.length; i += 2) {
    const [a = '', b = ''] = paired.slice(i, i + 2);
    rooms.push({ id: directRoomId(a, b), members: [a, b] });
  }
  return rooms;
}
