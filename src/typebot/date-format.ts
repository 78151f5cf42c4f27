import type { WallTime } from './clock.js';

/** A date as the engine reads it without guessing: `dd/MM/yyyy[ HH:mm]` or `MM/dd/yyyy[ HH:mm]`. */
export function formatDate(
  time: WallTime,
  { dayFirst, withTime }: { dayFirst: boolean; withTime: boolean },
): string {
  const [day, month] = [twoDigits(time.day), twoDigits(time.month)];
  const date = `${dayFirst ? `${day}/${month}` : `${month}/${day}`}/${String(time.year).padStart(4, '0')}`;
  return withTime ? `${date} ${formatTime(time)}` : date;
}

/** `HH:mm`. */
export function formatTime({ hour, minute }: Pick<WallTime, 'hour' | 'minute'>): string {
  return `${twoDigits(hour)}:${twoDigits(minute)}`;
}

/** `yyyy-MM-dd`, which sorts as the days do. */
export function isoDay({ year, month, day }: WallTime): string {
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
