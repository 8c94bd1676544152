import { ChatError, directUsers, type Message, requireStanding, type ShownRoom, type WorkParsed } from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { type BatchAnswers, type BatchRequest, type CallContext, Json, StreamsClient } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { Growth } from './growth';
import { type Appended, type AppendOutcome, MessagesStore, type NewMessage } from './messages.store';
import { cleanText } from './messages-policy';

type Request = BatchRequest<WorkParsed<'messages.append'>>;

/** Stores what is sent to a room, as much as came together. */
@Injectable()
export class Appending {
  constructor(
    private readonly store: MessagesStore,
    private readonly growth: Growth,
    private readonly streams: StreamsClient,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param requests of one room, in order
   * @throws Error of Redis: the outcome of all is unknown, and the same may be asked again
   */
  async append(requests: readonly Request[]): Promise<BatchAnswers<Json>> {
    const checked = requests.map((request) => this.check(request));
    const sent = requests.filter((_, i) => !(checked[i] instanceof Error));
    const messages = checked.filter((message): message is NewMessage => !(message instanceof Error));
    const outcomes = (sent.length > 0 ? await this.storeAll(sent, messages) : []).values();
    return checked.map((message) => (message instanceof Error ? message : (outcomes.next().value as Json | Error)));
  }

  private check({ data, context: { actor, span } }: Request): NewMessage | Error {
    try {
      requireStanding(actor, 'send', data.roomId);
      return { ...data, message: cleanText(data.message, this.config.MAX_MESSAGE_LENGTH), actor, span };
    } catch (error) {
      if (error instanceof ChatError) return error;
      throw error;
    }
  }

  private async storeAll(requests: readonly Request[], messages: readonly NewMessage[]): Promise<BatchAnswers<Json>> {
    const [{ roomId }] = messages as [NewMessage];
    // What is told of before it is answered is not finished by the script.
    const finishing = this.growth.isFollowed ? undefined : requests[0]?.finishing;
    const outcomes = await this.store.append(roomId, messages, { finishing });
    const first = outcomes.indexOf('names');
    if (first >= 0) await this.storeShown(outcomes, messages, (requests[first] as Request).context);
    const unlisted = outcomes.findIndex((outcome) => isAppended(outcome) && outcome.unlisted);
    const unsaid = unlisted < 0 ? undefined : await this.tellStarted(roomId, (requests[unlisted] as Request).context);
    await this.tellGrowth(outcomes, requests);
    return outcomes.map((outcome) => {
      if (!isAppended(outcome)) return outcome === 'names' ? notNamed() : outcome;
      return (outcome.unlisted && unsaid) || new Json(outcome.json);
    });
  }

  /** Again those without an outcome, with the direct room that must be shown before. */
  private async storeShown(
    outcomes: AppendOutcome[],
    messages: readonly NewMessage[],
    context: CallContext,
  ): Promise<void> {
    const places = [...outcomes.keys()].filter((i) => outcomes[i] === 'names');
    const rest = places.map((i) => messages[i] as NewMessage);
    const { roomId } = rest[0] as NewMessage;
    const show = await refused(this.shownRoom(roomId, context));
    const shown = show instanceof ChatError ? rest.map(() => show) : await this.store.append(roomId, rest, { show });
    for (const [n, i] of places.entries()) outcomes[i] = shown[n] as AppendOutcome;
  }

  /** Both users of a direct room must exist; their names go with the room's first message. */
  private async shownRoom(roomId: string, context: CallContext): Promise<ShownRoom> {
    const ids = directUsers(roomId) ?? [];
    const { users } = await this.streams.call('auth.users', { ids: [...ids] }, { context });
    if (users.length !== ids.length) throw new ChatError('not_found', 'No such user');
    return { id: roomId, names: users.map((user) => user.username) };
  }

  /** @returns why it is not told: then its caller has to ask again */
  private async tellStarted(roomId: string, context: CallContext): Promise<ChatError | undefined> {
    const told = this.streams.emitEvent('room.started', { roomId }, { key: `room.started:${roomId}`, context });
    return (await refused(told)) ?? undefined;
  }

  /** Once who follows the room is told, if anybody does. */
  private async tellGrowth(outcomes: readonly AppendOutcome[], requests: readonly Request[]): Promise<void> {
    if (!this.growth.isFollowed) return;
    await Promise.all(
      requests.map(({ context }, i) => {
        const outcome = outcomes[i] as AppendOutcome;
        return isAppended(outcome) && this.growth.grew(JSON.parse(outcome.json) as Message, context);
      }),
    );
  }
}

const isAppended = (outcome: AppendOutcome): outcome is Appended =>
  outcome !== 'names' && !(outcome instanceof ChatError);

const notNamed = () => new ChatError('internal', 'The room could not be named');

/** What a promise gives, or the ChatError that it is refused with. */
async function refused<T>(promise: Promise<T>): Promise<T | ChatError> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof ChatError) return error;
    throw error;
  }
}
