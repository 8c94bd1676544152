import { randomBytes } from 'node:crypto';
import { ChatError, type Message, roomKind, type ShownRoom, STORE_SUFFIX } from '@app/contracts';
import { channelsOf, keys, Redis, Script } from '@app/redis';
import { CONFIG, type Config } from '@app/service';
import { currentSpan } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';

const APPEND = Script.load(__dirname, 'append');
const CHARGE = Script.load(__dirname, 'charge');

/** What Redis needs for a message beside its text. */
const BESIDE_BYTES = 500;

/** What a user has stored too much of, and for how many ms that holds. */
type Exceeded = ['messages' | 'bytes', number];

/** What is to be stored; the text is clean. */
export interface NewMessage {
  userId: string;
  roomId: string;
  message: string;
  clientId: string;
}
/** `unlisted`: its direct room may be in nobody's list. */
export type Appended = { message: Message; unlisted: boolean } | 'names';

/** Stores messages in Redis. */
@Injectable()
export class MessagesStore {
  private readonly serverId = `${randomBytes(6).toString('hex')}${STORE_SUFFIX}`;
  private readonly channel: string;

  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.channel = channelsOf(redis).messages;
  }

  /**
   * Stores and announces a message, or returns the one stored under the same `clientId` before.
   * @param show the direct room as others should see it, should this be its first message
   * @returns `names` when `show` is needed and missing; nothing was stored
   * @throws ChatError `forbidden`, `rate_limited`
   */
  async append(message: NewMessage, show?: ShownRoom): Promise<Appended> {
    const { roomId, userId, clientId } = message;
    const text = JSON.stringify(message.message);
    const spending = this.spending(Buffer.byteLength(text));
    const spent = keys.userSpent(userId);
    // On a Cluster no script may touch both the room and what is the user's.
    const { isCluster } = this.redis;
    if (isCluster) refuse((await CHARGE.run(this.redis, [spent], spending)) as Exceeded | []);
    const [status, stored, unlisted] = (await APPEND.run(
      this.redis,
      [
        ...[keys.room(roomId), keys.roomHead(roomId), keys.roomMembers(roomId)],
        ...[keys.roomSent(roomId, userId, clientId), ...(isCluster ? [] : [spent])],
      ],
      [
        roomKind(roomId),
        roomId,
        userId,
        clientId,
        text,
        this.config.MESSAGE_REPEAT_MS,
        this.channel,
        this.serverId,
        show ? JSON.stringify(show) : '',
        currentSpan() ?? '',
        ...spending,
      ],
    )) as [string, string, number] | Exceeded;
    if (isCluster && status !== 'stored') await this.giveBack(spent, spending[0]);
    if (status === 'messages' || status === 'bytes') refuse([status, stored] as Exceeded);
    if (status === 'forbidden') throw new ChatError('forbidden', 'Not a member of this room');
    if (status === 'names') return 'names';
    return { message: JSON.parse(stored as string), unlisted: unlisted === 1 };
  }

  /** What a message counts as, and against which limits. */
  private spending(bytes: number): [bytes: number, ...limits: number[]] {
    const { MESSAGES_PER_WINDOW, MESSAGES_WINDOW_MS, STORED_BYTES_PER_DAY } = this.config;
    return [bytes + BESIDE_BYTES, MESSAGES_PER_WINDOW, MESSAGES_WINDOW_MS, STORED_BYTES_PER_DAY];
  }

  /** What was counted for a message that was not stored, or was before. */
  private async giveBack(spent: string, bytes: number): Promise<void> {
    await Promise.all([this.redis.hincrby(spent, 'messages', -1), this.redis.hincrby(spent, 'bytes', -bytes)]);
  }

  /** Whether a named room has this member. */
  async isMember(roomId: string, userId: string): Promise<boolean> {
    return (await this.redis.hexists(keys.roomMembers(roomId), userId)) === 1;
  }
}

/** @throws ChatError `rate_limited` */
function refuse([exceeded, ms]: Exceeded | []): void {
  if (exceeded === undefined) return;
  const what = exceeded === 'messages' ? 'Too many messages' : 'Too much stored today';
  throw new ChatError('rate_limited', `${what}; try again later`, ms);
}
