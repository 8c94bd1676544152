import {
  type AnswerSchema,
  type CallAnswer,
  type CallRequest,
  ChatError,
  HARD_MESSAGE_LENGTH,
  type Message,
  messageBodySchema,
  type Page,
  pageSchema,
  readView,
  type SocketCall,
  type SyncAnswer,
  type SyncRequest,
  syncAnswerSchema,
} from '@app/contracts';
import type { z } from 'zod';
import type { Connection } from './connection';
import { notUnderstood } from './outdated';
import type { ChangeCommand, ConnectionState, PageAsk, SendCommand } from './types';

/** Asks something of the server, once. @throws ChatError the refusal; `outdated` for an answer not understood */
export type Ask = <N extends SocketCall>(
  name: N,
  request: CallRequest<N>,
  answer: AnswerSchema<N>,
) => Promise<CallAnswer<N>>;

/** What a client asks over its connection. Each throws the ChatError that it is refused with; `outdated` for an answer not understood. */
export class Calls {
  /** What the server says that it answers here; another version may know less. */
  private known: ReadonlySet<unknown> = new Set();

  constructor(private readonly connection: Pick<Connection, 'call' | 'state'>) {}

  /** The server has told what it knows; an earlier one tells nothing. */
  greeted(names: unknown): void {
    this.known = new Set(Array.isArray(names) ? names : []);
  }

  /**
   * Asks for a page over the connection, which is the shorter way; by HTTP where there is none, or it broke.
   * @param byHttp asks the same
   */
  async page(roomId: string, ask: PageAsk | undefined, byHttp: () => Promise<Page>): Promise<Page> {
    const isOn = (status: ConnectionState['status']) => this.connection.state.status === status;
    if (!this.known.has('room.page') || !isOn('online')) return byHttp();
    try {
      return await this.ask('room.page', { roomId, ...ask }, pageSchema);
    } catch (error) {
      // The answer was lost with the connection, or there is none any more; whatever else failed is for the caller to repeat.
      if (isWithoutAnswer(error) && isOn('reconnecting')) return byHttp();
      throw error;
    }
  }

  /** @returns the message as it was stored */
  async send({ roomId, clientId, message }: SendCommand): Promise<Message> {
    // What no server takes could break the connection, again and again.
    if (message.length > HARD_MESSAGE_LENGTH) throw new ChatError('invalid', 'message: too long');
    return (await this.ask('message', { roomId, clientId, message }, messageBodySchema)).message;
  }

  /** @returns the message as it is now @throws ChatError `conflict` with it as it is */
  async change({ kind, id = '', text = '', ifRev = 0 }: ChangeCommand): Promise<Message> {
    if (text.length > HARD_MESSAGE_LENGTH) throw new ChatError('invalid', 'message: too long');
    const asked =
      kind === 'edit'
        ? this.ask('message.edit', { id, message: text, ifRev }, messageBodySchema)
        : this.ask('message.delete', { id }, messageBodySchema);
    return (await asked).message;
  }

  sync(request: SyncRequest): Promise<SyncAnswer> {
    // A position may hold what a later server has put into it, and no server takes what it does not know.
    const positions = request.positions.map(({ roomId, seq, id, rev }) => ({ roomId, seq, id, rev }));
    return this.ask('sync', { ...request, positions }, syncAnswerSchema);
  }

  /** Any call, by its name. @param answer the schema of its answer */
  readonly ask: Ask = async (name, request, answer) => {
    const read = readView<z.ZodType>(answer).safeParse(await this.connection.call(name, request as object));
    if (!read.success) throw notUnderstood();
    return read.data as CallAnswer<typeof name>;
  };
}

const isWithoutAnswer = (error: unknown): boolean => error instanceof ChatError && error.code === 'unavailable';
