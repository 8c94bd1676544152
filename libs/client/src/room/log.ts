import type { Message, Page } from '@app/contracts';
import type { Entry, PageAsk, RoomView } from '../types';
import { History } from './history';
import type { Overlay } from './overlay';
import { Stretch, seqOf } from './stretch';

/**
 * A room's stored messages: the present, and perhaps a stretch of history apart from it, which is shown in its place
 * until the pages between have come.
 */
export class Log {
  readonly present = new History();
  private apart: Stretch | null = null;
  /** Counts how often other messages took the place of all that was shown. */
  private stretches = 0;
  private around: string | undefined;

  /** @param changed what is to be shown has changed */
  constructor(
    private readonly roomId: string,
    private readonly changed: () => void,
  ) {}

  /** How to ask for the page before what is shown; null: there is none. */
  get older(): PageAsk | null {
    return (this.apart ?? this.present).older;
  }

  /** How to ask for the page after what is shown; null: it reaches to the present. */
  get newer(): PageAsk | null {
    return this.apart?.newer ?? null;
  }

  /** @param loaded whether the present is here @param pending what is shown behind it @param overlay what is shown over both */
  view(loaded: boolean, pending: Iterable<Entry>, overlay: Overlay): RoomView {
    return {
      entries: this.entries(loaded, pending, overlay),
      hasOlder: this.older !== null,
      hasNewer: this.apart !== null,
      loaded: loaded || this.apart !== null,
      stretch: this.stretches,
      ...(this.around !== undefined && { around: this.around }),
    };
  }

  private entries(loaded: boolean, pending: Iterable<Entry>, overlay: Overlay): Entry[] {
    const history = this.apart ?? (loaded ? this.present : undefined);
    // One plain copy: there may be a hundred thousand, and a hundred messages a second.
    const entries: Entry[] = history?.shown() ?? [];
    for (const target of history ? overlay.targets() : []) {
      const entry = history?.get(target);
      const at = entry && history ? history.shownAt(entry) : -1;
      if (entry && at >= 0) entries[at] = overlay.over(entry);
    }
    if (!this.apart) for (const entry of pending) entries.push(overlay.over(entry));
    return entries;
  }

  /** The newest state that is known of a message. */
  get(id: string): Message | undefined {
    return this.present.get(id) ?? this.apart?.get(id);
  }

  /** Replaces what is known of a message by a newer state. @returns whether it was here, and older */
  replace(message: Message): boolean {
    const inPresent = this.present.replace(message);
    return this.apart?.replace(message) || inPresent;
  }

  /** A page before what is shown. @returns whether it belongs to the present, whose messages are for the owner to add */
  addOlder(page: Page): boolean {
    if (this.apart) this.apart.before(page);
    else this.present.startAt(olderThan(page), page.messages[0]);
    return this.apart === null;
  }

  /** A page after what is shown. */
  addNewer(page: Page): void {
    this.apart?.after(page);
  }

  /** Shows a page around a place. @param keyOf gives a stored message's key */
  open(page: Page, place: string, keyOf: (id: string) => string): void {
    this.apart = new Stretch(page, place, keyOf);
    this.turn(this.apart.around);
  }

  /**
   * Shows what is here already around a place, an id or `{roomId}-{seq}`.
   * @returns the id of the message; undefined: it is not here
   */
  show(place: string): string | undefined {
    const seq = seqOf(place, this.roomId);
    const known = this.present.find(place, seq);
    if (known === undefined) return this.apart?.find(place, seq);
    if (this.apart) {
      this.apart = null;
      this.turn(known);
    }
    return known;
  }

  /** Shows the present, if a stretch apart from it is shown. */
  showPresent(): void {
    if (!this.apart) return;
    this.apart = null;
    this.turn(undefined);
  }

  /**
   * Makes the present begin where the stretch apart does, if nothing is missing between them any more.
   * @returns the messages of the stretch, which are for the owner to add
   */
  join(): Message[] | undefined {
    const { apart } = this;
    if (!apart?.meets(this.present)) return undefined;
    this.apart = null;
    const messages = apart.messages();
    this.present.startAt(apart.older, messages[0]);
    return messages;
  }

  /** Whether another message is known to have this place: the histories differ. @param position the last place without a gap */
  contradicts({ seq = 0, id }: { seq?: number; id: string }, position: { seq: number; id: string }): boolean {
    if (seq === 0) return false;
    if (seq === position.seq && position.id !== id) return true;
    return [this.present, this.apart].some((history) => (history?.idOf(seq) ?? id) !== id);
  }

  clear(): void {
    this.present.clear();
    this.apart = null;
    this.turn(undefined);
  }

  private turn(around: string | undefined): void {
    this.stretches++;
    this.around = around;
    this.changed();
  }
}

/** How to ask for the page before this one. */
export const olderThan = ({ before }: Page): PageAsk | null => (before === null ? null : { before });
