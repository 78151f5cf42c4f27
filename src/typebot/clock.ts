/** Date and time as a wall clock shows them, without a time zone. */
export interface WallTime {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** What a clock in the time zone shows at a moment. An unknown zone counts as UTC. */
export function wallTime(atMs: number, timeZone: string): WallTime {
  const parts = new Map(
    formatter(timeZone)
      .formatToParts(new Date(atMs))
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
  };
}

/** Minutes by which the time zone is ahead of UTC at a moment. */
export function offsetMinutes(atMs: number, timeZone: string): number {
  const { year, month, day, hour, minute } = wallTime(atMs, timeZone);
  const shownMs = Date.UTC(year, month - 1, day, hour, minute);
  // The clock shows whole minutes.
  return shownMs / 60_000 - Math.floor(atMs / 60_000);
}

/** The canonical name of the zone; `UTC` for an unknown one. */
export function knownZone(timeZone: string): string {
  return formatter(timeZone).resolvedOptions().timeZone;
}

/** The same time of day `days` later. */
export function addDays(time: WallTime, days: number): WallTime {
  const moved = new Date(Date.UTC(time.year, time.month - 1, time.day + days));
  return {
    ...time,
    year: moved.getUTCFullYear(),
    month: moved.getUTCMonth() + 1,
    day: moved.getUTCDate(),
  };
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  const options: Intl.DateTimeFormatOptions = {
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  };
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
  }
}
