import { randomBytes } from 'node:crypto';
import {
  type Actor,
  type Message,
  notAMember,
  type ShownRoom,
  STORE_SUFFIX,
  standing,
  userActor,
} from '@app/contracts';
import { channelsOf, keys, Redis, Script } from '@app/redis';
import { CONFIG, type Config } from '@app/service';
import { currentSpan } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { Spending } from './spending';

const APPEND = Script.load(__dirname, 'append');

/** What is to be stored; the text is clean. */
export interface NewMessage {
  userId: string;
  roomId: string;
  message: string;
  clientId: string;
  /** Who stores it, in its user's name. */
  actor?: Actor | undefined;
}
/** `unlisted`: its direct room may be missing from the lists of its users. */
export type Appended = { message: Message; unlisted: boolean } | 'names';

/** Stores messages in Redis. */
@Injectable()
export class MessagesStore {
  private readonly serverId = `${randomBytes(6).toString('hex')}${STORE_SUFFIX}`;
  private readonly channel: string;

  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: Config,
    private readonly spending: Spending,
  ) {
    this.channel = channelsOf(redis).messages;
  }

  /**
   * Stores and announces a message, or returns the one stored under the same `clientId` before, as it is now.
   * @param show the direct room for `show.room`, needed if this is its first message
   * @returns `names` when `show` is needed and missing; nothing was stored
   * @throws ChatError `forbidden`, `rate_limited`
   */
  async append(message: NewMessage, show?: ShownRoom): Promise<Appended> {
    const { roomId, userId, clientId, actor = userActor(userId) } = message;
    const text = JSON.stringify(message.message);
    const [status, stored, unlisted] = await this.spending.around(
      userId,
      text,
      async (spent, spending) =>
        (await APPEND.run(
          this.redis,
          [
            ...[keys.room(roomId), keys.roomHead(roomId), keys.roomMembers(roomId)],
            ...[keys.roomSent(roomId, userId, clientId), ...spent],
          ],
          [
            standing(actor, 'send', roomId),
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
        )) as [status: string, stored: string, unlisted: number],
    );
    if (status === 'forbidden') throw notAMember();
    if (status === 'names') return 'names';
    return { message: JSON.parse(stored), unlisted: unlisted === 1 };
  }
}
