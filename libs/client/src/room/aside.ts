import { type Message, revOf } from '@app/contracts';

/** What was heard ahead of something that is missing before it: messages, and other states of them. */
export class Aside {
  private readonly waiting = new Map<string, Message>();

  get size(): number {
    return this.waiting.size;
  }

  put(message: Message): void {
    this.waiting.set(nameOf(message), message);
  }

  delete(message: Message): void {
    this.waiting.delete(nameOf(message));
  }

  /** Those without a place first, then in the order they were stored; an array of its own. */
  inOrder(): Message[] {
    return [...this.waiting.values()].sort((a, b) => revOf(a) - revOf(b));
  }
}

const nameOf = (message: Message): string => `${message.id} ${revOf(message)}`;
