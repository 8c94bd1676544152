import { randomBytes } from 'node:crypto';
import {
  directUsers,
  GENERAL,
  MAX_STORED_BYTES,
  type Message,
  made,
  may,
  newsEnvelopeSchema,
  notAMember,
  RELAY_VERSION,
  type RoomSummary,
  roomIdSchema,
  roomKind,
  STORE_SUFFIX,
  standing,
  userActor,
} from '@app/contracts';
import { PREVIEW_BYTES, previewJson, scoreOf } from '@app/history';
import { channelsOf, keys, Redis, Script } from '@app/redis';
import { Announcements } from '@app/service';
import { currentSpan } from '@app/streams';
import { Injectable } from '@nestjs/common';

const LIST = Script.load(__dirname, 'list');
const READ = Script.load(__dirname, 'read');
const FIELD = Script.load(__dirname, 'field');
const LINES = Script.load(__dirname, 'lines');

/** A user's rooms. */
export interface Membership {
  userId: string;
  /** Grows with every change to the list. */
  version: number;
  /** In the order of `compareRooms`; direct rooms without a message included. */
  roomIds: string[];
  /** The index holds something that is no room id (another server wrote it). */
  malformed: boolean;
}

/** What a user's list says of a room, but for what it is called. */
export type RoomLine = Pick<RoomSummary, 'lastMessage' | 'seq' | 'read' | 'rev' | 'gone'>;

/** Rooms whose lines are read at a time, where each is a call of its own. */
const LINES_OF_A_CLUSTER = 16;

/** What `lua/lines.lua` answers for a room. */
type LineRow = [
  seq: string | null,
  rev: string | null,
  newest: string | null,
  score: string | null,
  mark: string | null,
  gone: number,
  role: string | null,
];

/** The order in which rooms are listed: named ones, General first, then direct ones, each by the numbers in their ids. */
export function compareRooms(one: string, other: string): number {
  const [a = one, b = '0'] = directUsers(one) ?? [];
  const [c = other, d = '0'] = directUsers(other) ?? [];
  return Number(b !== '0') - Number(d !== '0') || Number(a) - Number(c) || Number(b) - Number(d);
}

/** Of what is in somebody's list what is a room's id. */
function checked(userId: string, listed: readonly string[]) {
  const valid = listed.filter((id) => roomIdSchema.safeParse(id).success);
  return { valid, user: userActor(userId), malformed: valid.length < listed.length };
}

/** Of a user's list and its version. */
export const listKeys = (userId: string) => [keys.userRooms(userId), keys.userRoomsVersion(userId)];

/** Rooms, memberships and read marks in Redis. */
@Injectable()
export class RoomsStore {
  private readonly serverId = `${randomBytes(6).toString('hex')}${STORE_SUFFIX}`;

  private readonly news: string;

  constructor(
    private readonly redis: Redis,
    private readonly announcements: Announcements = new Announcements(redis),
  ) {
    this.news = channelsOf(redis).news;
  }

  /** Puts a room into its members' lists, and tells the gateways. Repeating it changes nothing. */
  async addToLists(roomId: string, userIds: readonly string[]): Promise<void> {
    await Promise.all(
      userIds.map((id) => LIST.run(this.redis, listKeys(id), [roomId, id, 'in', '', ...this.announcing()])),
    );
  }

  /** Tells the gateways that a direct room is in its people's lists. */
  async tellBegun(roomId: string, userIds: string[]): Promise<void> {
    const envelope = {
      v: RELAY_VERSION,
      serverId: this.serverId,
      type: 'room.begun',
      to: { user: userIds },
      data: { roomId },
    };
    await this.redis.publish(this.news, JSON.stringify(made(newsEnvelopeSchema, envelope)));
  }

  /** The rooms a user is in; for named ones the members hash decides, the list is but an index. */
  async membership(userId: string): Promise<Membership> {
    // The version is read first: a change in between gives a list newer than its version, never an older one.
    const [version, listed] = await Promise.all([
      this.redis.get(keys.userRoomsVersion(userId)),
      this.redis.smembers(keys.userRooms(userId)),
    ]);
    const { valid, user, malformed } = checked(userId, listed);
    const asked = valid.filter((id) => standing(user, 'join', id) === 'members');
    const found = await this.ofUser(userId, asked.map(keys.roomMembers));
    const roles = new Map(asked.map((id, i) => [id, found[i]]));
    const rooms = new Set([GENERAL, ...valid]);
    return {
      userId,
      version: Number(version ?? 0),
      roomIds: [...rooms].filter((id) => may(user, 'join', id, { role: roles.get(id) })).sort(compareRooms),
      malformed,
    };
  }

