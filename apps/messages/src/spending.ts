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

/** What is to be stored, as it counts. */
export interface Spent {
  userId: string;
  bytes: number;
}

/** In place of bytes, for scripts: its user stored too much, so only what needs no storing gets another answer. */
const EXCEEDED = -1;

/**
 * Counts what users store, against their limits: in the script that stores it. On a Cluster no script may touch both a room and
 * what is a user's: there it is counted before, and given back where nothing was stored.
 */
@Injectable()
export class Spending {
  /** Arguments of `lua/spend.lua`: messages a window, ms of a window, bytes a day. */
  readonly limits: readonly number[];

  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG) { MESSAGES_PER_WINDOW, MESSAGES_WINDOW_MS, STORED_BYTES_PER_DAY }: Config,
  ) {
    this.limits = [MESSAGES_PER_WINDOW, MESSAGES_WINDOW_MS, STORED_BYTES_PER_DAY];
  }

  /** @param text as JSON; undefined: it needs no further bytes */
  bytesOf(text: string | undefined): number {
    return text === undefined ? 0 : Buffer.byteLength(text) + BESIDE_BYTES;
  }

  /** The keys that a script counts in. */
  keysOf(userIds: readonly string[]): string[] {
    return this.redis.isCluster ? [] : userIds.map(keys.userSpent);
  }

  /**
   * Runs a script that stores something.
   * @throws ChatError `rate_limited`
   */
  async around<A extends Answer>(one: Spent, store: (bytes: number) => Promise<A | Exceeded>): Promise<A> {
    const [answer] = await this.aroundAll([one], async (counted) => [await store(counted[0]?.bytes ?? 0)]);
    if (answer instanceof Error) throw answer;
    return answer as A;
  }

  /**
   * Runs a script that stores several things.
   * @param store gets them as they count and gives an answer for each
   * @returns for each its answer, or a ChatError `rate_limited`
   */
  async aroundAll<T extends Spent, A extends Answer>(
    all: readonly T[],
    store: (all: readonly T[]) => Promise<(A | Exceeded)[]>,
  ): Promise<(A | ChatError)[]> {
    if (!this.redis.isCluster) return (await store(all)).map(outcomeOf);
    const charged: T[] = [];
    const charge = async (one: T) => {
      const refusal = await this.charge(one);
      if (!refusal) charged.push(one);
      return refusal;
    };
    const charges = all.map(charge);
    let refusals: (ChatError | undefined)[];
    let answers: (A | Exceeded)[];
    try {
      refusals = await Promise.all(charges);
      answers = await store(all.map((one, i) => (refusals[i] ? { ...one, bytes: EXCEEDED } : one)));
    } catch (error) {
      await Promise.allSettled(charges);
      // It is tried again, and counted each time: an outage would use up what its user may store. What was stored and is repeated
      // then does not count.
      await Promise.allSettled(charged.map((one) => this.giveBack(one)));
      throw error;
    }
    const idle = all.filter((_, i) => !refusals[i] && !WRITTEN.includes(answers[i]?.[0] ?? ''));
    await Promise.all(idle.map((one) => this.giveBack(one)));
    return answers.map((answer, i) => (answer[0] === 'exceeded' && refusals[i]) || outcomeOf(answer));
  }

  private async charge({ userId, bytes }: Spent): Promise<ChatError | undefined> {
    const answer = await CHARGE.run(this.redis, [keys.userSpent(userId)], [bytes, ...this.limits]);
    return refusalOf(answer as Exceeded | []);
  }

  private async giveBack({ userId, bytes }: Spent): Promise<void> {
    const spent = keys.userSpent(userId);
    await Promise.all([this.redis.hincrby(spent, 'messages', -1), this.redis.hincrby(spent, 'bytes', -bytes)]);
  }
}

function outcomeOf<A extends Answer>(answer: A | Exceeded): A | ChatError {
  return refusalOf(answer) ?? (answer as A);
}

function refusalOf([exceeded, ms]: Answer | []): ChatError | undefined {
  if (exceeded !== 'messages' && exceeded !== 'bytes') return undefined;
  const what = exceeded === 'messages' ? 'Too many messages' : 'Too much stored today';
  return new ChatError('rate_limited', `${what}; try again later`, ms as number);
}
