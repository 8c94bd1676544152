import { roomKind } from '@app/contracts';
import { StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';

/** A room is announced no more often. */
const AGAIN_MS = 60_000;
const MAX_ROOMS = 10_000;

/** Announces direct rooms in which a demo server stores messages: such a server may put them into nobody's list. */
@Injectable()
export class ForeignRooms {
  /** When each was announced (monotonic ms). */
  private readonly announcedAt = new Map<string, number>();

  constructor(private readonly streams: StreamsClient) {}

  /** A demo server's message came. A room that was announced lately costs nothing. */
  heard(roomId: string): void {
    if (roomKind(roomId) !== 'direct') return;
    const now = performance.now();
    if (now - (this.announcedAt.get(roomId) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    if (this.announcedAt.size >= MAX_ROOMS) this.announcedAt.clear();
    this.announcedAt.set(roomId, now);
    this.streams
      .emitEvent('room.started', { roomId }, { key: `room.started:${roomId}` })
      .catch(() => this.announcedAt.delete(roomId));
  }
}