  /**
   * Marks everything in a room up to `seq` as read by a user, and tells the user's sockets if that is news.
   * @returns where the mark stands now
   * @throws ChatError `forbidden`
   */
  async markRead(userId: string, roomId: string, seq: number, actor = userActor(userId)): Promise<number> {
    const [status, mark] = (await READ.run(
      this.redis,
      [keys.roomRead(roomId), keys.roomHead(roomId), keys.roomMembers(roomId)],
      [standing(actor, 'mark', roomId), roomId, userId, seq, ...this.announcing(this.announcements.newsOf(roomId))],
    )) as ['read', number] | ['forbidden'];
    if (status === 'forbidden') throw notAMember();
    return mark;
  }

  /**
   * Ids of the rooms that a user may be in, in the order of `compareRooms`: whether somebody is a member of a named one, its line says.
   * @returns with it the database's name, as it was before; null: it has none yet
   */
  async listed(userId: string): Promise<{ roomIds: string[]; malformed: boolean; epoch: string | null }> {
    const [epoch, listed] = await Promise.all([
      this.redis.get(keys.epoch),
      this.redis.smembers(keys.userRooms(userId)),
    ]);
    const { valid, user, malformed } = checked(userId, listed);
    const roomIds = [...new Set([GENERAL, ...valid])].filter((id) => standing(user, 'join', id) !== 'out');
    return { roomIds: roomIds.sort(compareRooms), malformed, epoch };
  }

  /**
   * What a user's list says of these rooms, but for those that are not the user's. Whoever comes to a room finds what was said
   * before to be read; a direct room begins with its first message.
   * @param bytes about as much as may be read at a time
   */
  async lines(userId: string, roomIds: readonly string[], bytes: number): Promise<Map<string, RoomLine>> {
    const rows = await this.rows(userId, roomIds, bytes);
    const user = userActor(userId);
    const own = roomIds.flatMap((id, i): [string, LineRow][] => {
      const row = rows[i];
      return row && may(user, 'join', id, { role: row[6] }) ? [[id, row]] : [];
    });
    return new Map(await Promise.all(own.map(async ([id, row]) => [id, await this.line(userId, id, row)] as const)));
  }

  private async rows(userId: string, roomIds: readonly string[], bytes: number): Promise<LineRow[]> {
    const rows: LineRow[] = [];
    while (rows.length < roomIds.length) {
      const rest = roomIds.slice(rows.length);
      const asked = this.redis.isCluster ? rest.slice(0, LINES_OF_A_CLUSTER) : rest;
      const groups = asked.map((id) => [
        keys.room(id),
        keys.roomHead(id),
        keys.roomRead(id),
        keys.roomGone(id),
        keys.roomMembers(id),
      ]);
      const args = [userId, bytes, MAX_STORED_BYTES, PREVIEW_BYTES];
      rows.push(...((await LINES.runForEach(this.redis, groups, args)) as LineRow[]));
    }
    return rows;
  }

  private async line(userId: string, id: string, [head, clock, newest, score, mark, gone]: LineRow): Promise<RoomLine> {
    const message = newest && score ? previewJson(newest, scoreOf(score), id) : undefined;
    const seq = Number(head ?? 0);
    const line = {
      lastMessage: message === undefined ? null : (JSON.parse(message) as Message),
      seq,
      ...(clock !== null && { rev: Number(clock) }),
    };
    if (mark !== null || roomKind(id) === 'direct')
      return { ...line, read: Number(mark ?? 0), ...(gone > 0 && { gone }) };
    const first = (await this.redis.hsetnx(keys.roomRead(id), userId, seq)) === 1;
    return { ...line, read: first ? seq : Number(await this.redis.hget(keys.roomRead(id), userId)) };
  }

  /** Those of these rooms whose history has a head: something was said there by way of ours. */
  async withHead(roomIds: readonly string[]): Promise<string[]> {
    const groups = roomIds.map((id) => [keys.roomHead(id)]);
    const seqs = await FIELD.runForEach(this.redis, groups, ['seq']);
    return roomIds.filter((_, i) => seqs[i] !== null);
  }

  /** The names of named rooms; General has one even before it was written. */
  async names(roomIds: readonly string[]): Promise<Map<string, string>> {
    if (roomIds.length === 0) return new Map();
    const asked = roomIds.map((id) => keys.roomName(id));
    const names = this.redis.isCluster
      ? await Promise.all(asked.map((key) => this.redis.get(key)))
      : await this.redis.mget(asked);
    return new Map(roomIds.map((id, i) => [id, names[i] ?? (id === GENERAL ? 'General' : id)]));
  }

  /** Writes General's name where the demo looks for it. */
  async nameGeneral(): Promise<void> {
    await this.redis.set(keys.roomName(GENERAL), 'General', 'NX');
  }

  /** What `announce.lua` takes, as its arguments come last. */
  private announcing(channels = this.news): [string, string, string] {
    return [channels, this.serverId, currentSpan() ?? ''];
  }

  /** What rooms' hashes hold of a user. */
  private async ofUser(userId: string, hashes: readonly string[]): Promise<(string | null)[]> {
    const groups = hashes.map((key) => [key]);
    return (await FIELD.runForEach(this.redis, groups, [userId])) as (string | null)[];
  }
}
