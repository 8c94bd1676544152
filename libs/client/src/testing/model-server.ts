import {
  type ErrorBody,
  type Message,
  type Page,
  type Position,
  type RoomSummary,
  revOf,
  type SyncAnswer,
  type SyncedRoom,
  type SyncRequest,
} from '@app/contracts';
import { comparePlaces } from '../room/history';

/** Something that was stored: a message, or another state of one. */
interface Stored {
  rev: number;
  message: Message;
  /** The state that it took the place of. */
  before?: Message;
}

interface ModelRoom {
  /** In order of date, in their present states. */
  messages: Message[];
  head: Position;
  /** All that was stored, in order of `rev`. */
  feed: Stored[];
  /** Id of a changed message → its last `rev`, in order of that. */
  changes: Map<string, number>;
  /** The highest `rev` that was dropped from `changes`. */
  floor: number;
  /** User id → `seq` read up to. */
  read: Map<string, number>;
}

type Answer = { message: Message } | { error: ErrorBody; message?: Message };

/** What the services promise of rooms' histories, in memory: what a client's view must end up equal to. */
export class ModelServer {
  onStored: (message: Message) => void = () => {};
  onChanged: (message: Message) => void = () => {};
  private readonly rooms = new Map<string, ModelRoom>();
  private epoch = 1;
  private microseconds = 1_700_000_000_000_000;
  private serial = 0;

  private readonly limits: Limits;

  /** @param limits `maxBehind`: a sync from further behind is answered by `reset`; `maxChanges`: older ones are dropped */
  constructor(limits: Partial<Limits> = {}) {
    this.limits = { pageSize: 5, syncSize: 3, maxBehind: 12, maxChanges: 4, ...limits };
  }

  history(roomId: string): readonly Message[] {
    return this.room(roomId).messages;
  }

  /** Stores a message, or gives the one that was stored with this client id as it is now. */
  append(roomId: string, from: string, text: string, clientId?: string): { message: Message; isNew: boolean } {
    const room = this.room(roomId);
    const known = room.messages.find((m) => clientId !== undefined && m.from === from && m.clientId === clientId);
    if (known) return { message: known, isNew: false };
    this.microseconds++;
    const seq = room.head.seq + 1;
    const id = `${roomId}-${seq}-${this.microseconds}`;
    const rev = room.head.rev + 1;
    const message: Message = {
      id,
      seq,
      from,
      date: this.microseconds / 1e6,
      message: text,
      roomId,
      ...(clientId && { clientId }),
      ...(rev !== seq && { rev }),
    };
    room.messages.push(message);
    room.head = { roomId, seq, id, rev };
    room.feed.push({ rev, message });
    this.onStored(message);
    return { message, isNew: true };
  }

  /** Stores a message as a server of the demo does; it may share its date with others of its kind. */
  appendForeign(roomId: string, text: string): Message {
    const room = this.room(roomId);
    if (room.messages.at(-1)?.seq !== undefined || room.messages.length === 0) this.microseconds++;
    const id = `x${this.serial++ % 7}${this.serial}`;
    const message = { id, from: '9', date: this.microseconds / 1e6, message: text, roomId };
    room.messages.push(message);
    room.messages.sort(comparePlaces);
    this.onStored(message);
    return message;
  }

  /** Another text for a message of one's own. */
  edit(from: string, { id, message: text, ifRev }: { id: string; message: string; ifRev: number }): Answer {
    const [room, message] = this.find(id);
    if (!room || !message || message.deleted) return refusal('not_found');
    if (message.from !== from || message.seq === undefined) return refusal('forbidden');
    if (message.message === text) return { message };
    if (revOf(message) !== ifRev) return { ...refusal('conflict'), message };
    return { message: this.change(room, message, { message: text, edited: this.now() }) };
  }

  /** Takes the text of a message of one's own away. */
  delete(from: string, id: string): Answer {
    const [room, message] = this.find(id);
    if (!room || !message) return refusal('not_found');
    if (message.from !== from || message.seq === undefined) return refusal('forbidden');
    if (message.deleted) return { message };
    const { edited: _, ...rest } = message;
    return { message: this.change(room, rest, { message: '', deleted: { by: from, date: this.now() } }) };
  }

