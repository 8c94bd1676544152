import { randomBytes } from 'node:crypto';
import {
  ChatError,
  MAX_STORED_BYTES,
  type Message,
  type Position,
  roomKind,
  type ShownRoom,
  STORE_SUFFIX,
  type SyncedRoom,
} from '@app/contracts';
import { channelsOf, keys, Redis, Script } from '@app/redis';
import { CONFIG, type Config } from '@app/service';
import { currentSpan, Json } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { readAround } from './around';
import { decodeCursor, digestOf, encodeCursor, type Place } from './cursor';
import { readStored, storedJson } from './stored-message';

const APPEND = Script.load(__dirname, 'append');
const HEADS = Script.load(__dirname, 'heads');
const PAGE = Script.load(__dirname, 'page');
const SYNC = Script.load(__dirname, 'sync');

/** How many messages of demo servers of one and the same moment are looked through for one of them, and at a time. */
const FOREIGN_OF_A_MOMENT = 2000;
const FOREIGN_CHUNK = 50;

/** Older and newer ones left; score, digest and place of both edges; messages with their scores. */
type PageRows = [older: number, newer: number, ...edges: (string | number)[]];

/** What is to be stored; the text is clean. */
export interface NewMessage {
  userId: string;
  roomId: string;
  message: string;
  clientId: string;
}
/** `first`: it is its direct room's first, others must hear of the room. */
export type Appended = { message: Message; first: boolean } | 'names';

