import { useEffect, useState } from 'react';
import { locale } from './texts';

/** Formats of the language that is shown; whoever shows what they give renders again with the texts. */
const formats = {
  clock: { timeStyle: 'short' },
  exact: {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  },
  dayTime: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  weekday: { weekday: 'short' },
  shortDay: { day: 'numeric', month: 'short' },
  shortDayOfYear: { day: 'numeric', month: 'short', year: 'numeric' },
  longDay: { weekday: 'long', day: 'numeric', month: 'long' },
  longDayOfYear: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Made once for each language: making one takes long. */
const made = new Map<string, Intl.DateTimeFormat>();

function format(kind: keyof typeof formats, date: Date): string {
  const key = `${locale()} ${kind}`;
  const known = made.get(key) ?? new Intl.DateTimeFormat(locale(), formats[kind]);
  made.set(key, known);
  return known.format(date);
}

/** Of the year 9999: there may be no date beyond. */
const LAST = 253_402_300_799;

/** A message's `date` (Unix seconds) as a Date, whatever it is. */
export const toDate = (seconds: number): Date => new Date(Math.max(-LAST, Math.min(seconds, LAST)) * 1000);

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
export const timeOf = (seconds: number): string => format('clock', toDate(seconds));

/** `Tue, 24 Nov, 10:41:07` */
export const exactTimeOf = (seconds: number): string => format('exact', toDate(seconds));

/** `10:41` today, else `24 Nov, 10:41` */
export function dayTimeOf(seconds: number, today: number): string {
  const date = toDate(seconds);
  return format(daysAgo(date.getTime(), today) <= 0 ? 'clock' : 'dayTime', date);
}

/** A separator's text: `Today`, `Yesterday`, `Tuesday, 24 November`, with the year when it is another one. */
export function dayOf(seconds: number, today: number): string {
  const date = toDate(seconds);
  const ago = daysAgo(date.getTime(), today);
  if (ago === 0 || ago === 1) {
    const name = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(-ago, 'day');
    return name.charAt(0).toLocaleUpperCase(locale()) + name.slice(1);
  }
  return format(date.getFullYear() === new Date(today).getFullYear() ? 'longDay' : 'longDayOfYear', date);
}

/** A time as short as a list needs it: `10:41` today, `Tue` within a week, else `24 Nov`, with the year when it is another one. */
export function shortTimeOf(seconds: number, today: number): string {
  const date = toDate(seconds);
  const ago = daysAgo(date.getTime(), today);
  if (ago <= 0) return format('clock', date);
  if (ago < 7) return format('weekday', date);
  return format(date.getFullYear() === new Date(today).getFullYear() ? 'shortDay' : 'shortDayOfYear', date);
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
