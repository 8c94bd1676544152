import type { Message, Page } from '@app/contracts';
import type { PageAsk } from '../types';
import { History } from './history';

/** A stretch of a room's history that does not reach to the present: pages around a place, and those before and after. */
export class Stretch extends History {
  /** The id of the message it was loaded around, or of the nearest. */
  readonly around: string | undefined;
  private next: PageAsk | null = null;

  /**
   * @param place the id of a message, or `{roomId}-{seq}`
   * @param keyOf gives the key of a stored message
   */
  constructor(
    page: Page,
    place: string,
    private readonly keyOf: (id: string) => string,
  ) {
    super();
    this.around = nearest(page.messages, place, seqOf(place, page.head.roomId));
    this.before(page);
    this.after(page);
  }

  /** How to ask for the page after the newest here. */
  get newer(): PageAsk | null {
    return this.next;
  }

  /** The page before what is here. */
  before(page: Page): void {
    this.startAt(page.before === null ? null : { before: page.before }, page.messages[0]);
    this.add(page.messages);
  }

  /** The page after what is here. */
  after(page: Page): void {
    this.add(page.messages);
    const last = this.last;
    // It was the end when it was read; whether it still is shows where the present begins.
    this.next = page.after === null ? (last ? { around: last.id } : null) : { after: page.after };
  }

  /** Whether nothing is missing between this and what is shown of the present. */
  meets(present: History): boolean {
    const last = this.last;
    return last === undefined || present.reaches(last);
  }

  /** As they were stored. */
  messages(): Message[] {
    return this.shown().map(({ key: _, state: __, ...message }) => message);
  }

  private add(messages: readonly Message[]): void {
    for (const message of messages) this.insert(message, this.keyOf(message.id));
  }
}

/** The `seq` in a message's id, or in a place named without a date; undefined: it has none. */
export function seqOf(place: string, roomId: string): number | undefined {
  const prefix = `${roomId}-`;
  const seq = place.startsWith(prefix) ? Number(place.slice(prefix.length).split('-', 1)[0]) : Number.NaN;
  return Number.isSafeInteger(seq) ? seq : undefined;
}

/** The message that is meant, else the first after it, else the last. */
function nearest(messages: readonly Message[], place: string, seq?: number) {
  const meant =
    messages.find(({ id }) => id === place) ??
    (seq === undefined
      ? messages[messages.length >> 1]
      : (messages.find((message) => (message.seq ?? 0) >= seq) ?? messages.at(-1)));
  return meant?.id;
}
