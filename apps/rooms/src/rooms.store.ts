import { directUsers, GENERAL, roomIdSchema, roomKind } from '@app/contracts';
import { keys, Redis } from '@app/redis';
import { Injectable } from '@nestjs/common';

/** A user's rooms. */
export interface Membership {
  userId: string;
  /** Grows with every change to the list. */
  version: number;
  /** General first; direct rooms without a message included. */
  roomIds: string[];
  /** The index holds something that is no room id (another server wrote it). */
  malformed: boolean;
}

/** Rooms and memberships in Redis. */
@Injectable()
export class RoomsStore {
  constructor(private readonly redis: Redis) {}

  /** Puts a room into its members' lists. Repeating it changes nothing. */
  async addToLists(roomId: string, userIds: readonly string[]): Promise<void> {
    const added = await Promise.all(userIds.map((id) => this.redis.sadd(keys.userRooms(id), roomId)));
    await Promise.all(userIds.filter((_, i) => added[i]).map((id) => this.redis.incr(keys.userRoomsVersion(id))));
  }

  /** The rooms a user is in; for named ones the members hash decides, the list is but an index. */
  async membership(userId: string): Promise<Membership> {
    // The version is read first: a change in between gives a list newer than its version, never an older one.
    const [version, listed] = await Promise.all([
      this.redis.get(keys.userRoomsVersion(userId)),
      this.redis.smembers(keys.userRooms(userId)),
    ]);
    const valid = listed.filter((id) => roomIdSchema.safeParse(id).success);
    const direct = valid.filter((id) => directUsers(id)?.includes(userId));
    const named = valid.filter((id) => roomKind(id) === 'named');
    const isMember = await Promise.all(named.map((id) => this.isMember(id, userId)));
    return {
      userId,
      version: Number(version ?? 0),
      roomIds: [GENERAL, ...named.filter((_, i) => isMember[i]), ...direct],
      malformed: valid.length < listed.length,
    };
  }

  /** Whether a named room has this member. */
  async isMember(roomId: string, userId: string): Promise<boolean> {
    return (await this.redis.hexists(keys.roomMembers(roomId), userId)) === 1;
  }

  /** The names of named rooms; General has one even before it was written. */
  async names(roomIds: readonly string[]): Promise<Map<string, string>> {
    const names = await Promise.all(roomIds.map((id) => this.redis.get(keys.roomName(id))));
    return new Map(roomIds.map((id, i) => [id, names[i] ?? (id === GENERAL ? 'General' : id)]));
  }

  /** Writes General's name where the demo looks for it. */
  async nameGeneral(): Promise<void> {
    await this.redis.set(keys.roomName(GENERAL), 'General', 'NX');
  }
}