  /** The database loses everything. */
  wipe(): void {
    this.rooms.clear();
    this.epoch++;
  }

  /**
   * A crash: what was stored last in a room was never written to disk. (Nobody could tell that of foreign messages.)
   * @param withChanges false: ends before a change, the loss of which cannot be told once another took its `rev`
   */
  lose(roomId: string, count: number, withChanges = true): void {
    const room = this.room(roomId);
    for (let i = 0; i < count; i++) {
      const last = room.feed.at(-1);
      if (!last || (last.before && !withChanges) || room.messages.at(-1)?.seq === undefined) break;
      room.feed.pop();
      const index = room.messages.findIndex(({ id }) => id === last.message.id);
      if (last.before) room.messages[index] = last.before;
      else room.messages.splice(index, 1);
      const changedAt = room.feed.findLast(({ message, before }) => before && message.id === last.message.id)?.rev;
      room.changes.delete(last.message.id);
      if (changedAt && changedAt > room.floor) room.changes.set(last.message.id, changedAt);
    }
    room.changes = new Map([...room.changes].sort(([, a], [, b]) => a - b));
    const newest = room.messages.findLast((message) => message.seq !== undefined);
    room.head = { roomId, seq: newest?.seq ?? 0, id: newest?.id ?? '', rev: room.feed.at(-1)?.rev ?? 0 };
    // Marks were written after what they are for, and went before it.
    for (const [userId, seq] of room.read) room.read.set(userId, Math.min(seq, room.head.seq));
  }

  page(roomId: string, { before, after, around }: { before?: string; after?: string; around?: string } = {}): Page {
    const { messages, head } = this.room(roomId);
    const { pageSize } = this.limits;
    let [from, to] = [messages.length - pageSize, messages.length];
    let found: boolean | undefined;
    if (before !== undefined) {
      to = messages.findIndex((message) => comparePlaces(message, placeOf(before)) >= 0);
      if (to < 0) to = messages.length;
      from = to - pageSize;
    } else if (after !== undefined) {
      from = messages.findIndex((message) => comparePlaces(message, placeOf(after)) > 0);
      if (from < 0) from = messages.length;
      to = from + pageSize;
    } else if (around !== undefined) {
      const seq = Number(around.slice(roomId.length + 1).split('-')[0]);
      const exact = messages.findIndex(({ id }) => id === around);
      const near = messages.findIndex((message) => (message.seq ?? 0) >= seq);
      const at = exact >= 0 ? exact : near >= 0 ? near : messages.length - 1;
      found = exact >= 0 || messages[at]?.seq === seq;
      from = at - (pageSize >> 1);
      to = from + pageSize;
    }
    from = Math.max(0, from);
    const shown = messages.slice(from, Math.max(0, to));
    const [first, last] = [shown[0], shown.at(-1)];
    return {
      epoch: String(this.epoch),
      messages: shown,
      before: first && from > 0 ? `${first.date}|${first.id}` : null,
      after: last && from + shown.length < messages.length ? `${last.date}|${last.id}` : null,
      head,
      ...(found !== undefined && { found }),
    };
  }

  sync({ epoch, positions }: SyncRequest): SyncAnswer {
    let left = this.limits.syncSize;
    const rooms = positions.map((position): SyncedRoom => {
      const { roomId } = position;
      if (epoch !== String(this.epoch)) return { status: 'reset', roomId };
      if (left === 0) return { status: 'ok', roomId, messages: [], changed: [], upTo: position, more: true };
      const answer = this.syncRoom(position, left);
      if (answer.status === 'ok') left -= answer.messages.length + answer.changed.length;
      return answer;
    });
    return { epoch: String(this.epoch), rooms };
  }

