import {
  type Actor,
  ChatError,
  noSuchRoom,
  ROLE_LETTERS,
  type Role,
  roleOf,
  roomKind,
  SYSTEM,
  standing,
  userActor,
} from '@app/contracts';
import { keys, Redis, Script } from '@app/redis';
import { Injectable } from '@nestjs/common';
import { cursorOf, idOf, nameKey, rangeOf, rosterName } from './room-names';
import { listKeys } from './rooms.store';
import { Telling } from './telling';

const MEMBER = Script.load(__dirname, 'member');
const HAND = Script.load(__dirname, 'hand');
const LIST = Script.load(__dirname, 'list');
const DONE = Script.load(__dirname, 'done');
const ROSTER = Script.load(__dirname, 'roster');

/** What is done to what somebody is in a room. */
export type MemberAct = 'enter' | 'leave' | 'add' | 'remove' | 'ban' | 'unban' | 'appoint';
/** Somebody, and what they are called. */
export interface Named {
  id: string;
  username: string;
}
/** Somebody in a room. */
export interface Listed {
  id: string;
  /** What the members hash holds. */
  letter: string;
}
/** Part of a list of people. */
export interface PeoplePage {
  people: Listed[];
  next?: string;
}

type Outcome = [status: string, role?: string, stays?: number];

/** Who is in named rooms, in Redis: the members hash decides, roster and lists follow it. */
@Injectable()
export class MembersStore {
  constructor(
    private readonly redis: Redis,
    private readonly telling: Telling,
  ) {}

  /**
   * Changes what somebody is in a named room, and tells all gateways: their sockets hear the room from then on, or no more.
   * Repeating it changes nothing.
   * @param role for `appoint`
   * @returns what they are there now
   * @throws ChatError `not_found`, `forbidden`, `conflict`
   */
  async change(actor: Actor, act: MemberAct, roomId: string, subject: Named, role?: Role): Promise<Role | null> {
    const [status, letter = ''] = await this.run(actor, act, roomId, subject, role ? ROLE_LETTERS[role] : '');
    if (status === 'not_found') throw noSuchRoom();
    if (status === 'forbidden') throw new ChatError('forbidden', 'Not allowed in this room');
    if (status === 'nobody') throw new ChatError('not_found', 'Not a member of this room');
    if (status === 'banned') throw new ChatError('conflict', 'Banned from this room');
    if (status === 'owner') throw new ChatError('conflict', 'Its owner hands the room over before leaving it');
    return roleOf(letter === '' ? null : letter);
  }

  /**
   * Makes somebody this in a named room, whatever they were and whoever may.
   * @param letter as the members hash holds it; `null`: nothing any more
   * @returns whether anything changed
   */
  async set(roomId: string, subject: Named, letter: string | null): Promise<boolean> {
    if (roomKind(roomId) !== 'named') throw new Error(`Nobody is made a member of room ${roomId}`);
    return (await this.run(SYSTEM, 'set', roomId, subject, letter ?? ''))[0] === 'changed';
  }

  /**
   * Hands a room over to another member.
   * @throws ChatError `not_found`, `forbidden`
   */
  async hand(actor: Actor, roomId: string, from: Named, to: Named): Promise<void> {
    const outcome = (await HAND.run(
      this.redis,
      [keys.roomInfo, keys.roomMembers, keys.roomRoster, keys.roomHead, keys.roomChanges].map((key) => key(roomId)),
      [
        ...[
          standing(actor, 'hand', roomId),
          roomId,
          from.id,
          rosterName(from.username),
          to.id,
          rosterName(to.username),
        ],
        ...[this.telling.kept, ...this.telling.ofRoom(roomId)],
      ],
    )) as Outcome;
    if (outcome[0] === 'not_found') throw noSuchRoom();
    if (outcome[0] === 'forbidden') throw new ChatError('forbidden', 'Not allowed in this room');
    if (outcome[0] === 'nobody') throw new ChatError('not_found', 'Not a member of this room');
  }

  /**
   * Who is in a room, by name; from a place on, however many there are.
   * @param q how their names begin   @param after `next` of the page before
   * @throws ChatError `not_found`, `invalid`
   */
  members(actor: Actor, roomId: string, limit: number, options: { q?: string; role?: Role; after?: string }) {
    const { q = '', role = 'member', after } = options;
    const letter = role === 'member' ? '*' : ROLE_LETTERS[role];
    const fits = ({ letter: held }: Listed) => options.role === undefined || roleOf(held) === options.role;
    return this.page(actor, 'look', roomId, `${letter}${nameKey(q)}`, limit, after, fits);
  }

