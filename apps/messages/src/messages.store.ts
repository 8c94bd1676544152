import { randomBytes } from 'node:crypto';
import { type Actor, ChatError, notAMember, type ShownRoom, STORE_SUFFIX, standing, userActor } from '@app/contracts';
import { keys, Redis, Script } from '@app/redis';
import { Announcements, CONFIG, type Config } from '@app/service';
import { currentSpan, type Finishing } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { Spending, type Spent } from './spending';

const APPEND = Script.load(__dirname, 'append');

/**
 * What one script stores at most, so that it keeps others waiting for no more than some 2 ms: bytes as they count for their users.
 * One message may be larger.
 */
const SCRIPT_MESSAGES = 32;
const SCRIPT_BYTES = 64 * 1024;

/** What is to be stored; the text is clean. */
export interface NewMessage {
  userId: string;
  roomId: string;
  message: string;
  clientId: string;
  /** Who stores it, in its user's name. */
  actor?: Actor | undefined;
  /** What it is part of; by default the span that this runs in. */
  span?: string | undefined;
}

/** A message as JSON. `unlisted`: its direct room may be missing from the lists of its users. */
export interface Appended {
  json: string;
  unlisted: boolean;
}
/** `names`: the direct room must be shown before its first message, and is not known yet. */
export type AppendOutcome = Appended | 'names' | ChatError;

export interface AppendOptions {
  /** The direct room for `show.room`, needed if this is its first message. */
  show?: ShownRoom | undefined;
  /** To have the script finish the request, of one message alone. */
  finishing?: Finishing | undefined;
}

/** A message as the script takes it. */
interface Prepared extends Spent {
  sent: string;
  args: (string | number)[];
}

/** Stores messages in Redis. */
@Injectable()
export class MessagesStore {
  private readonly serverId = `${randomBytes(6).toString('hex')}${STORE_SUFFIX}`;

  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: Config,
    private readonly spending: Spending,
    private readonly announcements: Announcements = new Announcements(redis, config.RELAY),
  ) {}

  /**
   * Stores and announces messages of one room, in order. One stored under the same `clientId` before is given as it is now.
   * @returns for each: what is stored; a ChatError `forbidden` or `rate_limited`; `names` when `show` is needed and missing
   * @throws Error of Redis: the outcome of all is unknown, and the same may be asked again
   */
  async append(roomId: string, messages: readonly NewMessage[], more: AppendOptions = {}): Promise<AppendOutcome[]> {
    const outcomes: AppendOutcome[] = [];
    // One after the other: those behind one whose outcome is unknown must not be stored before it.
    for (const part of inParts(messages.map((message) => this.prepare(message)))) {
      const answers = await this.spending.aroundAll(part, (counted) => this.run(roomId, counted, more));
      for (const answer of answers) outcomes.push(answer instanceof Error ? answer : outcomeOf(answer));
    }
    return outcomes;
  }

  private prepare({ userId, roomId, message, clientId, actor = userActor(userId), span }: NewMessage): Prepared {
    const text = JSON.stringify(message);
    const bytes = this.spending.bytesOf(text);
    return {
      userId,
      bytes,
      sent: keys.roomSent(roomId, userId, clientId),
      args: [standing(actor, 'send', roomId), userId, clientId, text, span ?? currentSpan() ?? ''],
    };
  }

  private async run(
    roomId: string,
    messages: readonly Prepared[],
    { show, finishing }: AppendOptions,
  ): Promise<Answer[]> {
    const users = new Map<string, number>();
    for (const { userId } of messages) if (!users.has(userId)) users.set(userId, users.size + 1);
    const answers = (await APPEND.run(
      this.redis,
      [
        ...[keys.room(roomId), keys.roomHead(roomId), keys.roomMembers(roomId), keys.roomInfo(roomId)],
        ...messages.map(({ sent }) => sent),
        ...this.spending.keysOf([...users.keys()]),
        ...(finishing?.keys ?? []),
      ],
      [
        ...[
          messages.length,
          roomId,
          this.config.MESSAGE_REPEAT_MS,
          this.announcements.messagesOf(roomId),
          this.serverId,
        ],
        ...[show ? JSON.stringify(show) : '', ...this.spending.limits, this.announcements.messages],
        ...messages.flatMap(({ args, bytes, userId }) => [...args, bytes, users.get(userId) ?? 0]),
        ...(finishing?.args ?? []),
      ],
    )) as Answer[];
    if (finishing && answers[0]?.[3] === 1) finishing.isDone = true;
    return answers;
  }
}

type Answer = [status: string, json: string, unlisted: number, finished?: number];

function outcomeOf([status, json, unlisted]: Answer): AppendOutcome {
  if (status === 'forbidden') return notAMember();
  return status === 'names' ? 'names' : { json, unlisted: unlisted === 1 };
}

function inParts(messages: readonly Prepared[]): Prepared[][] {
  const parts: Prepared[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const part = parts.at(-1);
    bytes += message.bytes;
    if (part && part.length < SCRIPT_MESSAGES && bytes <= SCRIPT_BYTES) part.push(message);
    else {
      parts.push([message]);
      bytes = message.bytes;
    }
  }
  return parts;
}
