import { ChatError, type ConflictBody, type Message } from '@app/contracts';

/** An edit of what somebody changed before. */
export class EditConflict extends ChatError {
  /** @param current the message as it is */
  constructor(readonly current: Message) {
    super('conflict', 'The message was changed meanwhile');
  }

  /** As an HTTP body, with the message. */
  toConflictBody(): ConflictBody {
    return { ...this.toBody(), current: this.current };
  }
}