  /** Who is banned from a room. @throws ChatError `not_found`, `forbidden`, `invalid` */
  banned(actor: Actor, roomId: string, limit: number, after?: string): Promise<PeoplePage> {
    return this.page(actor, 'banned', roomId, 'x', limit, after, ({ letter }) => letter === 'x');
  }

  /** Who of a room became something else after a `rev`, and is no member now. */
  async left(roomId: string, rev: number): Promise<string[]> {
    const changed = await this.redis.zrangebyscore(keys.roomChanges(roomId), `(${rev}`, '+inf');
    const ids = changed.filter((entity) => entity.startsWith('u')).map((entity) => entity.slice(1));
    if (ids.length === 0) return [];
    const letters = await this.redis.hmget(keys.roomMembers(roomId), ...ids);
    return ids.filter((_, i) => roleOf(letters[i]) === null);
  }

  /**
   * Brings somebody's list of rooms to what they are in a room: on a Cluster both change one after the other, and whoever does it
   * last looks once more. Repeating it does no harm.
   * @param isNews they are something else in the room, where they were before
   * @returns whether the list was another
   */
  async settle(roomId: string, userId: string, isNews = false): Promise<boolean> {
    const entity = `u${userId}`;
    for (let mended = false; ; ) {
      const [letter, rev] = await Promise.all([
        this.redis.hget(keys.roomMembers(roomId), userId),
        this.redis.hget(keys.roomTodo(roomId), entity),
      ]);
      const isIn = roleOf(letter) !== null;
      const [, news, serverId, span] = this.telling.ofMember(roomId);
      const told = await LIST.run(this.redis, listKeys(userId), [
        ...[roomId, userId, isIn ? 'in' : 'out', isNews && isIn && !mended ? 'news' : '', news, serverId, span],
        ...(rev === null ? [] : [rev]),
      ]);
      mended ||= told === 1;
      const now = roleOf(await this.redis.hget(keys.roomMembers(roomId), userId)) !== null;
      if (now === isIn && (rev === null || (await this.done(roomId, entity, rev)))) return mended;
    }
  }

  private async done(roomId: string, entity: string, rev: string): Promise<boolean> {
    return (await DONE.run(this.redis, [keys.roomTodo(roomId), keys.roomInfo(roomId)], [entity, rev])) === 1;
  }

  private async run(actor: Actor, act: string, roomId: string, subject: Named, letter: string): Promise<Outcome> {
    const { isCluster } = this.redis;
    const outcome = (await MEMBER.run(
      this.redis,
      [
        ...[keys.roomInfo, keys.roomMembers, keys.roomRoster, keys.roomHead, keys.roomChanges, keys.roomTodo].map(
          (key) => key(roomId),
        ),
        ...(isCluster ? [] : listKeys(subject.id)),
      ],
      [
        ...[
          act,
          standing(actor, 'look', roomId),
          roomId,
          actor.userId,
          subject.id,
          letter,
          rosterName(subject.username),
        ],
        ...[this.telling.kept, ...this.telling.ofMember(roomId)],
      ],
    )) as Outcome;
    const [status, role = '', stays] = outcome;
    if (!isCluster || (status !== 'changed' && status !== 'same')) return outcome;
    // What changed before and did not come that far is brought there too.
    const mended = await this.settle(roomId, subject.id, stays === 1);
    return mended ? ['changed', role] : outcome;
  }

  private async page(
    actor: Actor,
    act: 'look' | 'banned',
    roomId: string,
    prefix: string,
    limit: number,
    after: string | undefined,
    fits: (one: Listed) => boolean,
  ): Promise<PeoplePage> {
    const [status, ...rows] = (await ROSTER.run(
      this.redis,
      [keys.roomInfo(roomId), keys.roomMembers(roomId), keys.roomRoster(roomId)],
      [act, standing(actor, act, roomId), actor.userId, ...rangeOf(prefix, after), limit],
    )) as string[];
    if (status === 'not_found') throw noSuchRoom();
    if (status === 'forbidden') throw new ChatError('forbidden', 'Not allowed in this room');
    const entries = rows.filter((_, i) => i % 2 === 0);
    const people = entries.map((entry, i): Listed => ({ id: idOf(entry), letter: rows[2 * i + 1] ?? '' }));
    const last = entries.length === limit ? entries.at(-1) : undefined;
    return { people: people.filter(fits), ...(last !== undefined && { next: cursorOf(last) }) };
  }
}

/** Nobody in particular: what a room's own people are asked for. */
export const asUser = (userId: string, actor?: Actor): Actor => actor ?? userActor(userId);
