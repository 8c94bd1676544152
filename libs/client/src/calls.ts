import {
  type CallRequest,
  ChatError,
  type DeleteRequest,
  type EditRequest,
  HARD_MESSAGE_LENGTH,
  type Message,
  type OnlineAnswer,
  type OnlineRequest,
  onlineAnswerSchema,
  type Presence,
  type ReadAnswer,
  type ReadRequest,
  readView,
  type SyncAnswer,
  type SyncRequest,
  syncAnswerSchema,
  type TypingRequest,
} from '@app/contracts';
import type { Connection } from './connection';
import { asMessage } from './incoming';
import { notUnderstood } from './outdated';
import type { ChangeCommand, SendCommand } from './types';

/** What a client asks over its connection. Each throws the ChatError that it is refused with; `outdated` for an answer not understood. */
export class Calls {
  constructor(private readonly connection: Pick<Connection, 'call'>) {}

  /** @returns the message as it was stored */
  async send({ roomId, clientId, message }: SendCommand): Promise<Message> {
    // What no server takes could break the connection, again and again.
    if (message.length > HARD_MESSAGE_LENGTH) throw new ChatError('invalid', 'message: too long');
    const request: CallRequest<'message'> = { roomId, clientId, message };
    const stored = asMessage((await this.connection.call<{ message: Message }>('message', request)).message);
    if (!stored) throw notUnderstood();
    return stored;
  }

  /** @returns the message as it is now @throws ChatError `conflict` with it as it is */
  async change({ kind, id = '', text = '', ifRev = 0 }: ChangeCommand): Promise<Message> {
    if (text.length > HARD_MESSAGE_LENGTH) throw new ChatError('invalid', 'message: too long');
    const call = kind === 'edit' ? 'message.edit' : 'message.delete';
    const request: EditRequest | DeleteRequest = kind === 'edit' ? { id, message: text, ifRev } : { id };
    const stored = asMessage((await this.connection.call<{ message: Message }>(call, request)).message);
    if (!stored) throw notUnderstood();
    return stored;
  }

  async sync(request: SyncRequest): Promise<SyncAnswer> {
    // A position may hold what a later server has put into it, and no server takes what it does not know.
    const positions = request.positions.map(({ roomId, seq, id, rev }) => ({ roomId, seq, id, rev }));
    const answer = await this.connection.call<SyncAnswer>('sync', { ...request, positions });
    const read = readView(syncAnswerSchema).safeParse(answer);
    if (!read.success) throw notUnderstood();
    return read.data;
  }

  read(roomId: string, seq: number): Promise<ReadAnswer> {
    return this.connection.call<ReadAnswer>('room.read', { roomId, seq } satisfies ReadRequest);
  }

  typing(roomId: string): Promise<unknown> {
    return this.connection.call('typing', { roomId } satisfies TypingRequest);
  }

  async online(): Promise<Presence[]> {
    const all: Presence[] = [];
    for (let after: string | undefined; ; ) {
      const asked: OnlineRequest = after === undefined ? {} : { after };
      const answer = await this.connection.call<OnlineAnswer>('online', asked);
      const read = readView(onlineAnswerSchema).safeParse(answer);
      if (!read.success) throw notUnderstood();
      const { users, next } = read.data;
      all.push(...users);
      if (next === undefined) return all;
      after = next;
    }
  }
}
