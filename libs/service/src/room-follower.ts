import type { FactData, Position, SyncedRoom, WorkReply } from '@app/contracts';
import type { Redis } from '@app/redis';
import type { CallContext, StreamsClient } from '@app/streams';

/** Messages of one answer. */
const PAGE = 500;

/** What somebody does who follows rooms. */
export interface Following {
  /** What came and what changed, each in its present state. It may come again: after a crash, or when two replicas take a hint. */
  take(room: SyncedRoom & { status: 'ok' }): Promise<void>;
  /** What is known of the room no longer holds, or nothing is known: read its pages. What comes later is delivered to `take`. */
  afresh(roomId: string): Promise<void>;
}

/** Where a follower stands in a room, as it is kept. */
interface Place extends Position {
  epoch: string;
}

/**
 * Follows rooms: `room.grew` says that one has grown, the feed says what came. Where the follower stands in each room is its own to
 * keep, in a hash, so that no hint has to come once or in order, and none that is lost is missed for longer than to the next one.
 */
export class RoomFollower {
  /** The last turn of each room: its hints are taken one after the other here. */
  private readonly turns = new Map<string, Promise<void>>();

  /** @param key of the hash: room → place */
  constructor(
    private readonly streams: StreamsClient,
    private readonly redis: Redis,
    private readonly key: string,
    private readonly following: Following,
  ) {}

  /** The handler of `room.grew`. @throws what the follower throws; ChatError `unavailable`: to be tried again */
  async grew({ roomId }: Pick<FactData<'room.grew'>, 'roomId'>, context: CallContext): Promise<void> {
    const before = this.turns.get(roomId)?.catch(() => undefined);
    const turn = (before ?? Promise.resolve()).then(() => this.follow(roomId, context));
    this.turns.set(roomId, turn);
    try {
      await turn;
    } finally {
      if (this.turns.get(roomId) === turn) this.turns.delete(roomId);
    }
  }

  private async follow(roomId: string, context: CallContext): Promise<void> {
    for (let place = await this.place(roomId); ; ) {
      const { epoch, room } = place ? await this.missed(place, context) : {};
      if (room?.status !== 'ok') {
        place = await this.afresh(roomId, context);
        continue;
      }
      if (room.messages.length > 0 || room.changed.length > 0) await this.following.take(room);
      place = { ...room.upTo, epoch: epoch ?? '' };
      await this.keep(place);
      if (!room.more) return;
    }
  }

  private async missed({ epoch, ...position }: Place, context: CallContext) {
    const asked = { epoch, positions: [position], limit: PAGE };
    const answer: WorkReply<'messages.missed'> = await this.streams.call('messages.missed', asked, { context });
    return { epoch: answer.epoch, room: answer.rooms[0] };
  }

  /** Reads the place before the pages: what comes in between is then in both, rather than in neither. */
  private async afresh(roomId: string, context: CallContext): Promise<Place> {
    const { epoch, heads } = await this.streams.call('messages.heads', { roomIds: [roomId] }, { context });
    await this.following.afresh(roomId);
    const place = { ...(heads[0]?.position ?? { roomId, seq: 0, id: '', rev: 0 }), epoch };
    await this.keep(place);
    return place;
  }

  private async place(roomId: string): Promise<Place | undefined> {
    const kept = await this.redis.hget(this.key, roomId);
    return kept ? (JSON.parse(kept) as Place) : undefined;
  }

  private async keep(place: Place): Promise<void> {
    await this.redis.hset(this.key, place.roomId, JSON.stringify(place));
  }
}