/** Message histories in Redis. */
@Injectable()
export class MessagesStore {
  private readonly serverId = `${randomBytes(6).toString('hex')}${STORE_SUFFIX}`;
  private readonly channel: string;

  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.channel = channelsOf(redis).messages;
  }

  /**
   * Stores and announces a message, or returns the one stored under the same `clientId` before.
   * @param show the direct room as others should see it, should this be its first message
   * @returns `names` when `show` is needed and missing; nothing was stored
   * @throws ChatError `forbidden`
   */
  async append(message: NewMessage, show?: ShownRoom): Promise<Appended> {
    const { roomId, userId, clientId } = message;
    const [status, stored, first] = (await APPEND.run(
      this.redis,
      [keys.room(roomId), keys.roomHead(roomId), keys.roomMembers(roomId), keys.roomSent(roomId, userId, clientId)],
      [
        roomKind(roomId),
        roomId,
        userId,
        clientId,
        JSON.stringify(message.message),
        this.config.MESSAGE_REPEAT_MS,
        this.channel,
        this.serverId,
        show ? JSON.stringify(show) : '',
        currentSpan() ?? '',
      ],
    )) as [string, string, number];
    if (status === 'forbidden') throw new ChatError('forbidden', 'Not a member of this room');
    if (status === 'names') return 'names';
    return { message: JSON.parse(stored), first: first === 1 };
  }

  /**
   * A page of at most `limit` messages, and of a bounded size: the newest, those before or after a cursor, or around a message.
   * @returns a `Page`
   * @throws ChatError `invalid` for a cursor or an id that is none
   */
  async page(roomId: string, at: { before?: string; after?: string; around?: string }, limit: number): Promise<Json> {
    const place = await this.place(roomId, at);
    // In this order, in one write. The epoch first: should the database be replaced in between, the page bears the old name.
    // Then the position: a message stored in between is on the page and ahead of it, never below it and unseen.
    const [epoch, head, [there, ...rows]] = await Promise.all([
      this.epoch(),
      this.position(roomId),
      PAGE.run(
        this.redis,
        [keys.room(roomId), keys.roomHead(roomId)],
        [limit, this.config.ANSWER_BYTES, MAX_STORED_BYTES, ...place],
      ) as Promise<[found: 0 | 1, ...PageRows] | [found: 0]>,
    ]);
    const found = at.around === undefined ? undefined : there === 1;
    const [older, newer, ...rest] = rows;
    const edge = (from: number) => {
      const [score, digest, place] = rest.slice(from) as [string, string, number];
      return encodeCursor({ score, digest, place });
    };
    const before = older ? edge(0) : null;
    const after = newer ? edge(3) : null;
    const messages = readPairs(rest.slice(6) as string[], roomId, storedJson);
    return new Json(
      `{"messages":[${messages.join(',')}],${JSON.stringify({ epoch, before, after, head, found }).slice(1)}`,
    );
  }

  /** `size` messages from the `offset`th newest on, newest first. */
  async slice(roomId: string, offset: number, size: number): Promise<Message[]> {
    const pairs = await this.redis.zrevrange(keys.room(roomId), offset, offset + size - 1, 'WITHSCORES');
    return readPairs(pairs as string[], roomId, readStored);
  }

  /** What came after each position; at most `limit` messages in all, `more` where some are left. */
  async sync(positions: readonly Position[], limit: number): Promise<SyncedRoom[]> {
    const answers: SyncedRoom[] = [];
    let left = limit;
    for (const position of positions) {
      const answer = left > 0 ? await this.syncRoom(position, left) : pending(position);
      if (answer.status === 'ok') left -= answer.messages.length;
      answers.push(answer);
    }
    return answers;
  }

  /**
   * Newest message and position of each room.
   * @returns what `messages.heads` answers
   */
  async heads(roomIds: readonly string[]): Promise<Json> {
    // The epoch first: should the database be replaced in between, the answer bears the old name.
    const epoch = await this.epoch();
    const groups = roomIds.map((id) => [keys.room(id), keys.roomHead(id)]);
    const found = (await HEADS.runForEach(this.redis, groups, [])) as (string | null)[][];
    const heads = roomIds.map((roomId, i) => {
      const [seq, date, rev, member, score] = found[i] ?? [];
      const message = member && score ? storedJson(member, Number(score), roomId) : undefined;
      const position = headPosition(roomId, seq ?? '0', date ?? '', rev ?? '0');
      return `{"roomId":${JSON.stringify(roomId)},"message":${message ?? null},"position":${JSON.stringify(position)}}`;
    });
    return new Json(`{"epoch":${JSON.stringify(epoch)},"heads":[${heads.join(',')}]}`);
  }

  /** Whether a named room has this member. */
  async isMember(roomId: string, userId: string): Promise<boolean> {
    return (await this.redis.hexists(keys.roomMembers(roomId), userId)) === 1;
  }

  /** The database's random name: another one means that what a client remembers is of another history. */
  async epoch(): Promise<string> {
    const known = await this.redis.get(keys.epoch);
    if (known !== null) return known;
    await this.redis.set(keys.epoch, randomBytes(9).toString('base64url'), 'NX');
    return (await this.redis.get(keys.epoch)) ?? '';
  }

  private async syncRoom(position: Position, limit: number): Promise<SyncedRoom> {
    const { roomId, seq, id, rev } = position;
    const answer = (await SYNC.run(
      this.redis,
      [keys.room(roomId), keys.roomHead(roomId)],
      [roomId, seq, id, rev, limit, this.config.SYNC_MAX_BEHIND],
    )) as ['reset'] | ['ok', number, string, string, string, ...string[]];
    if (answer[0] === 'reset') return { status: 'reset', roomId };
    const [, more, headSeq, headDate, headRev, ...pairs] = answer;
    const messages = readPairs(pairs, roomId, readStored);
    const last = more ? messages.findLast((message) => message.seq !== undefined) : undefined;
    const upTo = last
      ? { roomId, seq: last.seq ?? 0, id: last.id, rev }
      : headPosition(roomId, headSeq, headDate, headRev);
    return { status: 'ok', roomId, messages, upTo, more: more === 1 };
  }

  /** The arguments of `lua/page.lua` that say where. */
  private async place(
    roomId: string,
    { before, after, around }: { before?: string; after?: string; around?: string },
  ): Promise<(string | number)[]> {
    const cursor = before ?? after;
    if (cursor !== undefined) {
      const { score, digest, place } = decodeCursor(cursor);
      return [before === undefined ? 'after' : 'before', score, digest, place];
    }
    if (around === undefined) return ['newest'];
    const asked = readAround(around, roomId);
    if (asked.kind === 'seq') return ['seq', asked.seq];
    if (asked.kind === 'date') return ['date', asked.score, asked.seq];
    const found = await this.findForeign(roomId, asked.id, asked.score);
    return found ? ['around', asked.score, found.digest, found.place] : ['date', asked.score, '0'];
  }

  /** A demo server's message by its id, which is made of its content; of the first of a moment alone. */
  private async findForeign(roomId: string, id: string, score: string): Promise<Omit<Place, 'score'> | undefined> {
    for (let from = 0; from < FOREIGN_OF_A_MOMENT; from += FOREIGN_CHUNK) {
      const members = await this.redis.zrangebyscore(keys.room(roomId), score, score, 'LIMIT', from, FOREIGN_CHUNK);
      const i = members.findIndex((member) => readStored(member, Number(score), roomId)?.id === id);
      if (i >= 0) return { digest: digestOf(members[i] ?? ''), place: from + i };
      if (members.length < FOREIGN_CHUNK) return undefined;
    }
    return undefined;
  }

  private async position(roomId: string): Promise<Position> {
    const [seq, date, rev] = await this.redis.hmget(keys.roomHead(roomId), 'seq', 'date', 'rev');
    return headPosition(roomId, seq ?? '0', date ?? '', rev ?? '0');
  }
}

function headPosition(roomId: string, seq: string, date: string, rev: string): Position {
  return {
    roomId,
    seq: Number(seq),
    id: seq === '0' ? '' : `${roomId}-${seq}-${date.replace('.', '')}`,
    rev: Number(rev),
  };
}

/** A room whose turn did not come: ask again from the same place. */
function pending(position: Position): SyncedRoom {
  return { status: 'ok', roomId: position.roomId, messages: [], upTo: position, more: true };
}

function readPairs<T>(
  pairs: readonly string[],
  roomId: string,
  read: (member: string, score: number, roomId: string) => T | undefined,
): T[] {
  const messages: T[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const message = read(pairs[i] ?? '', Number(pairs[i + 1]), roomId);
    if (message !== undefined) messages.push(message);
  }
  return messages;
}
