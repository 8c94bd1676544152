import type { Entry } from '@app/client';
import { startOfDay } from '../../lib/time';

/** Messages of one sender this close together stand under one name. */
const GROUP_SECONDS = 5 * 60;

/** An entry and what stands above it. */
export interface Line {
  entry: Entry;
  /** First of its day: a separator stands above. */
  startsDay: boolean;
  /** First of its sender's group: avatar, name and time stand with it. */
  startsGroup: boolean;
}

/** Places entries (oldest first) under days and senders. */
export function toLines(entries: readonly Entry[]): Line[] {
  return entries.map((entry, index) => {
    const before = entries[index - 1];
    const startsDay = before === undefined || startOfDay(before.date * 1000) !== startOfDay(entry.date * 1000);
    const startsGroup = startsDay || before.from !== entry.from || entry.date - before.date > GROUP_SECONDS;
    return { entry, startsDay, startsGroup };
  });
}
