import { FACTS, type Message, revOf } from '@app/contracts';
import { atEndOfTurn } from '@app/redis';
import { LOGGER, type Logger } from '@app/service';
import { type CallContext, StreamsClient } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';

const AGAIN_MS = 1000;

/** A room that has grown, and as part of what. */
interface Grown {
  rev: number;
  context: CallContext;
}

/**
 * Tells who follows rooms (search, push) that something was stored or changed in one: at most once a room and tick. While nobody
 * subscribes to `room.grew` nothing is written.
 */
@Injectable()
export class Growth {
  private rooms = new Map<string, Grown>();
  private telling: Promise<void> | undefined;

  constructor(
    private readonly streams: StreamsClient,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Whether anybody follows rooms. */
  get isFollowed(): boolean {
    return FACTS['room.grew'].subscribers.length > 0;
  }

  /**
   * To be awaited before the request is acknowledged: should this process end before, it is handled again, and told again.
   * @returns resolves when the hint is stored, or could not be; undefined: nobody follows
   */
  grew(message: Message, context: CallContext): Promise<void> | undefined {
    if (!this.isFollowed) return undefined;
    this.note(message.roomId, { rev: revOf(message), context });
    this.telling ??= new Promise((resolve) => atEndOfTurn(() => resolve(this.tell())));
    return this.telling;
  }

  private note(roomId: string, grown: Grown): void {
    if ((this.rooms.get(roomId)?.rev ?? 0) < grown.rev) this.rooms.set(roomId, grown);
  }

  private async tell(): Promise<void> {
    const { rooms } = this;
    this.rooms = new Map();
    this.telling = undefined;
    const failed: [string, Grown][] = [];
    await Promise.all(
      [...rooms].map(async ([roomId, grown]) => {
        const { rev, context } = grown;
        try {
          await this.streams.emitEvent('room.grew', { roomId, rev }, { key: `room.grew:${roomId}:${rev}`, context });
        } catch {
          // No message waits for who follows.
          failed.push([roomId, grown]);
        }
      }),
    );
    if (failed.length > 0) this.tellLater(failed);
  }

  private tellLater(failed: readonly [string, Grown][]): void {
    this.logger.warn({ rooms: failed.length }, 'who follows rooms is not told yet');
    for (const [roomId, grown] of failed) this.note(roomId, grown);
    setTimeout(() => {
      if (this.rooms.size > 0) this.telling ??= this.tell();
    }, AGAIN_MS).unref();
  }
}
