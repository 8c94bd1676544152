import { type Message, type RoomSummary, revOf } from '@app/contracts';

type Line = Pick<RoomSummary, 'id' | 'seq' | 'read' | 'gone' | 'rev'>;

/** Which messages of the rooms are deleted, as far as that says how many are unread. */
export class Gone {
  /** As the server's list told it last. */
  private readonly lines = new Map<string, Line>();
  /** Of each room the `seq` of deleted messages that were heard of or seen, with the `rev` of their tombstones. */
  private readonly known = new Map<string, Map<number, number>>();

  /** The server has told how many there are beyond its mark. */
  listed(line: Line): void {
    const before = this.lines.get(line.id);
    // A clock that went back is that of another history.
    if (before && revOf(before) > revOf(line)) this.known.delete(line.id);
    this.lines.set(line.id, line);
  }

  /** A tombstone. @returns whether it was not known */
  heard(message: Message): boolean {
    const { roomId, seq } = message;
    if (seq === undefined) return false;
    const known = this.known.get(roomId) ?? new Map<number, number>();
    if (known.has(seq)) return false;
    this.known.set(roomId, known.set(seq, revOf(message)));
    return true;
  }

  /** How many messages between a room's mark and its end are deleted. */
  after({ id, seq, read }: Pick<RoomSummary, 'id' | 'seq' | 'read'>): number {
    const line = this.lines.get(id);
    const known = this.known.get(id);
    if (known) for (const place of known.keys()) if (place <= read) known.delete(place);
    if (read >= seq) return 0;
    const seen = known?.size ?? 0;
    if (!line || read < line.read) return seen;
    const clock = revOf(line);
    const later = [...(known?.values() ?? [])].filter((rev) => rev > clock).length;
    // Of what the server has counted past its mark some may have been read by now: all of that, at most.
    return Math.max((line.gone ?? 0) - (read - line.read) + later, seen);
  }
}
