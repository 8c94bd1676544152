import { type Message, type Position, revOf, type SyncedRoom } from '@app/contracts';
import { Aside } from './aside';
import { after, nowhere, stepTo } from './position';

type Answer = SyncedRoom & { status: 'ok' };

/** What a `sync` is asked with, and what its answer is judged by. */
export interface Ask {
  position: Position;
  generation: number;
  /** What was reached when it was asked. */
  reached: Position;
  /** What waited when it was asked. */
  waiting: readonly Message[];
}

/**
 * A client's position in the feed of a room. Up to it no message and no change of one is missing. What is ahead of it waits
 * aside, and what may be stale is asked for again from a checkpoint.
 */
export class Feed {
  /** Messages and changes that are ahead of something missing. */
  readonly aside = new Aside();
  private reached: Position;
  /** The next sync starts here: what came after it may be stale. */
  private checkpoint: Position | null = null;
  /** The `rev` of the last change that advanced the position. */
  private changedAt = 0;
  /** The oldest head of the pages that came before the newest one did. */
  private earliest: Position | null = null;
  private isBehind = false;

  constructor(private readonly roomId: string) {
    this.reached = nowhere(roomId);
  }

  get position(): Position {
    return this.reached;
  }

  /** From where on all is to be asked for that may be missing. */
  get start(): Position {
    return this.checkpoint ?? this.reached;
  }

  /** A page may lack a change that was heard before the page came: the room is to be synced. */
  get behind(): boolean {
    return this.isBehind;
  }

  /** Everything up to here is known. @param isNow the head is the present one: pages that were read before may lack changes */
  begin(head: Position, isNow: boolean): void {
    this.reached = head;
    if (isNow && this.earliest) this.lookBack(this.earliest, revOf(head));
    this.earliest = null;
  }

  /** A page was read when the room stood at `head`. @param hasBegun the newest page is here */
  pageRead(head: Position, hasBegun: boolean): void {
    if (hasBegun) this.lookBack(head, this.changedAt);
    else if (!this.earliest || revOf(head) < revOf(this.earliest)) this.earliest = head;
  }

  /** Something of the room that is no message changed at this clock. Where something before it is missing, what comes next shows that. */
  pass(rev: number): void {
    if (rev === revOf(this.reached) + 1) this.reached = { ...this.reached, rev };
  }

  /**
   * Advances the position by a message, or a state of one, if it is the next.
   * @returns `ahead`: something is missing before it
   */
  advance(message: Message): 'ahead' | 'message' | 'change' {
    const step = stepTo(message, this.reached);
    if (step === 'ahead') return 'ahead';
    const kind = message.seq !== undefined && message.seq <= this.reached.seq ? 'change' : 'message';
    if (step === 'next') {
      this.reached = after(message, this.reached);
      if (kind === 'change') this.changedAt = revOf(message);
    }
    return kind;
  }

  ask(generation: number): Ask {
    this.isBehind = false;
    return { position: this.start, generation, reached: this.reached, waiting: this.aside.inOrder() };
  }

  /** Whether the server's history ends before what was known of it. */
  isLost({ more, upTo }: Answer, { reached }: Ask): boolean {
    // An earlier release does not tell the clock.
    return !more && (upTo.seq < reached.seq || (upTo.rev > 0 && revOf(upTo) < revOf(reached)));
  }

  /** Counts what a sync has brought. */
  answered({ upTo, changed = [], more }: Answer, ask: Ask): void {
    const isFurther = upTo.seq > this.reached.seq;
    // A place that the answer was cut at has a clock of its own; the end of the feed is ahead of all before it.
    if (isFurther || (!more && revOf(upTo) > revOf(this.reached))) this.reached = upTo;
    // What was marked stale after the question is not answered by it.
    if (this.checkpoint === ask.position) this.checkpoint = null;
    if (more && !isFurther) this.checkpoint ??= upTo;
    for (const message of changed) this.changedAt = Math.max(this.changedAt, revOf(message));
  }

  /** What waited before a question and is not in its whole answer: the server has lost it since. */
  lostOf({ waiting }: Ask, { more, upTo }: Answer): readonly Message[] {
    if (more) return [];
    return waiting.filter((message) => message.seq !== undefined && stepTo(message, upTo) !== 'known');
  }

  /** Something may have been missed before what is heard from here on: the next sync starts here. */
  markStale(): void {
    this.checkpoint ??= { ...this.reached };
  }

  clear(): void {
    this.reached = nowhere(this.roomId);
    this.checkpoint = null;
    this.changedAt = 0;
    this.earliest = null;
    this.isBehind = false;
  }

  private lookBack(head: Position, clock: number): void {
    if (revOf(head) >= clock) return;
    this.isBehind = true;
    if (revOf(head) < revOf(this.start)) this.checkpoint = head;
  }
}