  /** The rooms as a user sees them. */
  summaries(userId: string): RoomSummary[] {
    return ['0', '1:2'].map((id) => {
      const { messages, head, read: marks } = this.room(id);
      const read = marks.get(userId) ?? 0;
      const gone = messages.filter(({ seq = 0, deleted }) => deleted && seq > read).length;
      return {
        id,
        kind: id === '0' ? 'general' : 'direct',
        names: id === '0' ? ['General'] : ['Pablo', 'Joe'],
        ...(id === '0' ? {} : { userIds: ['1', '2'] }),
        lastMessage: messages.at(-1) ?? null,
        seq: head.seq,
        read,
        ...(head.rev !== head.seq && { rev: head.rev }),
        ...(gone > 0 && { gone }),
      };
    });
  }

  /** Moves a mark, forward only. @returns where it stands, and whether it moved */
  markRead(roomId: string, userId: string, seq: number): { seq: number; moved: boolean } {
    const { read, head } = this.room(roomId);
    const before = read.get(userId) ?? 0;
    const mark = Math.max(before, Math.min(seq, head.seq));
    read.set(userId, mark);
    return { seq: mark, moved: mark > before };
  }

  private change(room: ModelRoom, before: Message, to: Partial<Message>): Message {
    const rev = room.head.rev + 1;
    const message = { ...before, ...to, rev };
    room.messages[room.messages.findIndex(({ id }) => id === message.id)] = message;
    room.head = { ...room.head, rev };
    room.feed.push({ rev, message, before });
    room.changes.delete(message.id);
    room.changes.set(message.id, rev);
    for (const [id, dropped] of room.changes) {
      if (room.changes.size <= this.limits.maxChanges) break;
      room.changes.delete(id);
      room.floor = dropped;
    }
    this.onChanged(message);
    return message;
  }

  private find(id: string): [ModelRoom, Message] | [undefined, undefined] {
    for (const room of this.rooms.values()) {
      const message = room.messages.find((message) => message.id === id);
      if (message) return [room, message];
    }
    return [undefined, undefined];
  }

  private syncRoom(position: Position, limit: number): SyncedRoom {
    const { roomId, seq, id } = position;
    const rev = revOf(position);
    const { messages, head, changes, floor } = this.room(roomId);
    const known = messages.find((message) => message.seq === seq);
    const isLost = head.seq - seq > this.limits.maxBehind || (seq > 0 && known?.id !== id);
    if (isLost || rev > head.rev || rev < floor) return { status: 'reset', roomId };
    const stale = [...changes].flatMap(([id, at]) => messages.filter((message) => at > rev && message.id === id));
    const below = stale.filter((message) => (message.seq ?? 0) <= seq);
    const changed = below.slice(0, limit);
    if (changed.length < below.length) {
      const upTo = { ...position, rev: revOf(changed.at(-1) ?? position) };
      return { status: 'ok', roomId, messages: [], changed, upTo, more: true };
    }
    const missed = messages.filter((message) => !known || comparePlaces(message, known) > 0);
    const sent = missed.slice(0, limit - changed.length);
    const more = missed.length > sent.length;
    const last = sent.findLast((message) => message.seq !== undefined);
    if (more && !last && changed.length === 0) return { status: 'reset', roomId };
    // What comes later comes in its present state.
    const reached = last ? { roomId, seq: last.seq ?? 0, id: last.id } : position;
    return { status: 'ok', roomId, messages: sent, changed, upTo: more ? { ...reached, rev: head.rev } : head, more };
  }

  private now(): number {
    return ++this.microseconds / 1e6;
  }

  private room(roomId: string): ModelRoom {
    const known = this.rooms.get(roomId);
    if (known) return known;
    const head = { roomId, seq: 0, id: '', rev: 0 };
    const room: ModelRoom = { messages: [], head, feed: [], changes: new Map(), floor: 0, read: new Map() };
    this.rooms.set(roomId, room);
    return room;
  }
}

interface Limits {
  pageSize: number;
  syncSize: number;
  maxBehind: number;
  maxChanges: number;
}

function refusal(code: ErrorBody['code']): { error: ErrorBody } {
  return { error: { code, message: code } };
}

/** The place that a cursor names. */
function placeOf(cursor: string): { date: number; id: string } {
  const [date, id = ''] = cursor.split('|');
  return { date: Number(date), id };
}
