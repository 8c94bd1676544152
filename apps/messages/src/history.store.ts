import { randomBytes } from 'node:crypto';
import { ChatError, MAX_STORED_BYTES, type Position, standing, userActor } from '@app/contracts';
import { PREVIEW_BYTES, previewJson, readStored, scoreOf, storedJson } from '@app/history';
import { keys, Redis, Script } from '@app/redis';
import { CONFIG, type Config } from '@app/service';
import { Json } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { readAround } from './around';
import { decodeCursor, digestOf, encodeCursor, type Place } from './cursor';
import { readMessageId } from './message-id';

const BEGUN = Script.load(__dirname, 'begun');
const GET = Script.load(__dirname, 'get');
const HEADS = Script.load(__dirname, 'heads');
const PAGE = Script.load(__dirname, 'page');
const SLICE = Script.load(__dirname, 'slice');
const SYNC = Script.load(__dirname, 'sync');

/** How many messages of demo servers of one and the same moment are looked through for one of them, and at a time. */
const FOREIGN_OF_A_MOMENT = 1000;
const FOREIGN_CHUNK = 20;
/** Rooms whose newest messages are read at a time, where each is a call of its own. */
const HEADS_OF_A_CLUSTER = 16;

/** Where a page is asked for; nowhere: the newest. */
export interface PageAt {
  before?: string;
  after?: string;
  around?: string;
}

/** What `lua/page.lua` answers, flat: older and newer ones left; score, digest and place of both edges; messages with their scores. */
type PageRows = [found: 0 | 1, older: number, newer: number, ...rest: (string | number)[]] | [found: 0];
/** What `lua/sync.lua` answers for a room. */
type SyncRows =
  | [status: 'reset' | 'later']
  | [status: 'ok', more: 0 | 1, seq: string, date: string, rev: string, changed: number, ...pairs: string[]];

/** Message histories as they are read: every answer is bounded in bytes, in the script that reads it. */
@Injectable()
export class HistoryStore {
  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * A page of at most `limit` messages.
   * @returns a `Page`
   * @throws ChatError `invalid` for a malformed cursor or id
   */
  async page(roomId: string, at: PageAt, limit: number): Promise<Json> {
    const place = await this.place(roomId, at);
    // In one write, in this order. The epoch comes first: if the database is replaced in between, the page has the old epoch.
    // The position comes before the page: a message stored in between is on the page and beyond the position, so none is skipped.
    const [epoch, head, rows] = await Promise.all([
      this.epoch(),
      this.position(roomId),
      this.read(roomId, limit, place),
    ]);
    const [there, older, newer, ...rest] = rows;
    const found = at.around === undefined ? undefined : there === 1;
    const edge = (from: number) => {
      const [score, digest, where] = rest.slice(from) as [string, string, number];
      return encodeCursor({ score, digest, place: where });
    };
    const others = { epoch, before: older ? edge(0) : null, after: newer ? edge(3) : null, head, found };
    const messages = jsonOf(rest.slice(6) as string[], roomId);
    return new Json(`{"messages":[${messages.join(',')}],${JSON.stringify(others).slice(1)}`);
  }

  /**
   * At most `size` messages from the `offset`th newest on, newest first.
   * @returns what `messages.slice` answers
   */
  async slice(roomId: string, offset: number, size: number): Promise<Json> {
    const bounds = [size, this.config.ANSWER_BYTES, MAX_STORED_BYTES];
    const rows = (await SLICE.run(this.redis, [keys.room(roomId)], [offset, ...bounds])) as string[];
    return new Json(`{"messages":[${jsonOf(rows, roomId).join(',')}]}`);
  }

  /**
   * One message.
   * @returns a `Message`
   * @throws ChatError `not_found`, also where it is not the user's to read
   */
  async get(userId: string, id: string, actor = userActor(userId)): Promise<Json> {
    const place = readMessageId(id);
    if (typeof place === 'object') {
      const { roomId, seq, score } = place;
      const asked = [standing(actor, 'read', roomId), userId, seq, score];
      const [member] = (await GET.run(this.redis, [keys.room(roomId), keys.roomMembers(roomId)], asked)) as string[];
      const json = member === undefined ? undefined : storedJson(member, Number(score), roomId);
      if (json?.startsWith(`{"id":"${id}",`)) return new Json(json);
    }
    throw new ChatError('not_found', 'No such message');
  }

  /**
   * What came after each position, and what changed; at most `limit` messages in all, `more` where some are left.
   * @returns for each a `SyncedRoom` as JSON
   */
  async sync(positions: readonly Position[], limit: number): Promise<string[]> {
    const rooms: string[] = [];
    let left = limit;
    let bytes = this.config.ANSWER_BYTES;
    // On a Cluster no script may touch two rooms.
    const size = this.redis.isCluster ? 1 : positions.length;
    for (let i = 0; i < positions.length; i += size) {
      const asked = positions.slice(i, i + size);
      const answers = (await SYNC.run(
        this.redis,
        asked.flatMap(({ roomId }) => [keys.room(roomId), keys.roomHead(roomId), keys.roomChanges(roomId)]),
        [
          ...[left, bytes, MAX_STORED_BYTES, this.config.SYNC_MAX_BEHIND, left === limit ? 1 : 0],
          ...asked.flatMap(({ roomId, seq, id, rev }) => [roomId, seq, id, rev]),
        ],
      )) as SyncRows[];
      for (const [j, answer] of answers.entries()) {
        const { json, count } = synced(asked[j] as Position, answer);
        left -= count;
        bytes -= Buffer.byteLength(json);
        rooms.push(json);
      }
    }
    return rooms;
  }

