import { ChatError } from '@app/contracts';
import { keys, Redis, Script } from '@app/redis';
import { Injectable } from '@nestjs/common';
import { cursorOf, directoryWords, idOf, lookOf, nameKey, rangeOf } from './room-names';

const CLAIM = Script.load(__dirname, 'claim');
const UNCLAIM = Script.load(__dirname, 'unclaim');
const DIRECTORY = Script.load(__dirname, 'directory');

/** A claim that no room bears after so long is of a request that ended. */
const STALE_MS = 60_000;
/** What the demo's client and servers have under this name. */
const GENERAL_LOOK = lookOf('General');

/** Whether a room has a name that looks so. */
export type Bears = (roomId: string, look: string) => Promise<boolean>;

/**
 * Which names rooms have, and the list of public ones. It lies apart from the rooms and follows them; what is read of it is
 * checked by the rooms themselves.
 */
@Injectable()
export class Directory {
  constructor(private readonly redis: Redis) {}

  /** The room that has a name which looks like this one, or is about to. */
  async holder(name: string): Promise<{ roomId: string; isSettled: boolean } | undefined> {
    const held = await this.redis.hget(keys.directoryClaims, lookOf(name));
    return held === null ? undefined : { roomId: roomOf(held), isSettled: !held.includes(':') };
  }

  /**
   * Claims a name for a room.
   * @returns the room that has it, when it is taken
   */
  async claim(roomId: string, name: string, bears: Bears): Promise<string | undefined> {
    const look = lookOf(name);
    if (look === GENERAL_LOOK) throw taken();
    let stale = '';
    for (;;) {
      const [status, held = '', age = -1] = (await CLAIM.run(
        this.redis,
        [keys.directoryClaims],
        [look, roomId, stale],
      )) as [string, string?, number?];
      if (status === 'ok') return undefined;
      const other = roomOf(held);
      if (age < STALE_MS || held === stale || (await bears(other, look))) return other;
      stale = held;
    }
  }

  /** Takes a claim back that its room does not bear. */
  async unclaim(roomId: string, name: string): Promise<void> {
    await UNCLAIM.run(this.redis, [keys.directoryClaims], [lookOf(name), roomId]);
  }

  /** Brings it to what a room is. @param isListed whether everybody sees it */
  async set(roomId: string, name: string, isListed: boolean): Promise<void> {
    const words = isListed ? directoryWords(roomId, name) : [];
    await DIRECTORY.run(
      this.redis,
      [keys.directoryNames, keys.directoryClaims, keys.directoryRooms],
      [roomId, lookOf(name), ...words],
    );
  }

  /**
   * A page of it, by name; of what is in it since, nothing is checked.
   * @returns ids with the entry by which each was found
   * @throws ChatError `invalid`
   */
  async page(
    q: string,
    limit: number,
    after?: string,
  ): Promise<{ found: [id: string, entry: string][]; next?: string }> {
    const prefix = q === '' ? 'n' : `w${nameKey(q)}`;
    const entries = await this.redis.zrangebylex(keys.directoryNames, ...rangeOf(prefix, after), 'LIMIT', 0, limit);
    const last = entries.length === limit ? entries.at(-1) : undefined;
    return {
      found: entries.map((entry) => [idOf(entry), entry]),
      ...(last !== undefined && { next: cursorOf(last) }),
    };
  }
}

/** Whether a room of this name is found by an entry, and by no earlier one of the same search. */
export function isFoundBy(entry: string, roomId: string, name: string, q: string): boolean {
  const prefix = q === '' ? 'n' : `w${nameKey(q)}`;
  const fitting = directoryWords(roomId, name).filter((word) => word.startsWith(prefix));
  const [first] = fitting.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return first === entry;
}

export const taken = () => new ChatError('conflict', 'This name is taken');
const roomOf = (claim: string) => claim.split(':')[0] ?? '';
