import { roomKind } from '@app/contracts';
import { StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';

/** A room is told of no more often. */
const AGAIN_MS = 60_000;
const MAX_ROOMS = 10_000;

/** Tells of direct rooms in which a demo server speaks: such a server may put them into nobody's list. */
@Injectable()
export class ForeignRooms {
  /** When each was told of (monotonic ms). */
  private readonly told = new Map<string, number>();

  constructor(private readonly streams: StreamsClient) {}

  /** A demo server's message came; a room that is told of already costs nothing. */
  heard(roomId: string): void {
    if (roomKind(roomId) !== 'direct') return;
    const now = performance.now();
    if (now - (this.told.get(roomId) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    if (this.told.size >= MAX_ROOMS) this.told.clear();
    this.told.set(roomId, now);
    this.streams
      .emitEvent('room.started', { roomId }, { key: `room.started:${roomId}` })
      .catch(() => this.told.delete(roomId));
  }
}
