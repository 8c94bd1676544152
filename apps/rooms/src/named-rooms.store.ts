import {
  type Action,
  type Actor,
  ChatError,
  noSuchRoom,
  type RoomCard,
  type RoomView,
  roleOf,
  SYSTEM,
  standing,
} from '@app/contracts';
import { keys, Redis, Script } from '@app/redis';
import { Injectable } from '@nestjs/common';
import { Directory, isFoundBy, taken } from './directory';
import { MembersStore, type Named } from './members.store';
import { lookOf, rosterName } from './room-names';
import { listKeys } from './rooms.store';
import { Telling } from './telling';

const BEGIN = Script.load(__dirname, 'begin');
const FOUND = Script.load(__dirname, 'found');
const LOOK = Script.load(__dirname, 'look');
const ROOM = Script.load(__dirname, 'room');
const DONE = Script.load(__dirname, 'done');

/** A room that is to be. */
export type NewRoom = Pick<RoomCard, 'name' | 'visibility' | 'topic' | 'purpose' | 'posting'>;
/** What of a card is to be another. `archived`: whether it is to be. */
export type CardChange = Partial<NewRoom> & { archived?: boolean };

type Row = [role: string, members: number, ...card: (string | null)[]] | [];

/**
 * Named rooms in Redis. What a room is lies in its own slot and is written first, with a note of what is not known elsewhere yet
 * (`{room:id}:todo`); the directory and the demo's `room:{id}:name` follow.
 */
@Injectable()
export class NamedRoomsStore {
  constructor(
    private readonly redis: Redis,
    private readonly directory: Directory,
    private readonly members: MembersStore,
    private readonly telling: Telling,
  ) {}

  /**
   * Makes a room; its owner is in it. Repeated under its key it gives the same room.
   * @throws ChatError `conflict` for a name that is taken
   */
  async create(owner: Named, room: NewRoom, key: string): Promise<string> {
    const known = await this.madeUnder(room.name, owner.id, key);
    if (known !== undefined) return this.found(known, owner, room);
    const roomId = await this.begin(owner.id, room.name, key);
    const other = await this.directory.claim(roomId, room.name, (id, look) => this.bears(id, look));
    if (other === undefined) return this.found(roomId, owner, room);
    await this.redis.del(keys.roomInfo(roomId));
    const same = await this.madeUnder(room.name, owner.id, key);
    if (same === undefined) throw taken();
    return this.found(same, owner, room);
  }

  /**
   * Rooms as somebody sees them.
   * @returns for each; undefined: there is none, or it is not theirs to know
   */
  async look(actor: Actor, roomIds: readonly string[]): Promise<(RoomView | undefined)[]> {
    if (roomIds.length === 0) return [];
    const groups = roomIds.map((id) => [keys.roomInfo(id), keys.roomMembers(id), keys.roomRoster(id)]);
    const [first = ''] = roomIds;
    const rows = (await LOOK.runForEach(this.redis, groups, [standing(actor, 'look', first), actor.userId])) as Row[];
    return rows.map((row, i) => viewOf(roomIds[i] ?? '', row));
  }

  /** @throws ChatError `not_found` */
  async view(actor: Actor, roomId: string): Promise<RoomView> {
    const [view] = await this.look(actor, [roomId]);
    if (!view) throw noSuchRoom();
    return view;
  }

  /**
   * A page of the public rooms, by name.
   * @param q how a word of their names begins
   * @throws ChatError `invalid`
   */
  async list(actor: Actor, q: string, limit: number, after?: string): Promise<{ rooms: RoomView[]; next?: string }> {
    const { found, next } = await this.directory.page(q, limit, after);
    const views = await this.look(
      actor,
      found.map(([id]) => id),
    );
    // The list may be behind: what it says counts only as far as the rooms say so.
    const rooms = views.filter((view, i): view is RoomView => {
      if (view?.room.visibility !== 'public' || view.room.archivedAt !== null) return false;
      return isFoundBy(found[i]?.[1] ?? '', view.room.id, view.room.name, q);
    });
    return { rooms, ...(next !== undefined && { next }) };
  }

  /**
   * Changes a room's card, and tells who is there. What it says already changes nothing.
   * @param act the right that it takes
   * @param ifRev the rev that the caller saw
   * @throws ChatError `not_found`, `forbidden`, `conflict`
   */
  async change(actor: Actor, act: Action, roomId: string, change: CardChange, ifRev?: number): Promise<void> {
    const { name } = change;
    const renames = name !== undefined && (await this.isNews(actor, act, roomId, name));
    if (renames) {
      const other = await this.directory.claim(roomId, name, (id, look) => this.bears(id, look));
      if (other !== undefined) throw taken();
    }
    const status = await this.run(actor, act, roomId, change, ifRev);
    const isDone = status === 'changed' || status === 'same';
    if (isDone) await this.settle(roomId);
    // It was refused, or has yet another name by now.
    if (renames && !(isDone && (await this.bears(roomId, lookOf(name))))) await this.directory.unclaim(roomId, name);
    if (status === 'not_found') throw noSuchRoom();
    if (status === 'forbidden') throw new ChatError('forbidden', 'Not allowed in this room');
    if (status === 'conflict') throw new ChatError('conflict', 'The room was changed meanwhile');
  }

  /** Makes a room that somebody made by hand one of ours: a private one, whose name others may have too. Repeating it changes nothing. */
  async adopt(roomId: string, name: string): Promise<void> {
    await this.run(SYSTEM, 'manage', roomId, { name, visibility: 'private', topic: '', purpose: '', posting: 'all' });
    await this.settle(roomId);
  }

