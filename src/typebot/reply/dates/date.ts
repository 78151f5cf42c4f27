import type { FlowSettings, RenderContext } from '../../../../activities/ports/typebot.js';
import { wallTime, type WallTime } from '../../clock.js';
import { formatDate, formatTime, isoDay } from '../../date-format.js';
import { dateOrder, isAllowed } from '../../date-limits.js';
import type { QuestionOf } from '../../schema.js';
import { dayIn, type DayContext } from './date-words.js';
import { asciiDigits, plainWords, withoutInvisible } from '../plain-words.js';
import { refusable, value, type Reading } from '../reading.js';
import { bothHalves, leavesHalfOpen, takeTime, withoutFillers } from './time.js';
import { trimEndOf } from '../../../foreign/trim-end.js';

interface Moment {
  day: WallTime;
  hasTime: boolean;
  /** The hour may be in the morning or in the evening. */
  isHalfOpen?: boolean;
}

/** Time, time zone and language to read a date with, and what decides whether its question had a hint. */
export type DateContext = Pick<RenderContext, 'nowMs' | 'settings' | 'surface'>;

/**
 * Reads a date or range and writes it in the form that Typebot's engine parses without guessing. Day and month are read
 * in the order that the hint showed. The reading is `unsure` if there was no hint and the language leaves the order
 * open, or if the question shows AM and PM and the reply gives an hour without them.
 */
export function readDate(text: string, question: QuestionOf<'date'>, context: DateContext): Reading {
  const { dayFirst, isShown } = dateOrder(question, context);
  const orders = isShown || context.settings.locale !== 'en' ? [dayFirst] : [true, false];
  const found = orders.map((order) => momentsIn(text, question, { ...context, dayFirst: order }));
  const distinct = distinctOf(found.filter((moments) => moments !== undefined)).flatMap(halvesOf);
  const within = distinct.filter((moments) => moments.every((moment) => fits(moment, question)));
  const [first, ...others] = within.length > 0 ? within : distinct;
  if (!first) return undefined;
  if (within.length === 0) return refusable(toReply(first, question));
  if (others.length === 0) return value(toReply(first, question));
  return {
    type: 'unsure',
    readings: within.map((moments) => ({
      title: spell(moments, question, context.settings.locale),
      value: toReply(moments, question),
    })),
  };
}

function distinctOf(found: Moment[][]): Moment[][] {
  const keyOf = (moments: Moment[]) => moments.map(({ day }) => isoDay(day)).join(' ');
  return [...new Map(found.toReversed().map((moments) => [keyOf(moments), moments])).values()].toReversed();
}

/** The morning and the evening reading of a moment that leaves both open. The times of a range are taken as written. */
function halvesOf(moments: Moment[]): Moment[][] {
  const [only] = moments;
  if (moments.length !== 1 || only?.isHalfOpen !== true) return [moments];
  return bothHalves(only.day).map((time) => [{ ...only, day: { ...only.day, ...time } }]);
}

function fits({ day, hasTime }: Moment, question: QuestionOf<'date'>): boolean {
  return isAllowed(day, question, question.hasTime && hasTime);
}

function toReply(moments: Moment[], { dayFirst, hasTime }: QuestionOf<'date'>): string {
  return moments
    .map((moment) => formatDate(moment.day, { dayFirst, withTime: hasTime && moment.hasTime }))
    .join(' to ');
}

function spell(
  moments: Moment[],
  { hasTime, halfDays }: QuestionOf<'date'>,
  locale: FlowSettings['locale'],
): string {
  const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    ...{ day: 'numeric', month: 'long', year: 'numeric' },
    timeZone: 'UTC',
  });
  return moments
    .map((moment) => {
      const day = format.format(new Date(Date.UTC(moment.day.year, moment.day.month - 1, moment.day.day)));
      return hasTime && moment.hasTime ? `${day} ${formatTime(moment.day, halfDays)}` : day;
    })
    .join(' – ');
}

function momentsIn(
  text: string,
  question: QuestionOf<'date'>,
  { nowMs, settings, dayFirst }: Pick<DateContext, 'nowMs' | 'settings'> & { dayFirst: boolean },
): Moment[] | undefined {
  const today = wallTime(nowMs, settings.timeZone);
  const isPast = question.max !== undefined && question.max.slice(0, 10) <= isoDay(today);
  const context: MomentContext = { today, dayFirst, isPast, halfDays: question.hasTime && question.halfDays };
  const words = trimEndOf(plainWords(withoutInvisible(asciiDigits(text)).replace(/\n/g, ' ; ')), /[!?]/);
  if (question.isRange) return rangeIn(words, question, context);
  const moment = momentIn(words, context);
  return moment && [moment];
}

type MomentContext = DayContext & { halfDays?: boolean };

function momentIn(words: string, context: MomentContext): Moment | undefined {
  if (/^(now|agora|ahora)$/.test(words)) return { day: context.today, hasTime: true };
  const { time, rest } = takeTime(words);
  const day = dayIn(time ? withoutFillers(rest).replace(/,$/, '') : rest.replace(/[.,]$/, ''), context);
  if (!day) return undefined;
  const isHalfOpen = context.halfDays === true && time !== undefined && leavesHalfOpen(words, time);
  return { day: { ...day, ...time }, hasTime: time !== undefined, isHalfOpen };
}

const BETWEEN = /\s+(?:to|until|till|through|ate|ao?|hasta|al|e|y|and):?\s+|\s*[–—;]\s*|\s+-\s+/g;
const BEFORE = /^(?:from|de|do|desde|entre|between|del):?\s+/;
const WRITTEN_DATE = /\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:\s+\d{1,2}:\d{2})?/g;

/** How many possible separators of a range are tried. */
const MAX_CUTS = 8;

/** Splits at the first separator ("to", "até", "–") that has a readable date on either side. */
function rangeIn(words: string, question: QuestionOf<'date'>, context: MomentContext): Moment[] | undefined {
  const plain = withoutLabels(words, question).replace(BEFORE, '');
  for (const cut of [...plain.matchAll(BETWEEN)].slice(0, MAX_CUTS)) {
    const [left, right] = [plain.slice(0, cut.index), plain.slice(cut.index + cut[0].length)];
    const end = momentIn(right, context);
    const start = momentIn(left, context) ?? (end && sameMonth(left, end));
    if (start && end) return [start, end];
  }
  const written = plain.match(WRITTEN_DATE) ?? [];
  if (written.length !== 2) return undefined;
  const [start, end] = written.map((part) => momentIn(part, context));
  return start && end ? [start, end] : undefined;
}

/** A contact may copy the labels of the hint; they are read as "from" and "to". */
function withoutLabels(words: string, { from, to }: QuestionOf<'date'>): string {
  const without = from ? words.replace(plainWords(from), ' ').trim() : words;
  return to ? without.replace(` ${plainWords(to)} `, ' to ') : without;
}

/** "25 to 27 December": the first day has the month and year of the second. */
function sameMonth(words: string, { day }: Moment): Moment | undefined {
  const match = /^(?:dia\s+)?(\d{1,2})$/.exec(words.trim());
  const number = Number(match?.[1]);
  return match && number >= 1 && number <= day.day
    ? { day: { ...day, day: number, hour: 0, minute: 0 }, hasTime: false }
    : undefined;
}
