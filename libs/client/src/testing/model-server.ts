import {
  directUsers,
  type ErrorBody,
  GENERAL,
  type Message,
  type Page,
  type RoomSummary,
  revOf,
  roomKind,
  type SyncAnswer,
  type SyncedRoom,
  type SyncRequest,
} from '@app/contracts';
import { type Limits, ModelRoom } from './model-room';

type Answer = { message: Message } | { error: ErrorBody; message?: Message };

/** What the services promise of rooms' histories, in memory: what a client's view must end up equal to. */
export class ModelServer {
  onStored: (message: Message) => void = () => {};
  onChanged: (message: Message) => void = () => {};
  /** Id → name of everybody with an account. */
  readonly names = new Map([
    ['1', 'Pablo'],
    ['2', 'Joe'],
    ['3', 'Mary'],
  ]);
  /** Ids of the direct rooms that there are. */
  readonly directs = new Set(['1:2']);
  /** Unix microseconds of what was stored last. */
  microseconds = 1_700_000_000_000_000;
  private readonly rooms = new Map<string, ModelRoom>();
  private epoch = 1;
  private serial = 0;
  private readonly limits: Limits;

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
    const [seq, rev] = [room.head.seq + 1, room.head.rev + 1];
    const message: Message = {
      id: `${roomId}-${seq}-${this.microseconds}`,
      seq,
      from,
      date: this.microseconds / 1e6,
      message: text,
      roomId,
      ...(clientId && { clientId }),
      ...(rev !== seq && { rev }),
    };
    room.append(message);
    this.onStored(message);
    return { message, isNew: true };
  }

  /** Stores a message as a server of the demo does; it may share its date with others of its kind. */
  appendForeign(roomId: string, text: string): Message {
    const room = this.room(roomId);
    if (room.messages.at(-1)?.seq !== undefined || room.messages.length === 0) this.microseconds++;
    const id = `x${this.serial++ % 7}${this.serial}`;
    const message = { id, from: '9', date: this.microseconds / 1e6, message: text, roomId };
    room.appendForeign(message);
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
    this.room(roomId).lose(count, withChanges);
  }

  page(roomId: string, ask: { before?: string; after?: string; around?: string } = {}): Page {
    return { epoch: String(this.epoch), ...this.room(roomId).page(ask) };
  }

  sync({ epoch, positions }: SyncRequest): SyncAnswer {
    let left = this.limits.syncSize;
    const rooms = positions.map((position): SyncedRoom => {
      const { roomId } = position;
      if (epoch !== String(this.epoch)) return { status: 'reset', roomId };
      if (left === 0) return { status: 'ok', roomId, messages: [], changed: [], upTo: position, more: true };
      const answer = this.room(roomId).sync(position, left);
      if (answer.status === 'ok') left -= answer.messages.length + answer.changed.length;
      return answer;
    });
    return { epoch: String(this.epoch), rooms };
  }

  /** The rooms as a user sees them. */
  summaries(userId: string): RoomSummary[] {
    const direct = [...this.directs].filter((id) => directUsers(id)?.includes(userId));
    return [GENERAL, ...direct].map((id) => {
      const { messages, head, read: marks } = this.room(id);
      const read = marks.get(userId) ?? 0;
      const gone = messages.filter(({ seq = 0, deleted }) => deleted && seq > read).length;
      const userIds = directUsers(id);
      return {
        id,
        kind: roomKind(id),
        names: userIds ? userIds.map((user) => this.names.get(user) ?? '') : ['General'],
        ...(userIds && { userIds }),
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

  room(roomId: string): ModelRoom {
    const known = this.rooms.get(roomId);
    if (known) return known;
    const room = new ModelRoom(roomId, this.limits);
    this.rooms.set(roomId, room);
    return room;
  }

  private change(room: ModelRoom, before: Message, to: Partial<Message>): Message {
    const message = room.change(before, to);
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

  private now(): number {
    return ++this.microseconds / 1e6;
  }
}

function refusal(code: ErrorBody['code']): { error: ErrorBody } {
  return { error: { code, message: code } };
}
