import { randomBytes } from 'node:crypto';
import { type Action, type Actor, ChatError, type Message, STORE_SUFFIX, standing, userActor } from '@app/contracts';
import { keys, Redis, Script } from '@app/redis';
import { Announcements, CONFIG, type Config } from '@app/service';
import { currentSpan } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { type MessagePlace, readMessageId } from './message-id';
import { Spending } from './spending';

const EDIT = Script.load(__dirname, 'edit');
const DELETE = Script.load(__dirname, 'delete');

/** How a change ended. */
type Outcome = [status: string, message: string];

/** Edits and deletes messages in Redis. The text before is not kept. */
@Injectable()
export class ChangesStore {
  private readonly serverId = `${randomBytes(6).toString('hex')}${STORE_SUFFIX}`;

  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: Config,
    private readonly spending: Spending,
    private readonly announcements: Announcements = new Announcements(redis, config.RELAY),
  ) {}

  /**
   * Edits a message of the user and announces the change. An edit to the present text changes nothing.
   * @param text checked and cleaned
   * @param ifRev the rev that the user saw
   * @returns the message; `conflict`: the user saw an older rev, and this is the present state
   * @throws ChatError `not_found`, `forbidden`, `rate_limited`
   */
  async edit(
    userId: string,
    id: string,
    text: string,
    ifRev: number,
    actor = userActor(userId),
  ): Promise<{ message: Message; conflict?: true }> {
    const json = JSON.stringify(text);
    const [status, message] = await this.change(EDIT, 'edit', actor, userId, id, json, [
      json,
      ifRev,
      this.config.EDIT_WINDOW_MS,
    ]);
    return { message: JSON.parse(message), ...(status === 'conflict' && { conflict: true }) };
  }

  /**
   * Deletes the text of a message of the user and announces the change. A repeat gets the same answer.
   * @returns the tombstone
   * @throws ChatError `not_found`, `forbidden`, `rate_limited`
   */
  async delete(userId: string, id: string, actor = userActor(userId)): Promise<Message> {
    const [, message] = await this.change(DELETE, 'delete', actor, userId, id, undefined, []);
    return JSON.parse(message);
  }

  private async change(
    script: Script,
    action: Action,
    actor: Actor,
    userId: string,
    id: string,
    text: string | undefined,
    more: (string | number)[],
  ): Promise<Outcome> {
    const place = placeOf(id);
    const { roomId, seq, score } = place;
    const outcome = await this.spending.around(
      { userId, bytes: this.spending.bytesOf(text) },
      async (bytes) =>
        (await script.run(
          this.redis,
          [...keysOf(place), ...this.spending.keysOf([userId])],
          [
            ...[standing(actor, action, roomId), roomId, userId, seq, score],
            ...[this.announcements.newsOf(roomId), this.serverId, currentSpan() ?? '', this.config.CHANGES_KEPT],
            ...[bytes, ...this.spending.limits],
            ...more,
          ],
        )) as Outcome,
    );
    if (outcome[0] === 'not_found') throw new ChatError('not_found', 'No such message');
    if (outcome[0] === 'forbidden') throw notTheirs();
    if (outcome[0] === 'late') throw new ChatError('forbidden', 'The message is too old to be edited');
    return outcome;
  }
}

function keysOf({ roomId }: MessagePlace): string[] {
  return [keys.room, keys.roomHead, keys.roomMembers, keys.roomChanges, keys.roomGone, keys.roomInfo].map((key) =>
    key(roomId),
  );
}

/** @throws ChatError `not_found`, or `forbidden` for a demo server's message: nothing tells whose it is */
function placeOf(id: string): MessagePlace {
  const place = readMessageId(id);
  if (place === 'foreign') throw notTheirs();
  if (place === undefined) throw new ChatError('not_found', 'No such message');
  return place;
}

const notTheirs = () => new ChatError('forbidden', 'Not the author of this message');
