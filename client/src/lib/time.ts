import { useEffect, useState } from 'react';

// The texts are English: days in another language beside them would be a mix.
const locale = navigator.language.startsWith('en') ? navigator.language : 'en-GB';
const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);

const clock = format({ timeStyle: 'short' });
const exact = format({
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const weekday = format({ weekday: 'short' });
const shortDay = format({ day: 'numeric', month: 'short' });
const shortDayOfYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
const longDay = format({ weekday: 'long', day: 'numeric', month: 'long' });
const longDayOfYear = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

/** A message's `date` (Unix seconds) as a Date. */
export const toDate = (seconds: number): Date => new Date(seconds * 1000);

/** Local midnight of the day that holds `ms`, in Unix ms. */
export function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** How many days ago a moment was, by the calendar: 0 is today. */
function daysAgo(ms: number, today: number): number {
  // Rounded: days of 23 and 25 hours exist.
  return Math.round((startOfDay(today) - startOfDay(ms)) / 86_400_000);
}

/** `10:41` */
export const timeOf = (seconds: number): string => clock.format(toDate(seconds));

/** `Tue, 24 Nov, 10:41:07` */
export const exactTimeOf = (seconds: number): string => exact.format(toDate(seconds));

/** A separator's text: `Today`, `Yesterday`, `Tuesday, 24 November`, with the year when it is another one. */
export function dayOf(seconds: number, today: number): string {
  const date = toDate(seconds);
  const ago = daysAgo(date.getTime(), today);
  if (ago === 0) return 'Today';
  if (ago === 1) return 'Yesterday';
  return (date.getFullYear() === new Date(today).getFullYear() ? longDay : longDayOfYear).format(date);
}

/** A time as short as a list needs it: `10:41` today, `Tue` within a week, else `24 Nov`, with the year when it is another one. */
export function shortTimeOf(seconds: number, today: number): string {
  const date = toDate(seconds);
  const ago = daysAgo(date.getTime(), today);
  if (ago <= 0) return clock.format(date);
  if (ago < 7) return weekday.format(date);
  return (date.getFullYear() === new Date(today).getFullYear() ? shortDay : shortDayOfYear).format(date);
}

/** Local midnight of the current day in Unix ms; renders again when a new day begins. */
export function useToday(): number {
  const [today, setToday] = useState(() => startOfDay(Date.now()));
  useEffect(() => {
    const tomorrow = new Date(today).setHours(24, 0, 0, 0);
    const timer = setTimeout(() => setToday(startOfDay(Date.now())), tomorrow - Date.now() + 50);
    return () => clearTimeout(timer);
  }, [today]);
  return today;
}
