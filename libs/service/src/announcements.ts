import { channelsOf, keys, type Redis, Script } from '@app/redis';
import type { Config } from './config';

const HEARD_ALONE = Script.load(__dirname, 'heard-alone');
const LOOK_MS = 1000;
/** For so long nobody looks again; Redis is told a little more, so that it is over here first. */
const HOLDS_MS = 3000;
const MARGIN_MS = 500;

/**
 * Where what happens in a room is announced, as `announce.lua` takes it. With `RELAY=sharded` that is the room's own channel; the plain one
 * too, as long as a gateway may be there that hears nothing else: so that processes of both settings lose nothing side by side.
 */
export class Announcements {
  private readonly channels;
  private timer: NodeJS.Timeout | undefined;
  /** Until when (monotonic ms) every gateway is known to hear the channels of rooms. */
  private aloneUntil = 0;

  /** @param relay `sharded` has to be told to `start` */
  constructor(
    private readonly redis: Redis,
    private readonly relay: Config['RELAY'] = 'messages',
  ) {
    this.channels = channelsOf(redis);
  }

  /** Looks again and again who hears what. */
  start(): void {
    if (this.relay !== 'sharded') return;
    this.timer = setInterval(() => void this.look(), LOOK_MS).unref();
    this.redis.on('ready', () => void this.look());
    void this.look();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The channel of everything. */
  get messages(): string {
    return this.channels.messages;
  }

  /** For a message of a room. */
  messagesOf(roomId: string): string {
    return this.with(this.channels.messages, roomId);
  }

  /** For other news of a room. */
  newsOf(roomId: string): string {
    return this.with(this.channels.news, roomId);
  }

  private with(plain: string, roomId: string): string {
    if (this.relay !== 'sharded') return plain;
    const room = this.channels.room(roomId);
    return performance.now() < this.aloneUntil ? room : `${plain} ${room}`;
  }

  private async look(): Promise<void> {
    if (this.redis.status !== 'ready') return;
    const now = performance.now();
    try {
      const asked = [keys.onlineGateways, keys.onlineSharded, keys.onlineShardedAlone];
      const alone = await HEARD_ALONE.run(this.redis, asked, [HOLDS_MS + MARGIN_MS]);
      this.aloneUntil = alone === 1 ? now + HOLDS_MS : 0;
    } catch {
      // What is known holds until its time is over.
    }
  }
}
