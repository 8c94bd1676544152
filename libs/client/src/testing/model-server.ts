import type { Message, Page, Position, RoomSummary, SyncAnswer, SyncedRoom, SyncRequest } from '@app/contracts';
import { comparePlaces } from '../history';

interface ModelRoom {
  /** In order of date. */
  messages: Message[];
  head: Position;
  /** User id → `seq` read up to. */
  read: Map<string, number>;
}

/** What the services promise of rooms' histories, in memory: what a client's view must end up equal to. */
export class ModelServer {
  onStored: (message: Message) => void = () => {};
  private readonly rooms = new Map<string, ModelRoom>();
  private epoch = 1;
  private microseconds = 1_700_000_000_000_000;
  private serial = 0;

  /** @param limits `maxBehind`: a sync from further behind is answered by `reset` */
  constructor(private readonly limits = { pageSize: 5, syncSize: 3, maxBehind: 12 }) {}

  history(roomId: string): readonly Message[] {
    return this.room(roomId).messages;
  }

  /** Stores a message, or gives the one that was stored with this client id. */
  append(roomId: string, from: string, text: string, clientId?: string): { message: Message; isNew: boolean } {
    const room = this.room(roomId);
    const known = room.messages.find((m) => clientId !== undefined && m.from === from && m.clientId === clientId);
    if (known) return { message: known, isNew: false };
    this.microseconds++;
    const seq = room.head.seq + 1;
    const id = `${roomId}-${seq}-${this.microseconds}`;
    const message = {
      id,
      seq,
      from,
      date: this.microseconds / 1e6,
      message: text,
      roomId,
      ...(clientId && { clientId }),
    };
    room.messages.push(message);
    room.head = { ...room.head, seq, id };
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

  /** The database loses everything. */
  wipe(): void {
    this.rooms.clear();
    this.epoch++;
  }

  /** A crash: the last messages of a room were never written to disk. (Nobody could tell that of foreign ones.) */
  lose(roomId: string, count: number): void {
    const room = this.room(roomId);
    for (let i = 0; i < count && room.messages.at(-1)?.seq !== undefined; i++) room.messages.pop();
    const last = room.messages.findLast((message) => message.seq !== undefined);
    room.head = { ...room.head, seq: last?.seq ?? 0, id: last?.id ?? '' };
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
      if (epoch !== String(this.epoch)) return { status: 'reset', roomId: position.roomId };
      if (left === 0)
        return { status: 'ok', roomId: position.roomId, messages: [], changed: [], upTo: position, more: true };
      const answer = this.syncRoom(position, left);
      if (answer.status === 'ok') left -= answer.messages.length;
      return answer;
    });
    return { epoch: String(this.epoch), rooms };
  }

  /** The rooms as a user sees them. */
  summaries(userId: string): RoomSummary[] {
    return ['0', '1:2'].map((id) => ({
      id,
      kind: id === '0' ? 'general' : 'direct',
      names: id === '0' ? ['General'] : ['Pablo', 'Joe'],
      ...(id === '0' ? {} : { userIds: ['1', '2'] }),
      lastMessage: this.room(id).messages.at(-1) ?? null,
      seq: this.room(id).head.seq,
      read: this.room(id).read.get(userId) ?? 0,
    }));
  }

  /** Moves a mark, forward only. @returns where it stands, and whether it moved */
  markRead(roomId: string, userId: string, seq: number): { seq: number; moved: boolean } {
    const { read, head } = this.room(roomId);
    const before = read.get(userId) ?? 0;
    const mark = Math.max(before, Math.min(seq, head.seq));
    read.set(userId, mark);
    return { seq: mark, moved: mark > before };
  }

  private syncRoom(position: Position, limit: number): SyncedRoom {
    const { roomId, seq, id } = position;
    const { messages, head } = this.room(roomId);
    const known = messages.find((message) => message.seq === seq);
    if (head.seq - seq > this.limits.maxBehind || (seq > 0 && known?.id !== id)) return { status: 'reset', roomId };
    const missed = messages.filter((message) => !known || comparePlaces(message, known) > 0);
    const sent = missed.slice(0, limit);
    const more = missed.length > sent.length;
    const last = sent.findLast((message) => message.seq !== undefined);
    if (more && !last) return { status: 'reset', roomId };
    const upTo = more && last ? { ...position, seq: last.seq ?? 0, id: last.id } : head;
    return { status: 'ok', roomId, messages: sent, changed: [], upTo, more };
  }

  private room(roomId: string): ModelRoom {
    const known = this.rooms.get(roomId);
    if (known) return known;
    const room = { messages: [], head: { roomId, seq: 0, id: '', rev: 0 }, read: new Map() };
    this.rooms.set(roomId, room);
    return room;
  }
}

/** The place that a cursor names. */
function placeOf(cursor: string): { date: number; id: string } {
  const [date, id = ''] = cursor.split('|');
  return { date: Number(date), id };
}
