import { type Action, type MembershipChanged, may, roomKind } from '@app/contracts';
import { StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';
import type { ChatSocket } from '../transport/chat-socket';
import { chatRoom, isChatRoom, Sockets } from './sockets';

/** Bound of users in one request. */
export const USERS_AT_A_TIME = 100;

/** A change of a user's list, or of what they are in a room: then without a version. */
type Change = Omit<MembershipChanged, 'version'> & { version?: number };

/** Which version of a user's list of rooms the sockets here hear. */
interface Known {
  version: number;
  /** Counts the questions whose answers these were: one that was asked before says nothing new. */
  asked: number;
}

/**
 * Who hears which room: the one place where sockets are let into rooms and out of them. The rooms service has the lists and tells
 * of each change, with the version that the list has then; what follows on what is known here is applied at once, for all else the
 * list is read anew. A direct room is heard through its two users' own rooms of Socket.IO: nobody joins it.
 */
@Injectable()
export class Memberships {
  private readonly known = new Map<string, Known>();
  /** Changes heard while answers are on their way, for each of these. */
  private readonly meanwhile = new Set<Change[]>();
  /** Of users who are here: rooms that they were said to be out of → at which clock of the room. */
  private readonly outs = new Map<string, Map<string, number>>();
  private asked = 0;

  constructor(
    private readonly streams: StreamsClient,
    private readonly sockets: Sockets,
  ) {}

  /** Whether the user of a socket may do something in a room, as far as it is known here: whoever is in it hears it. */
  may({ data, rooms }: ChatSocket, action: Action, roomId: string): boolean {
    return may(data.actor, action, roomId, { role: rooms.has(chatRoom(roomId)) ? 'member' : null });
  }

  /**
   * Reads the lists of some users; their sockets then hear these rooms and no others.
   * @returns the rooms of each, direct ones included
   * @throws ChatError
   */
  async read(userIds: readonly string[]): Promise<Map<string, readonly string[]>> {
    const asked = ++this.asked;
    const meanwhile: Change[] = [];
    this.meanwhile.add(meanwhile);
    try {
      const { memberships } = await this.streams.call('rooms.memberships', { userIds: [...userIds] });
      return new Map(
        memberships.map(({ userId, version, roomIds }) => {
          const changes = meanwhile.filter(
            (change) => change.userId === userId && (change.version ?? version + 1) > version,
          );
          const rooms = withChanges(roomIds, changes);
          this.take(
            userId,
            { version: changes.findLast((change) => change.version)?.version ?? version, asked },
            rooms,
          );
          return [userId, rooms];
        }),
      );
    } finally {
      this.meanwhile.delete(meanwhile);
    }
  }

  /**
   * A list has changed. Who is in a room no more hears nothing of it from here on.
   * @returns false when the list has to be read anew
   */
  changed(change: MembershipChanged): boolean {
    for (const changes of this.meanwhile) changes.push(change);
    const { userId, roomId, member, version, rev = Number.POSITIVE_INFINITY } = change;
    const known = this.known.get(userId);
    // Whoever asks right now hears of it with the answer.
    if (!known) return true;
    if (roomId !== undefined && roomKind(roomId) !== 'direct' && version > known.version) {
      const isNext = version === known.version + 1;
      // What waits to be written was said before.
      this.sockets.flush();
      for (const socket of this.sockets.ofUser(userId)) {
        if (!member) socket.leave(chatRoom(roomId));
        else if (isNext && rev > (this.outs.get(userId)?.get(roomId) ?? 0)) socket.join(chatRoom(roomId));
      }
    }
    if (roomId === undefined || version !== known.version + 1) return false;
    known.version = version;
    return true;
  }

  /**
   * Somebody is out of a room, by the room's own news, which come in order with what is said there: those of their list may come
   * later, or tell of an earlier time at which they were in it.
   * @param rev the room's clock then; absent: what is told of later counts
   */
  left(userId: string, roomId: string, rev?: number): void {
    const out = { userId, roomId, member: false, ...(rev !== undefined && { rev }) };
    for (const changes of this.meanwhile) changes.push(out);
    if (!this.sockets.hasUser(userId)) return;
    if (rev !== undefined) {
      const outs = this.outs.get(userId) ?? new Map<string, number>();
      this.outs.set(userId, outs.set(roomId, rev));
    }
    this.sockets.flush();
    for (const socket of this.sockets.ofUser(userId)) socket.leave(chatRoom(roomId));
  }

  /** Forgets users who have left. */
  prune(): void {
    for (const map of [this.known, this.outs]) {
      for (const userId of map.keys()) if (!this.sockets.hasUser(userId)) map.delete(userId);
    }
  }

  private take(userId: string, known: Known, roomIds: readonly string[]): void {
    if ((this.known.get(userId)?.asked ?? 0) > known.asked) return;
    this.known.set(userId, known);
    const rooms = new Set(roomIds.filter((id) => roomKind(id) !== 'direct').map(chatRoom));
    for (const socket of this.sockets.ofUser(userId)) {
      for (const room of socket.rooms) if (isChatRoom(room) && !rooms.has(room)) socket.leave(room);
      socket.join([...rooms]);
    }
  }
}

function withChanges(roomIds: readonly string[], changes: readonly Change[]): readonly string[] {
  if (changes.length === 0) return roomIds;
  const rooms = new Set(roomIds);
  const outs = new Map<string, number>();
  for (const { roomId, member, version, rev = Number.POSITIVE_INFINITY } of changes) {
    if (roomId === undefined) continue;
    if (!member) {
      rooms.delete(roomId);
      if (version === undefined) outs.set(roomId, rev === Number.POSITIVE_INFINITY ? 0 : rev);
    } else if (rev > (outs.get(roomId) ?? 0)) rooms.add(roomId);
  }
  return [...rooms];
}
