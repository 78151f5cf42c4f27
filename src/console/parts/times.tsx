import { useEffect, useState } from 'react';
import { useFormatter } from 'use-intl';
import { serverNow } from '../api/client.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The time on the server's clock in milliseconds, updated every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** How long ago something happened; the tooltip shows the exact time. */
export function Ago({ at }: { at: string }) {
  const format = useFormatter();
  const now = useNow(30 * SECOND);
  const date = new Date(at);
  const full = format.dateTime(date, { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <time dateTime={at} title={full}>
      {format.relativeTime(date, { now: Math.max(now, date.getTime()), style: 'narrow' })}
    </time>
  );
}

/** A countdown to a moment. */
export function Until({ at }: { at: string }) {
  const format = useFormatter();
  const now = useNow(SECOND);
  const date = new Date(at);
  return (
    <time dateTime={at} title={format.dateTime(date, { dateStyle: 'medium', timeStyle: 'medium' })}>
      {countdown(date.getTime(), now)}
    </time>
  );
}

/** Time left as `1:02:03`, below an hour as `2:03`, from a day on as `1 d 2 h`; never negative. */
export function countdown(untilMs: number, nowMs: number): string {
  const left = Math.max(0, untilMs - nowMs);
  const [days, hours] = [Math.floor(left / DAY), Math.floor((left % DAY) / HOUR)];
  const [minutes, seconds] = [Math.floor((left % HOUR) / MINUTE), Math.floor((left % MINUTE) / SECOND)];
  const two = (number: number) => String(number).padStart(2, '0');
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
