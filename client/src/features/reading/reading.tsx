import type { Entry, RoomView } from '@app/client';
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { Button } from '../../components/button';
import { useChat, useRoom } from '../../lib/chat';
import { useTexts } from '../../lib/texts';
import { dayTimeOf } from '../../lib/time';
import { useWatched } from '../../lib/watched';
import styles from './reading.module.css';

const LOOK_MS = 200;
/** Fractions of a pixel do not count. */
const TOLERANCE_PX = 2;

/** So long a message must have been on the screen without a break to count as read, in ms. */
const READING_MS = 1000;

/**
 * Marks what was on the screen for a while as read, and what is before it, as long as somebody is there.
 * @returns marks everything in the room as read
 */
export function useReading(box: RefObject<HTMLElement | null>, roomId: string, view: RoomView): () => void {
  const chat = useChat();
  const [seen] = useState(() => new Seen());
  const watched = useWatched();
  const room = useRoom(roomId);
  const looking = watched && (room?.unread ?? 0) > 0;

  const look = useEffectEvent(() => {
    if (box.current === null || room === undefined) return;
    const keys = inSight(box.current).flatMap((index) => view.entries[index]?.key ?? []);
    seen.look(keys, performance.now());
    const seq = readUpTo(view.entries, room.read, chat.user.id, seen, !view.hasOlder);
    if (seq > room.read) chat.markRead(roomId, seq);
  });

  useEffect(() => {
    if (!looking) return;
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => {
      clearInterval(timer);
      seen.leave();
    };
  }, [looking, seen]);

  return () => chat.markRead(roomId);
}

interface UnreadBarProps {
  count: number;
  /** When the first of them was written, if that is known. */
  since: number | undefined;
  today: number;
  onJump: () => void;
  onRead: () => void;
}

/** Says above the messages how many are not read, leads to the first of them, and marks all of them as read. */
export function UnreadBar({ count, since, today, onJump, onRead }: UnreadBarProps) {
  const t = useTexts().reading;
  return (
    <section className={styles.bar} aria-label={t.title}>
      <span className={styles.words}>
        {since === undefined ? t.count(count) : t.countSince(count, dayTimeOf(since, today))}
      </span>
      <Button look="text" onClick={onJump}>
        {t.jump}
      </Button>
      <Button look="text" onClick={onRead}>
        {t.markRead}
      </Button>
    </section>
  );
}

/** Indices of the messages whose end is on the screen: one that is higher than the screen is read when its end comes. */
function inSight(box: HTMLElement): number[] {
  const { top, bottom } = box.getBoundingClientRect();
  const indices: number[] = [];
  for (const line of box.querySelectorAll<HTMLElement>('[data-index]')) {
    const end = line.getBoundingClientRect().bottom;
    if (end >= top && end <= bottom + TOLERANCE_PX) indices.push(Number(line.dataset.index));
  }
  return indices;
}

/** Which messages of a room were on the screen long enough to have been read. */
class Seen {
  /** Since when those in sight have been. */
  private since = new Map<string, number>();
  private readonly seen = new Set<string>();

  /** Looks again. @param inSight keys of the messages that are on the screen @param now in ms */
  look(inSight: readonly string[], now: number): void {
    const before = this.since;
    this.since = new Map(inSight.map((key) => [key, before.get(key) ?? now]));
    for (const [key, since] of this.since) if (now - since >= READING_MS) this.seen.add(key);
  }

  /** Nobody looks any more. */
  leave(): void {
    this.since.clear();
  }

  has(key: string): boolean {
    return this.seen.has(key);
  }
}

/**
 * How far a room is read: up to the last message before the first that was not seen.
 * @param read the mark so far
 * @param fromBeginning whether no message is before these
 */
function readUpTo(
  entries: readonly Entry[],
  read: number,
  me: string,
  seen: Pick<Seen, 'has'>,
  fromBeginning: boolean,
): number {
  let mark = read;
  for (let i = firstAfter(entries, read, fromBeginning); i < entries.length; i++) {
    const { seq, from, key, deleted } = entries[i] as Entry;
    if (seq === undefined) continue;
    if (from !== me && !deleted && !seen.has(key)) break;
    mark = seq;
  }
  return mark;
}

/** Where what follows on a mark begins; behind all, if that is not here: what is between was not seen. */
function firstAfter(entries: readonly Entry[], read: number, fromBeginning: boolean): number {
  let first = entries.length;
  for (let i = entries.length - 1; i >= 0; i--) {
    const { seq } = entries[i] as Entry;
    if (seq === undefined) continue;
    if (seq <= read) return first;
    first = i;
    if (seq === read + 1) return first;
  }
  return fromBeginning ? first : entries.length;
}
