import type { Entry } from '@app/client';
import { startOfDay } from '../../lib/time';

/** Messages of one sender this close together stand under one name. */
const GROUP_SECONDS = 5 * 60;

/** What stands above a message, for where it is. */
export interface Beginning {
  /** First of its day: a separator stands above. */
  startsDay: boolean;
  /** First of its sender's group: avatar, name and time stand with it. */
  startsGroup: boolean;
}

/** Places a message under its day and sender. @param before the message above it @param isNew a line stands between them */
export function beginningOf(entry: Entry, before: Entry | undefined, isNew = false): Beginning {
  const startsDay = before === undefined || startOfDay(before.date * 1000) !== startOfDay(entry.date * 1000);
  const startsGroup = startsDay || isNew || before.from !== entry.from || entry.date - before.date > GROUP_SECONDS;
  return { startsDay, startsGroup };
}
