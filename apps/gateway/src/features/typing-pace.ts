import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';

/** So many are remembered; forgetting one lets it be told once more. */
const MAX_TOLD = 10_000;

/** How often it is told who writes where: each time goes to everybody in the room, and costs its sender next to nothing. */
@Injectable()
export class TypingPace {
  /** User and room → when it was told last, ms. */
  private readonly told = new Map<string, number>();

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'TYPING_MS'>) {}

  /** Whether it may be told now that a user writes in a room; if so, it counts as told. */
  take(userId: string, roomId: string): boolean {
    const key = `${userId} ${roomId}`;
    const now = performance.now();
    if (now - (this.told.get(key) ?? Number.NEGATIVE_INFINITY) < this.config.TYPING_MS) return false;
    if (this.told.size >= MAX_TOLD) this.told.clear();
    this.told.set(key, now);
    return true;
  }
}
