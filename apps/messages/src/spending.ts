import { ChatError } from '@app/contracts';
import { keys, Redis, Script } from '@app/redis';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';

const CHARGE = Script.load(__dirname, 'charge');

/** What Redis needs for what is written beside its text. */
const BESIDE_BYTES = 500;

/** What a user has stored too much of, and for how many ms that holds. */
type Exceeded = ['messages' | 'bytes', number];
/** What a script that stores something answers: its status, then more. */
type Answer = [status: string, ...rest: unknown[]];

/** Statuses that count. All others are repeats or refusals. */
const WRITTEN = ['stored', 'changed'];

/** Counts what users store, against their limits: in the script that stores it. */
@Injectable()
export class Spending {
  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Runs a script that stores something.
   * @param text as JSON; undefined: it needs no further bytes
   * @param store with the key that is to be counted in (none on a Cluster, where no script may touch both a room and what is the
   *   user's), and the arguments of `lua/spend.lua`
   * @throws ChatError `rate_limited`
   */
  async around<A extends Answer>(
    userId: string,
    text: string | undefined,
    store: (spent: string[], args: number[]) => Promise<A | Exceeded>,
  ): Promise<A> {
    const { MESSAGES_PER_WINDOW, MESSAGES_WINDOW_MS, STORED_BYTES_PER_DAY } = this.config;
    const bytes = text === undefined ? 0 : Buffer.byteLength(text) + BESIDE_BYTES;
    const args = [bytes, MESSAGES_PER_WINDOW, MESSAGES_WINDOW_MS, STORED_BYTES_PER_DAY];
    const spent = keys.userSpent(userId);
    const { isCluster } = this.redis;
    if (isCluster) refuse((await CHARGE.run(this.redis, [spent], args)) as Exceeded | []);
    const answer = await store(isCluster ? [] : [spent], args);
    if (isCluster && !WRITTEN.includes(answer[0])) await this.giveBack(spent, bytes);
    if (answer[0] === 'messages' || answer[0] === 'bytes') refuse(answer as Exceeded);
    return answer as A;
  }

  private async giveBack(spent: string, bytes: number): Promise<void> {
    await Promise.all([this.redis.hincrby(spent, 'messages', -1), this.redis.hincrby(spent, 'bytes', -bytes)]);
  }
}

/** @throws ChatError `rate_limited` */
function refuse([exceeded, ms]: Exceeded | []): void {
  if (exceeded === undefined) return;
  const what = exceeded === 'messages' ? 'Too many messages' : 'Too much stored today';
  throw new ChatError('rate_limited', `${what}; try again later`, ms);
}
