import { type Typing as Heard, typingAnswerSchema } from '@app/contracts';
import type { Core, Feature } from '../feature';
import { record } from '../incoming';

/** Between two times that the server is told of one room. */
const PAUSE_MS = 3000;
/** Who is not heard of for so long has stopped. */
const EXPIRY_MS = 5000;
const NOBODY: readonly string[] = [];

export interface TypingDeps {
  /** Oneself. */
  userId: string;
  isOnline: () => boolean;
  /** Tells the server. */
  tell: (roomId: string) => Promise<unknown>;
  changed: (roomId: string) => void;
}

type Timer = ReturnType<typeof setTimeout>;

/** Who is writing in which room, and telling that oneself is. Nothing of it is kept, repeated or waited for. */
export class Typing {
  /** Room → those who write there, who began first first. */
  private readonly lists = new Map<string, readonly string[]>();
  /** Room and user → the end of it. */
  private readonly ends = new Map<string, Timer>();
  private readonly pauses = new Map<string, Timer>();
  private closed = false;

  constructor(private readonly deps: TypingDeps) {}

  /** Ids of the others who write in a room; the same array until it changes. */
  in(roomId: string): readonly string[] {
    return this.lists.get(roomId) ?? NOBODY;
  }

  /** Oneself writes in a room. */
  tell(roomId: string): void {
    if (this.closed || this.pauses.has(roomId) || !this.deps.isOnline()) return;
    this.pauses.set(
      roomId,
      setTimeout(() => this.pauses.delete(roomId), PAUSE_MS),
    );
    // Who is not told now would be told too late.
    this.deps.tell(roomId).catch(() => undefined);
  }

  /** Oneself has sent something to a room: the next that one writes there is news again. */
  sent(roomId: string): void {
    clearTimeout(this.pauses.get(roomId));
    this.pauses.delete(roomId);
  }

  /** Somebody writes in a room. */
  heard(roomId: string, userId: string): void {
    if (this.closed || userId === this.deps.userId) return;
    const key = `${roomId} ${userId}`;
    clearTimeout(this.ends.get(key));
    const isNew = !this.ends.has(key);
    this.ends.set(
      key,
      setTimeout(() => this.stopTyping(roomId, userId), EXPIRY_MS),
    );
    if (isNew) this.put(roomId, [...this.in(roomId), userId]);
  }

  /** Somebody does not write in a room any more: what they wrote is there. */
  stopTyping(roomId: string, userId: string): void {
    const key = `${roomId} ${userId}`;
    clearTimeout(this.ends.get(key));
    if (!this.ends.delete(key)) return;
    this.put(
      roomId,
      this.in(roomId).filter((id) => id !== userId),
    );
  }

  close(): void {
    this.closed = true;
    for (const timer of [...this.ends.values(), ...this.pauses.values()]) clearTimeout(timer);
    this.ends.clear();
    this.pauses.clear();
    this.lists.clear();
  }

  private put(roomId: string, userIds: readonly string[]): void {
    if (userIds.length > 0) this.lists.set(roomId, userIds);
    else this.lists.delete(roomId);
    this.deps.changed(roomId);
  }
}

export interface TypingEvents {
  /** Who is writing in this room changed. */
  typing: (roomId: string) => void;
}

/** What it adds to `ChatClient`. */
export interface TypingOffers {
  /** One is writing in a room: others are told, if that is possible now. Call it as often as one writes. */
  typing(roomId: string): void;
  /** Ids of the others who are writing in a room, who began first first; the same array until it changes. */
  typingIn(roomId: string): readonly string[];
}

/** Others hear that one is writing, and one hears it of them. */
export const typing = ({ user, retrier, ask, emit }: Core<TypingEvents>) => {
  const typists = new Typing({
    userId: user.id,
    isOnline: () => retrier.isOnline,
    tell: (roomId) => ask('typing', { roomId }, typingAnswerSchema),
    changed: (roomId) => emit('typing', roomId),
  });
  return {
    hears: {
      typing: (payload) => {
        const { roomId, userId } = record<Heard>(payload);
        if (typeof roomId === 'string' && typeof userId === 'string') typists.heard(roomId, userId);
      },
    },
    heard: ({ roomId, from }) => typists.stopTyping(roomId, from),
    sending: (roomId) => typists.sent(roomId),
    close: () => typists.close(),
    offers: {
      typing: (roomId) => typists.tell(roomId),
      typingIn: (roomId) => typists.in(roomId),
    } as TypingOffers,
  } satisfies Feature;
};
