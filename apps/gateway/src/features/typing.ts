import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import { RelayService } from '../relay/relay.service';
import type { GatewayFeature, Handlers } from '../transport/binder';

/** So many are remembered; forgetting one lets it be told once more. */
const MAX_TOLD = 10_000;

/** Tells who writes where. Each time goes to everybody in the room, and costs its sender next to nothing: so not too often. */
@Injectable()
export class Typing implements GatewayFeature {
  /** User and room → when it was told last, ms. */
  private readonly told = new Map<string, number>();

  constructor(
    private readonly relay: RelayService,
    @Inject(CONFIG) private readonly config: Pick<Config, 'TYPING_MS'>,
  ) {}

  readonly handlers: Handlers = {
    typing: async ({ roomId }, { user }) => {
      const typing = { roomId, userId: user.id };
      if (!this.take(typing)) return {};
      await this.relay.announce('typing', typing, { room: roomId });
      return {};
    },
  };

  /** Whether it may be told now that a user writes in a room; if so, it counts as told. */
  private take({ roomId, userId }: { roomId: string; userId: string }): boolean {
    const key = `${userId} ${roomId}`;
    const now = performance.now();
    if (now - (this.told.get(key) ?? Number.NEGATIVE_INFINITY) < this.config.TYPING_MS) return false;
    if (this.told.size >= MAX_TOLD) this.told.clear();
    this.told.set(key, now);
    return true;
  }
}
