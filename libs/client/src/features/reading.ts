import { type ReadMark, readAnswerSchema } from '@app/contracts';
import type { Core, Feature } from '../feature';
import { record } from '../incoming';
import type { Retrier } from '../retrier';

/** Between two calls for a room: where messages come fast, one call speaks for many. */
const PAUSE_MS = 1000;

export interface ReadMarksDeps {
  retrier: Retrier;
  /** Tells the server. */
  send: (roomId: string, seq: number) => Promise<unknown>;
}

/** Tells the server how far one has read: for each room one call at a time, of the furthest mark, until it is known. */
export class ReadMarks {
  /** What the server has not confirmed yet: room → seq. */
  private readonly wanted = new Map<string, number>();
  private readonly underWay = new Set<string>();
  private readonly pauses = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly deps: ReadMarksDeps) {}

  /** The mark that is on its way to the server; 0: none is. */
  pending(roomId: string): number {
    return this.wanted.get(roomId) ?? 0;
  }

  /** Everything in a room up to `seq` is read. */
  mark(roomId: string, seq: number): void {
    if (seq <= this.pending(roomId)) return;
    this.wanted.set(roomId, seq);
    if (!this.underWay.has(roomId) && !this.pauses.has(roomId)) void this.send(roomId);
  }

  close(): void {
    for (const pause of this.pauses.values()) clearTimeout(pause);
    this.pauses.clear();
  }

  private async send(roomId: string): Promise<void> {
    this.underWay.add(roomId);
    let seq = 0;
    try {
      await this.deps.retrier.run(() => {
        seq = this.pending(roomId);
        return this.deps.send(roomId, seq);
      });
      if (this.pending(roomId) === seq) this.wanted.delete(roomId);
      this.pause(roomId);
    } catch {
      // Refused, closed or signed out: what one reads next is told anew.
      this.wanted.delete(roomId);
    } finally {
      this.underWay.delete(roomId);
    }
  }

  private pause(roomId: string): void {
    const pause = setTimeout(() => {
      this.pauses.delete(roomId);
      if (this.wanted.has(roomId)) void this.send(roomId);
    }, PAUSE_MS);
    this.pauses.set(roomId, pause);
  }
}

/** What it adds to `ChatClient`. */
export interface ReadingOffers {
  /**
   * A room is read. Counts at once; the server is told as soon as that is possible.
   * @param seq up to where; default: everything that is known to be there
   */
  markRead(roomId: string, seq?: number): void;
}

/** How far one has read each room: told to the server, heard of other devices. */
export const reading = ({ ask, retrier, roomList, timelines }: Core) => {
  const marks = new ReadMarks({
    retrier,
    send: (roomId, seq) => ask('room.read', { roomId, seq }, readAnswerSchema),
  });
  return {
    hears: {
      'room.read': (payload) => {
        const { roomId, seq } = record<ReadMark>(payload);
        if (typeof roomId === 'string' && Number.isSafeInteger(seq)) roomList.read(roomId, seq as number);
      },
    },
    // Other devices of the user learn that all before it is read.
    sent: ({ roomId, seq }) => {
      if (seq !== undefined) marks.mark(roomId, seq);
    },
    readHere: (roomId) => marks.pending(roomId),
    close: () => marks.close(),
    offers: {
      markRead(roomId, seq) {
        const room = roomList.get(roomId);
        const timeline = timelines.get(roomId);
        const newest = timeline?.loaded ? timeline.newestSeq : (room?.seq ?? 0);
        const upTo = Math.min(seq ?? newest, Math.max(newest, room?.seq ?? 0));
        if (room && upTo > room.read) {
          marks.mark(roomId, upTo);
          roomList.read(roomId, upTo);
        }
      },
    } as ReadingOffers,
  } satisfies Feature;
};
