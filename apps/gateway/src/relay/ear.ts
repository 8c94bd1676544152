import type { Redis } from '@app/redis';
import { batches } from '@app/service';
import type { Live } from './envelopes';

/** Channels of one command. */
const AT_ONCE = 1000;

interface Subscription {
  /** Resolves once the subscription is confirmed, or is not wanted any more. */
  first: Promise<void>;
  isConfirmed: () => void;
}

/**
 * A connection by which this gateway hears news. What is published while it is broken is lost to it: it counts as deaf, and what comes
 * is held, from when it breaks until what it missed was fetched.
 */
export class Ear {
  /** Held while what was missed before is fetched; undefined: live. */
  held: Live[] | undefined = [];
  /** Counts the pauses, so that a catch-up overtaken by another one stops. */
  private generation = 0;
  private readonly rooms = new Map<string, Subscription>();

  /**
   * @param plain channels that are not sharded
   * @param keeper a sharded channel that it hears always: ioredis forgets the plain ones with the last sharded one
   */
  constructor(
    readonly redis: Redis,
    private readonly plain: readonly string[],
    private readonly keeper?: string,
  ) {}

  /** From now on what comes is held. @returns whether nothing has paused it again since */
  pause(): () => boolean {
    const generation = ++this.generation;
    this.held = [];
    return () => generation === this.generation;
  }

  /** Whether nothing has paused it, from now on. */
  get current(): () => boolean {
    const { generation } = this;
    return () => generation === this.generation;
  }

  /** Subscribes to everything, after the connection was lost. */
  async subscribe(): Promise<void> {
    if (this.plain.length > 0) await this.redis.subscribe(...this.plain);
    if (this.keeper !== undefined) await this.hear([this.keeper, ...this.rooms.keys()]);
  }

  /** Subscribes to further channels of rooms; while the connection is away that is done when it comes. */
  add(channels: readonly string[]): void {
    for (const channel of channels) {
      let isConfirmed = () => {};
      const first = new Promise<void>((resolve) => {
        isConfirmed = resolve;
      });
      this.rooms.set(channel, { first, isConfirmed });
    }
    // What fails is done anew with the connection.
    if (this.redis.status === 'ready') this.hear(channels).catch(() => undefined);
  }

  /** Resolves once a channel that was added is heard. */
  async confirmed(channel: string): Promise<void> {
    await this.rooms.get(channel)?.first;
  }

  remove(channel: string): void {
    this.rooms.get(channel)?.isConfirmed();
    this.rooms.delete(channel);
    if (this.redis.status === 'ready') this.redis.sunsubscribe(channel).catch(() => undefined);
  }

  private async hear(channels: readonly string[]): Promise<void> {
    await Promise.all(
      [...batches(channels, AT_ONCE)].map(async (some) => {
        await this.redis.ssubscribe(...some);
        for (const channel of some) this.rooms.get(channel)?.isConfirmed();
      }),
    );
  }
}
