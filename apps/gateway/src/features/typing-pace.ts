import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';

/** So many are kept; one that is dropped may be broadcast again early. */
const MAX_KEPT = 10_000;

/** Limits how often `typing` is broadcast: it costs its sender nothing and goes to everybody in the room. */
@Injectable()
export class TypingPace {
  /** User and room → when it was broadcast last, ms. */
  private readonly broadcastAt = new Map<string, number>();

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'TYPING_MS'>) {}

  /** Whether a user's `typing` in a room may be broadcast now; if so, it counts as broadcast. */
  take(userId: string, roomId: string): boolean {
    const key = `${userId} ${roomId}`;
    const now = performance.now();
    if (now - (this.broadcastAt.get(key) ?? Number.NEGATIVE_INFINITY) < this.config.TYPING_MS) return false;
    if (this.broadcastAt.size >= MAX_KEPT) this.broadcastAt.clear();
    this.broadcastAt.set(key, now);
    return true;
  }
}
