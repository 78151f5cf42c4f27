const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SIZES = { hour: HOUR_MS, day: DAY_MS };
const MAX_DAYS = { hour: 31, day: 92 };

/** `from` is the beginning of an interval; `to` is excluded. */
export interface Period {
  from: Date;
  to: Date;
}

/**
 * The period asked for, by default the day up to `nowMs`. `from` is rounded down to the beginning of its interval. A
 * text says what is wrong with the request.
 */
export function periodOf(
  given: { from?: Date; to?: Date },
  interval: 'hour' | 'day',
  nowMs: number,
): Period | string {
  const toMs = given.to?.getTime() ?? nowMs;
  const wantedMs = given.from?.getTime() ?? toMs - DAY_MS;
  const fromMs = Math.floor(wantedMs / SIZES[interval]) * SIZES[interval];
  if (fromMs >= toMs) return 'from must be before to';
  if (toMs - fromMs > MAX_DAYS[interval] * DAY_MS + SIZES[interval])
    return `from must be at most ${MAX_DAYS[interval]} days before to, counted by the ${interval}`;
  return { from: new Date(fromMs), to: new Date(toMs) };
}
