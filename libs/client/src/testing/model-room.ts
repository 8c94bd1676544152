import { type Message, type Page, type Position, revOf, type SyncedRoom } from '@app/contracts';
import { comparePlaces } from '../room/history';

/** Something that was stored: a message, or another state of one. */
interface Stored {
  rev: number;
  message: Message;
  /** The state that it took the place of. */
  before?: Message;
}

export interface Limits {
  pageSize: number;
  syncSize: number;
  /** A sync from further behind is answered by `reset`. */
  maxBehind: number;
  /** Older changes are dropped. */
  maxChanges: number;
}

/** One room's history as the services keep it. */
export class ModelRoom {
  /** In order of date, in their present states. */
  readonly messages: Message[] = [];
  head: Position;
  /** User id → `seq` read up to. */
  readonly read = new Map<string, number>();
  /** All that was stored, in order of `rev`. */
  private readonly feed: Stored[] = [];
  /** Id of a changed message → its last `rev`, in order of that. */
  private changes = new Map<string, number>();
  /** The highest `rev` that was dropped from `changes`. */
  private floor = 0;

  constructor(
    readonly id: string,
    private readonly limits: Limits,
  ) {
    this.head = { roomId: id, seq: 0, id: '', rev: 0 };
  }

  append(message: Message): void {
    this.messages.push(message);
    this.head = { roomId: this.id, seq: message.seq ?? 0, id: message.id, rev: revOf(message) };
    this.feed.push({ rev: revOf(message), message });
  }

  /** Stores a message as a server of the demo does: it counts in no feed. */
  appendForeign(message: Message): void {
    this.messages.push(message);
    this.messages.sort(comparePlaces);
  }

  /** Stores another state of a message. */
  change(before: Message, to: Partial<Message>): Message {
    const rev = this.head.rev + 1;
    const message = { ...before, ...to, rev };
    this.messages[this.messages.findIndex(({ id }) => id === message.id)] = message;
    this.head = { ...this.head, rev };
    this.feed.push({ rev, message, before });
    this.changes.delete(message.id);
    this.changes.set(message.id, rev);
    for (const [id, dropped] of this.changes) {
      if (this.changes.size <= this.limits.maxChanges) break;
      this.changes.delete(id);
      this.floor = dropped;
    }
    return message;
  }

  /** What was stored last is lost. @param withChanges false: ends before a change */
  lose(count: number, withChanges: boolean): void {
    for (let i = 0; i < count; i++) {
      const last = this.feed.at(-1);
      if (!last || (last.before && !withChanges) || this.messages.at(-1)?.seq === undefined) break;
      this.feed.pop();
      const index = this.messages.findIndex(({ id }) => id === last.message.id);
      if (last.before) this.messages[index] = last.before;
      else this.messages.splice(index, 1);
      const changedAt = this.feed.findLast(({ message, before }) => before && message.id === last.message.id)?.rev;
      this.changes.delete(last.message.id);
      if (changedAt && changedAt > this.floor) this.changes.set(last.message.id, changedAt);
    }
    this.changes = new Map([...this.changes].sort(([, a], [, b]) => a - b));
    const newest = this.messages.findLast((message) => message.seq !== undefined);
    this.head = { roomId: this.id, seq: newest?.seq ?? 0, id: newest?.id ?? '', rev: this.feed.at(-1)?.rev ?? 0 };
    // Marks were written after what they are for, and went before it.
    for (const [userId, seq] of this.read) this.read.set(userId, Math.min(seq, this.head.seq));
  }

  page({ before, after, around }: { before?: string; after?: string; around?: string }): Omit<Page, 'epoch'> {
    const { messages, head } = this;
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
      const seq = Number(around.slice(this.id.length + 1).split('-')[0]);
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
      messages: shown,
      before: first && from > 0 ? `${first.date}|${first.id}` : null,
      after: last && from + shown.length < messages.length ? `${last.date}|${last.id}` : null,
      head,
      ...(found !== undefined && { found }),
    };
  }

  sync(position: Position, limit: number): SyncedRoom {
    const { roomId, seq, id } = position;
    const rev = revOf(position);
    const { messages, head, changes, floor } = this;
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
}

/** The place that a cursor names. */
function placeOf(cursor: string): { date: number; id: string } {
  const [date, id = ''] = cursor.split('|');
  return { date: Number(date), id };
}