  /**
   * Brings to what a room is what lies elsewhere: the demo's name of it and the directory. Whoever does it last looks once more.
   * Repeating it does no harm.
   */
  async settle(roomId: string): Promise<void> {
    for (;;) {
      const [name, visibility, archivedAt, rev] = await this.redis.hmget(
        keys.roomInfo(roomId),
        ...['name', 'visibility', 'archivedAt', 'rev'],
      );
      if (typeof name !== 'string' || !visibility) return;
      await this.redis.set(keys.roomName(roomId), name);
      await this.directory.set(roomId, name, visibility === 'public' && !archivedAt);
      const asked = ['room', rev ?? '0'];
      if ((await DONE.run(this.redis, [keys.roomTodo(roomId), keys.roomInfo(roomId)], asked)) === 1) return;
    }
  }

  /** Brings everything to what a room is that may not be there yet. @returns how much that was */
  async settleAll(roomId: string): Promise<number> {
    const todo = await this.redis.hkeys(keys.roomTodo(roomId));
    for (const what of todo) {
      if (what === 'room') await this.settle(roomId);
      else await this.members.settle(roomId, what.slice(1));
    }
    return todo.length;
  }

  private async run(actor: Actor, act: Action, roomId: string, change: CardChange, ifRev?: number): Promise<string> {
    const { archived, ...fields } = change;
    const set = Object.entries({ ...fields, ...(archived !== undefined && { archivedAt: archived ? 'now' : '' }) });
    const [status] = (await ROOM.run(
      this.redis,
      [keys.roomInfo, keys.roomMembers, keys.roomHead, keys.roomChanges, keys.roomTodo].map((key) => key(roomId)),
      [
        ...[act, standing(actor, act, roomId), roomId, actor.userId, ifRev ?? '', this.telling.kept],
        ...this.telling.ofRoom(roomId),
        ...set.flat(),
      ],
    )) as [string];
    return status;
  }

  /** The room that was made, or is being made, by the same creation. @throws ChatError `conflict` when another room has the name */
  private async madeUnder(name: string, userId: string, key: string): Promise<string | undefined> {
    const holder = await this.directory.holder(name);
    if (!holder) return undefined;
    const [by, under] = await this.redis.hmget(keys.roomInfo(holder.roomId), 'createdBy', 'key');
    if (by === userId && under === key) return holder.roomId;
    if (holder.isSettled) throw taken();
    return undefined;
  }

  /** Takes an id under which nothing was ever said or kept. */
  private async begin(userId: string, name: string, key: string): Promise<string> {
    for (;;) {
      const id = String(await this.redis.incr(keys.totalRooms));
      const used = await Promise.all([keys.room(id), keys.roomName(id)].map((each) => this.redis.exists(each)));
      const places = [keys.roomInfo(id), keys.roomMembers(id), keys.roomHead(id)];
      if (!used.includes(1) && (await BEGIN.run(this.redis, places, [name, userId, key])) === 1) return id;
    }
  }

  private async found(roomId: string, owner: Named, room: NewRoom): Promise<string> {
    const { isCluster } = this.redis;
    await FOUND.run(
      this.redis,
      [
        ...[keys.roomInfo, keys.roomMembers, keys.roomRoster, keys.roomHead, keys.roomChanges, keys.roomTodo].map(
          (each) => each(roomId),
        ),
        ...(isCluster ? [] : listKeys(owner.id)),
      ],
      [
        ...[roomId, owner.id, rosterName(owner.username), room.visibility, room.topic, room.purpose, room.posting],
        ...[this.telling.kept, ...this.telling.ofMember(roomId)],
      ],
    );
    await this.settle(roomId);
    if (isCluster) await this.members.settle(roomId, owner.id);
    return roomId;
  }

  /** Whether a room has, or is about to have, a name that looks so. */
  private async bears(roomId: string, look: string): Promise<boolean> {
    const [name, visibility] = await this.redis.hmget(keys.roomInfo(roomId), 'name', 'visibility');
    return typeof name === 'string' && typeof visibility === 'string' && lookOf(name) === look;
  }

  /** Whether it would be another name; who may not give one claims none. @throws ChatError `not_found`, `forbidden` */
  private async isNews(actor: Actor, act: Action, roomId: string, name: string): Promise<boolean> {
    const { room, role } = await this.view(actor, roomId);
    if (standing(actor, act, roomId) === 'members' && (role === null || role === 'member')) {
      throw new ChatError('forbidden', 'Not allowed in this room');
    }
    return lookOf(room.name) !== lookOf(name);
  }
}

function viewOf(id: string, row: Row): RoomView | undefined {
  const [letter, members, name, visibility, topic, purpose, posting, createdBy, createdAt, archivedAt, rev] = row;
  if (letter === undefined || members === undefined) return undefined;
  // One that was begun and not made is none yet; one that was made by hand may have nothing but members.
  if (typeof name === 'string' ? !visibility : letter === '') return undefined;
  return {
    room: {
      id,
      name: name ?? id,
      visibility: visibility === 'public' ? 'public' : 'private',
      topic: topic ?? '',
      purpose: purpose ?? '',
      posting: posting === 'admins' ? 'admins' : 'all',
      createdBy: createdBy ?? null,
      createdAt: createdAt ? Number(createdAt) : null,
      archivedAt: archivedAt ? Number(archivedAt) : null,
      rev: Number(rev ?? 0),
    },
    members,
    role: roleOf(letter === '' ? null : letter),
  };
}