  /**
   * Position of each room, and the beginning of what was said last there.
   * @returns what `messages.heads` answers
   */
  async heads(roomIds: readonly string[]): Promise<Json> {
    // The epoch comes first: if the database is replaced in between, the answer has the old epoch.
    const epoch = await this.epoch();
    const heads: string[] = [];
    while (heads.length < roomIds.length) {
      const rest = roomIds.slice(heads.length);
      const asked = this.redis.isCluster ? rest.slice(0, HEADS_OF_A_CLUSTER) : rest;
      const groups = asked.map((id) => [keys.room(id), keys.roomHead(id)]);
      const bounds = [this.config.ANSWER_BYTES, MAX_STORED_BYTES, PREVIEW_BYTES];
      const found = (await HEADS.runForEach(this.redis, groups, bounds)) as (string | null)[][];
      for (const [i, [seq, date, rev, member, score]] of found.entries()) {
        const roomId = asked[i] ?? '';
        const message = member && score ? previewJson(member, scoreOf(score), roomId) : undefined;
        const position = JSON.stringify(headPosition(roomId, seq ?? '0', date ?? '', rev ?? '0'));
        heads.push(`{"roomId":${JSON.stringify(roomId)},"message":${message ?? null},"position":${position}}`);
      }
    }
    return new Json(`{"epoch":${JSON.stringify(epoch)},"heads":[${heads.join(',')}]}`);
  }

  /** Those of these rooms in which something was said. */
  async begun(roomIds: readonly string[]): Promise<string[]> {
    const groups = roomIds.map((id) => [keys.room(id)]);
    const found = await BEGUN.runForEach(this.redis, groups, []);
    return roomIds.filter((_, i) => found[i] === 1);
  }

  /** The database's random name: another one means that what a client remembers is of another history. */
  async epoch(): Promise<string> {
    const known = await this.redis.get(keys.epoch);
    if (known !== null) return known;
    await this.redis.set(keys.epoch, randomBytes(9).toString('base64url'), 'NX');
    return (await this.redis.get(keys.epoch)) ?? '';
  }

  private async read(roomId: string, limit: number, place: readonly (string | number)[]): Promise<PageRows> {
    const bounds = [limit, this.config.ANSWER_BYTES, MAX_STORED_BYTES];
    const rows = await PAGE.run(this.redis, [keys.room(roomId), keys.roomHead(roomId)], [...bounds, ...place]);
    return (rows as unknown[]).flat() as PageRows;
  }

  private async position(roomId: string): Promise<Position> {
    const [seq, date, rev] = await this.redis.hmget(keys.roomHead(roomId), 'seq', 'date', 'rev');
    return headPosition(roomId, seq ?? '0', date ?? '', rev ?? '0');
  }

  /** The arguments of `lua/page.lua` that say where. */
  private async place(roomId: string, { before, after, around }: PageAt): Promise<(string | number)[]> {
    const cursor = before ?? after;
    if (cursor !== undefined) {
      const { score, digest, place } = decodeCursor(cursor);
      return [before === undefined ? 'after' : 'before', score, digest, place];
    }
    if (around === undefined) return ['newest', 0];
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
      const i = members.findIndex((member) => readStored(member, scoreOf(score), roomId)?.id === id);
      if (i >= 0) return { digest: digestOf(members[i] ?? ''), place: from + i };
      if (members.length < FOREIGN_CHUNK) return undefined;
    }
    return undefined;
  }
}

/** A `SyncedRoom` as JSON, of what the script says of it. */
function synced(position: Position, answer: SyncRows): { json: string; count: number } {
  const { roomId } = position;
  if (answer[0] !== 'ok') {
    const isReset = answer[0] === 'reset';
    const json = isReset ? JSON.stringify({ status: 'reset', roomId }) : syncedJson([], [], position, true);
    return { json, count: 0 };
  }
  const [, more, seq, date, rev, changed, ...pairs] = answer;
  const upTo = seq === '' ? { ...position, rev: Number(rev) } : headPosition(roomId, seq, date, rev);
  const [before, after] = [pairs.slice(0, 2 * changed), pairs.slice(2 * changed)];
  const json = syncedJson(jsonOf(before, roomId), jsonOf(after, roomId), upTo, more === 1);
  return { json, count: pairs.length / 2 };
}

function syncedJson(changed: readonly string[], messages: readonly string[], upTo: Position, more: boolean): string {
  const rest = JSON.stringify({ status: 'ok', roomId: upTo.roomId, upTo, more });
  return `${rest.slice(0, -1)},"changed":[${changed.join(',')}],"messages":[${messages.join(',')}]}`;
}

function headPosition(roomId: string, seq: string, date: string, rev: string): Position {
  return {
    roomId,
    seq: Number(seq),
    id: seq === '0' ? '' : `${roomId}-${seq}-${date.replace('.', '')}`,
    rev: Number(rev),
  };
}

/** Messages as JSON, from members and scores; members that are no message are left out. */
function jsonOf(pairs: readonly string[], roomId: string): string[] {
  const messages: string[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const message = storedJson(pairs[i] ?? '', scoreOf(pairs[i + 1] ?? ''), roomId);
    if (message !== undefined) messages.push(message);
  }
  return messages;
}
