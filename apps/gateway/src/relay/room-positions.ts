import { type Changed, type Position, revOf } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import type { Heard } from './envelopes';

/** Where a message or a change stands beside what was relayed before. */
export type Advance = 'next' | 'untracked' | 'repeated' | 'gap' | 'other history';

interface Tracked extends Position {
  date: number;
}

/** Up to where this gateway relayed each room that somebody here hears. */
@Injectable()
export class RoomPositions {
  private readonly rooms = new Map<string, Tracked>();
  /** The database that the positions are of. */
  epoch: string | undefined;

  has(roomId: string): boolean {
    return this.rooms.has(roomId);
  }

  /** Whether messages of a room were relayed or skipped already: it is no news then that it began. */
  hasBegun(roomId: string): boolean {
    return (this.rooms.get(roomId)?.seq ?? 0) > 0;
  }

  /** Notes where a room stands, unless more is known of it already. */
  start(position: Position): void {
    const known = this.rooms.get(position.roomId);
    if (!known || known.seq < position.seq || known.rev < position.rev) this.set(position);
  }

  /** Sets a room's position, also backwards (another history). */
  set(position: Position): void {
    this.rooms.set(position.roomId, { ...position, rev: revOf(position), date: dateOf(position.id) });
  }

  /** Whether a message with a `seq` was relayed, or is out of reach of what is fetched. */
  knows({ roomId, seq }: { roomId: string; seq: number }): boolean {
    return seq <= (this.rooms.get(roomId)?.seq ?? 0);
  }

  /** Advances to a stored message (one with a `seq`) if it is the next one. */
  advance(message: Heard & { seq: number }): Advance {
    const known = this.rooms.get(message.roomId);
    if (!known) return 'untracked';
    if (message.seq <= known.seq) return message.date > known.date ? 'other history' : 'repeated';
    const rev = revOf(message);
    // A replica of the version before counts no changes: what it stores has a smaller one.
    if (message.seq > known.seq + 1 || rev > known.rev + 1) return 'gap';
    const { seq, id, date } = message;
    this.rooms.set(message.roomId, { roomId: message.roomId, seq, id, date, rev: Math.max(rev, known.rev) });
    return 'next';
  }

  /** Advances to a change if it is the next one. */
  advanceChange({ roomId, rev }: Pick<Changed, 'roomId' | 'rev'>): Exclude<Advance, 'other history'> {
    const known = this.rooms.get(roomId);
    if (!known) return 'untracked';
    if (rev <= known.rev) return 'repeated';
    if (rev > known.rev + 1) return 'gap';
    this.rooms.set(roomId, { ...known, rev });
    return 'next';
  }

  forget(roomId: string): void {
    this.rooms.delete(roomId);
  }

  /** Keeps only the rooms that are still heard. */
  prune(isHeard: (roomId: string) => boolean): void {
    for (const roomId of this.rooms.keys()) if (!isHeard(roomId)) this.rooms.delete(roomId);
  }

  all(): Position[] {
    return [...this.rooms.values()].map(({ roomId, seq, id, rev }) => ({ roomId, seq, id, rev: rev > seq ? rev : 0 }));
  }
}

/** Unix seconds out of a message id; 0 where there is none. */
function dateOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('-') + 1)) / 1e6;
}
