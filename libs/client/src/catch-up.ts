import { ChatError, MAX_POSITIONS, type Position, type SyncAnswer, type SyncedRoom } from '@app/contracts';
import { isOutdated } from './outdated';
import { isRefusal, type Retrier } from './retrier';
import type { Ask } from './room/feed';

/** Most gaps close by themselves: an acknowledgement may come before the messages stored before it. */
const GAP_MS = 250;

export interface CatchUpDeps {
  retrier: Retrier;
  sync: (positions: Position[]) => Promise<SyncAnswer>;
  /** What to ask a room's sync with; undefined: the room is not loaded. */
  ask: (roomId: string) => Ask | undefined;
  /** An answer of this epoch came. Called before `synced`; undefined: the sync was refused. */
  adopt: (epoch: string | undefined) => void;
  /** A room's sync was answered. */
  synced: (roomId: string, room: SyncedRoom, ask: Ask) => void;
}

/** Syncs the rooms that may have missed something, as many as one call takes, until none is left. */
export class CatchUp {
  private readonly stale = new Set<string>();
  private readonly gapTimers = new Map<string, ReturnType<typeof setTimeout>>();
  private running = false;

  constructor(private readonly deps: CatchUpDeps) {}

  has(roomId: string): boolean {
    return this.stale.has(roomId);
  }

  /** A room may have missed something; it is synced with the next call. */
  markStale(roomId: string): void {
    this.stale.add(roomId);
  }

  /** Syncs all that is stale, once there is a connection. */
  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      while (this.stale.size > 0 && this.deps.retrier.isOnline) await this.deps.retrier.run(() => this.syncOnce());
    } catch {
      // Closed, signed out or not understood.
    } finally {
      this.running = false;
    }
  }

  /** Syncs a room if it still has a gap in a moment. */
  syncIfGapStays(roomId: string, hasGap: () => boolean): void {
    if (this.gapTimers.has(roomId)) return;
    const timer = setTimeout(() => {
      this.gapTimers.delete(roomId);
      if (!hasGap()) return;
      this.markStale(roomId);
      void this.run();
    }, GAP_MS);
    this.gapTimers.set(roomId, timer);
  }

  close(): void {
    for (const timer of this.gapTimers.values()) clearTimeout(timer);
    this.gapTimers.clear();
  }

  /** @throws ChatError when it is worth trying again */
  private async syncOnce(): Promise<void> {
    const asks = this.takeStale();
    if (asks.size === 0) return;
    const positions = [...asks.values()].map((ask) => ask.position);
    let answer: SyncAnswer | undefined;
    try {
      answer = await this.deps.sync(positions);
    } catch (error) {
      if (!isRefusal(error) || isOutdated(error) || (error instanceof ChatError && error.code === 'unauthorized')) {
        for (const roomId of asks.keys()) this.stale.add(roomId);
        throw error;
      }
      // The server will not answer from these positions: all begin anew.
    }
    this.deps.adopt(answer?.epoch);
    const rooms = new Map(answer?.rooms.map((room) => [room.roomId, room]));
    let progress = false;
    for (const [roomId, ask] of asks) {
      const room = rooms.get(roomId) ?? { status: 'reset', roomId };
      progress ||= room.status !== 'ok' || !room.more || isFurther(room.upTo, ask.position);
      this.deps.synced(roomId, room, ask);
    }
    // Not even one: a server at fault, not to be asked without a pause.
    if (!progress) throw new ChatError('unavailable', 'The sync makes no progress');
  }

  /** The questions of the next sync. A room that misses something meanwhile is stale anew. */
  private takeStale(): Map<string, Ask> {
    const asks = new Map<string, Ask>();
    for (const roomId of this.stale) {
      if (asks.size === MAX_POSITIONS) break;
      this.stale.delete(roomId);
      const ask = this.deps.ask(roomId);
      if (ask) asks.set(roomId, ask);
    }
    return asks;
  }
}

function isFurther(upTo: Position, than: Position): boolean {
  return upTo.seq > than.seq || upTo.rev > than.rev;
}
