import { type Framing, WEBSOCKET } from './frames';
import type { RoomLog } from './room-log';

export interface Listener {
  /** A copy came whose message was due then (NaN: nobody asked). */
  copy(due: number): void;
  /** A copy came that could not be compared with a log. */
  loose(mark: number): void;
  /** A copy came that is not the next one of its room. */
  astray(mark: number, expected: number): void;
  /** A frame came that is no copy; its payload. */
  other(bytes: Buffer, from: number, to: number): void;
  dueOf(mark: number): number;
}

/** The frames that a socket gets: counted, and compared with what the first socket of the room got. */
export class Incoming {
  /** Copies so far, of all rooms. */
  copies = 0;
  private log: RoomLog | undefined;
  private inLog = 0;
  private place = 0;
  private carry: Buffer | undefined;

  constructor(
    private readonly listener: Listener,
    private readonly framing: Framing = WEBSOCKET,
  ) {}

  /** From now on copies are those of this room alone; without one, of any room. To be called when nothing is on its way. */
  follow(log: RoomLog | undefined): void {
    this.log = log;
    this.inLog = log?.copies ?? 0;
    this.place = log?.end ?? 0;
  }

  /** Up to where in the log it has got. */
  get reached(): number {
    return this.place;
  }

  /** Takes the next bytes of the stream; keeps nothing of the buffer. */
  take(chunk: Buffer, from: number, end: number): void {
    let bytes = chunk;
    let at = from;
    let to = end;
    if (this.carry) {
      bytes = Buffer.concat([this.carry, chunk.subarray(from, end)]);
      this.carry = undefined;
      at = 0;
      to = bytes.length;
    }
    while (at < to) {
      const { log } = this;
      if (log && log.end > this.place) {
        const length = Math.min(log.end - this.place, to - at);
        if (log.equals(this.place, bytes, at, length)) {
          at += length;
          this.place += length;
          this.count(log);
          continue;
        }
        // Something else is between the copies, or a copy is wrong: back to where this frame begins.
        const begin = log.endOf(this.inLog - 1);
        if (this.place > begin) {
          bytes = Buffer.concat([log.slice(begin, this.place), bytes.subarray(at, to)]);
          this.place = begin;
          at = 0;
          to = bytes.length;
        }
        at = this.skipEqual(log, bytes, at, to);
      }
      const next = this.framing.frameEnd(bytes, at, to);
      if (next === -1 || next > to) {
        if (at < to) this.carry = Buffer.from(bytes.subarray(at, to));
        return;
      }
      this.frame(bytes, at, next);
      at = next;
    }
  }

  /** Whole copies that are as they should be, one by one. @returns where the first other frame begins */
  private skipEqual(log: RoomLog, bytes: Buffer, from: number, to: number): number {
    let at = from;
    while (log.end > this.place) {
      const length = log.endOf(this.inLog) - this.place;
      if (length > to - at || !log.equals(this.place, bytes, at, length)) break;
      at += length;
      this.place += length;
      this.count(log);
    }
    return at;
  }

  private count(log: RoomLog): void {
    while (log.endOf(this.inLog) <= this.place) {
      this.copies++;
      this.listener.copy(log.dueOf(this.inLog));
      this.inLog++;
    }
  }

  private frame(bytes: Buffer, at: number, end: number): void {
    const start = this.framing.bodyStart(bytes, at);
    const mark = this.framing.markOf(bytes, start, end);
    if (mark === -1) {
      this.listener.other(bytes, start, end);
      return;
    }
    const { log } = this;
    if (!log) {
      this.copies++;
      this.listener.loose(mark);
      this.listener.copy(this.listener.dueOf(mark));
    } else if (log.end === this.place) {
      log.append(bytes, at, end, mark, this.listener.dueOf(mark));
      this.place = log.end;
      this.count(log);
    } else {
      this.goAstray(log, mark);
    }
  }

  private goAstray(log: RoomLog, mark: number): void {
    const found = log.find(mark);
    this.listener.astray(mark, found - this.inLog);
    if (found < this.inLog) return;
    // What was left out does not come any more; go on behind this one.
    this.inLog = found + 1;
    this.place = log.endOf(found);
    this.copies++;
    this.listener.copy(log.dueOf(found));
  }
}
