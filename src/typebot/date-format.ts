import type { WallTime } from './clock.js';

/** How a date is written. `halfDays` writes `2:30 PM`, for contacts only: the engine is sent 24 hours. */
export interface DateStyle {
  dayFirst: boolean;
  withTime: boolean;
  halfDays?: boolean;
}

/** `dd/MM/yyyy[ HH:mm]` or `MM/dd/yyyy[ HH:mm]`, the forms that Typebot's engine parses without guessing. */
export function formatDate(time: WallTime, { dayFirst, withTime, halfDays }: DateStyle): string {
  const [day, month] = [twoDigits(time.day), twoDigits(time.month)];
  const date = `${dayFirst ? `${day}/${month}` : `${month}/${day}`}/${String(time.year).padStart(4, '0')}`;
  return withTime ? `${date} ${formatTime(time, halfDays)}` : date;
}

/** `HH:mm`, or `h:mm PM`. */
export function formatTime({ hour, minute }: Pick<WallTime, 'hour' | 'minute'>, halfDays = false): string {
  const half = hour < 12 ? 'AM' : 'PM';
  return halfDays
    ? `${hour % 12 || 12}:${twoDigits(minute)} ${half}`
    : `${twoDigits(hour)}:${twoDigits(minute)}`;
}

/** `yyyy-MM-dd`: sorting these strings sorts the days. */
export function isoDay({ year, month, day }: WallTime): string {
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
