import type { RenderContext } from '../../../../activities/ports/typebot.js';
import { wallTime, type WallTime } from '../../clock.js';
import { formatTime } from '../../date-format.js';
import type { QuestionOf } from '../../schema.js';
import { dayIn } from './date-words.js';
import { asciiDigits, plainWords } from '../plain-words.js';
import { value, type Reading } from '../reading.js';
import { trimEndOf } from '../../../foreign/trim-end.js';

/** A time of day. */
export type ClockTime = Pick<WallTime, 'hour' | 'minute'>;

const PART_OF_DAY = String.raw`\s*(?:d[ae] la|d[ae]|por la|in the|at|a)\s+(manha|manana|morning|tarde|afternoon|noite|noche|evening|night)`;
const HALF = String.raw`\s*([ap])\.?\s?m\b\.?`;
const HALVES: [RegExp, string][] = [
  [/\b(?:meio[- ]dia e meia|mediodia y media)\b/, '12:30'],
  [/\b(?:meia[- ]noite e meia|medianoche y media)\b/, '0:30'],
  [/\b(\d{1,2})(?:\s?h|\s?horas)?\s+(?:e meia|y media)\b/, '$1:30'],
  [/\bhalf past (\d{1,2})\b/, '$1:30'],
  [/\bquarter past (\d{1,2})\b/, '$1:15'],
  [/\b(\d{1,2}) y cuarto\b/, '$1:15'],
];
const NAMED: [RegExp, ClockTime][] = [
  [/\b(?:meio[- ]dia|mediodia|noon|midday)\b/, { hour: 12, minute: 0 }],
  [/\b(?:meia[- ]noite|medianoche|midnight)\b/, { hour: 0, minute: 0 }],
];
const FORMS = [
  new RegExp(
    String.raw`\b(\d{1,2})\s?[:h]\s?(\d{2})(?::\d{2})?(?:\s?(?:min|hs|hrs|h)\b|\b|(?=[ap]\.?m))(?:${HALF}|${PART_OF_DAY})?`,
  ),
  new RegExp(
    String.raw`\b(\d{1,2})(?:${HALF}|\s?(?:horas?|hs|hrs?|h|o'?clock)\b(?:${PART_OF_DAY})?|${PART_OF_DAY})()`,
  ),
  // A bare hour counts only after "at" or its translations.
  /\b(?:as|at|a las?|pelas)\s+(\d{1,2})(?![\d/.:-])/,
];
const FILLERS = /\b(?:as|at|a las?|a la|around|about|por volta das?|umas|sobre las?|pelas|the|el|o)\b/g;

/** Finds a time of day in a text in `plainWords`; `rest` is the text without it. */
export function takeTime(spoken: string): { time?: ClockTime; rest: string } {
  // 2026-12-25T14:30, 25/12/2026 14.30
  const apart = spoken
    .replace(/(?<=\d{4}-\d{2}-\d{2})t(?=\d)/, ' ')
    .replace(/(?<=[-/.]\d{4}\s)([01]?\d|2[0-3])\.?([0-5]\d)$/, '$1:$2');
  const words = HALVES.reduce((text, [pattern, written]) => text.replace(pattern, written), apart);
  for (const [pattern, time] of NAMED) {
    if (pattern.test(words)) return { time, rest: words.replace(pattern, ' ').trim() };
  }
  const long = FORMS[0]?.exec(words);
  if (long) return taken(words, long, clockTime(long[1], long[2], long[3], long[4]));
  const short = FORMS[1]?.exec(words) ?? FORMS[2]?.exec(words);
  return short
    ? taken(words, short, clockTime(short[1], '0', short[2], short[3] ?? short[4]))
    : { rest: words };
}

function taken(words: string, match: RegExpExecArray, time: ClockTime | undefined) {
  return time ? { time, rest: words.replace(match[0], ' ').trim() } : { rest: words };
}

function clockTime(
  hours: string | undefined,
  minutes: string | undefined,
  half: string | undefined,
  part: string | undefined,
): ClockTime | undefined {
  const [hour, minute] = [Number(hours), Number(minutes)];
  if (minute > 59 || hour > 23) return undefined;
  const isLater = half === 'p' || /tarde|afternoon|noite|noche|evening|night/.test(part ?? '');
  const isEarly = half === 'a' || /manha|manana|morning/.test(part ?? '');
  if (isLater && hour < 12) return { hour: hour + 12, minute };
  return isEarly && hour === 12 ? { hour: 0, minute } : { hour, minute };
}

/** Words that show which half of the day an hour is in: AM, a part of the day, noon, `9h`, now. */
const HALF_TELLING =
  /\d\s?h|[ap]\.?\s?m\b|manha|manana|morning|tarde|afternoon|noit|noch|evening|night|dia\b|noon|mid|now|agora|ahora/;

/** Whether an hour may be in the morning or in the evening, for questions that show AM and PM. */
export function leavesHalfOpen(words: string, { hour }: ClockTime): boolean {
  return hour >= 1 && hour <= 12 && !HALF_TELLING.test(words);
}

/** The same time in the morning and in the evening. */
export function bothHalves({ hour, minute }: ClockTime): ClockTime[] {
  return [hour % 12, (hour % 12) + 12].map((either) => ({ hour: either, minute }));
}

/**
 * Reads a time of day (`17h30`, `5pm`, `5 da tarde`, `noon`, `1730`, `now`) as `HH:mm`. The reading is `unsure` if the
 * hint shows AM and PM and the reply does not say which.
 */
export function readTime(
  text: string,
  { halfDays }: QuestionOf<'time'>,
  { nowMs, settings: { timeZone } }: Pick<RenderContext, 'nowMs' | 'settings'>,
): Reading {
  const words = trimEndOf(plainWords(asciiDigits(text)), /[.!]/).replace(
    /\b(\d{1,2}) [ey] ([0-5]\d)\b/,
    '$1:$2',
  );
  const now = wallTime(nowMs, timeZone);
  if (/^(now|agora|ahora)$/.test(words)) return value(formatTime(now));
  const { time, rest } = wholeTime(words) ?? takeTime(words);
  if (time && halfDays && leavesHalfOpen(words, time)) return unsureHalf(time);
  if (time) return value(formatTime(time));
  // The engine would read a date without a time as the current time.
  return dayIn(rest, { today: now, dayFirst: true, isLoose: true }) ? { type: 'misfit' } : undefined;
}

/** A text that is nothing but a time in digits: `1730`, `17`, `às 9`. */
function wholeTime(words: string): { time: ClockTime; rest: string } | undefined {
  const compact = /^([01]?\d|2[0-3])[.]?([0-5]\d)$/.exec(words);
  if (compact) return { time: { hour: Number(compact[1]), minute: Number(compact[2]) }, rest: '' };
  const hour = /^(?:(?:as|at|a las?|pelas)\s+(\d|1\d|2[0-3])|(1[3-9]|2[0-3]))$/.exec(words);
  return hour ? { time: { hour: Number(hour[1] ?? hour[2]), minute: 0 }, rest: '' } : undefined;
}

function unsureHalf(time: ClockTime): Reading {
  const readings = bothHalves(time).map((half) => ({
    title: formatTime(half, true),
    value: formatTime(half),
  }));
  return { type: 'unsure', readings };
}

/** A text in `plainWords` without the prepositions and articles around a time. */
export function withoutFillers(words: string): string {
  return words.replace(FILLERS, ' ').replace(/\s+/g, ' ').trim();
}
