import type { FlowSettings } from '../../../activities/ports/typebot.js';
import { wallTime, type WallTime } from '../clock.js';
import { formatDate, isoDay } from '../date-format.js';
import type { QuestionOf } from '../schema.js';
import { dayIn, type DayContext } from './date-words.js';
import { asciiDigits, plainWords, withoutInvisible } from './plain-words.js';
import { refusable, value, type Reading } from './reading.js';
import { takeTime, withoutFillers } from './time.js';

interface Moment {
  day: WallTime;
  hasTime: boolean;
}

/** Whose clock and language a date is read with. */
export interface DateContext {
  nowMs: number;
  settings: FlowSettings;
}

/**
 * A date or range in the contact's words as the engine reads it without guessing. Unsure only when day
 * and month can be swapped and the language does not settle it.
 */
export function readDate(text: string, question: QuestionOf<'date'>, context: DateContext): Reading {
  const orders = context.settings.locale === 'en' ? [true, false] : [true];
  const found = orders
    .map((dayFirst) => momentsIn(text, question, { ...context, dayFirst }))
    .filter((moments) => moments !== undefined);
  const distinct = found.filter(
    (moments, index) => found.findIndex((other) => keyOf(other) === keyOf(moments)) === index,
  );
  const within = distinct.filter((moments) => moments.every(({ day }) => isWithin(day, question)));
  const candidates = within.length > 0 ? within : distinct.slice(0, 1);
  const [first] = candidates;
  if (!first) return undefined;
  if (within.length === 0) return refusable(toReply(first, question));
  if (candidates.length === 1) return value(toReply(first, question));
  return {
    type: 'unsure',
    readings: candidates.map((moments) => ({
      title: spell(moments, context.settings.locale),
      value: toReply(moments, question),
    })),
  };
}

function keyOf(moments: Moment[]): string {
  return moments.map(({ day }) => isoDay(day)).join(' ');
}

function isWithin(day: WallTime, { min, max }: QuestionOf<'date'>): boolean {
  const iso = isoDay(day);
  return iso >= (min ?? '').slice(0, 10) && iso <= (max ?? '9999').slice(0, 10);
}

function toReply(moments: Moment[], { dayFirst, hasTime }: QuestionOf<'date'>): string {
  return moments
    .map((moment) => formatDate(moment.day, { dayFirst, withTime: hasTime && moment.hasTime }))
    .join(' to ');
}

function spell(moments: Moment[], locale: FlowSettings['locale']): string {
  const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    ...{ day: 'numeric', month: 'long', year: 'numeric' },
    timeZone: 'UTC',
  });
  return moments
    .map(({ day }) => format.format(new Date(Date.UTC(day.year, day.month - 1, day.day))))
    .join(' – ');
}

function momentsIn(
  text: string,
  question: QuestionOf<'date'>,
  { nowMs, settings, dayFirst }: DateContext & { dayFirst: boolean },
): Moment[] | undefined {
  const today = wallTime(nowMs, settings.timeZone);
  const isPast = question.max !== undefined && question.max.slice(0, 10) <= isoDay(today);
  const context: DayContext = { today, dayFirst, isPast };
  const words = plainWords(withoutInvisible(asciiDigits(text)).replace(/\n/g, ' ; ')).replace(/[!?]+$/, '');
  if (question.isRange) return rangeIn(words, question, context);
  const moment = momentIn(words, context);
  return moment && [moment];
}

function momentIn(words: string, context: DayContext): Moment | undefined {
  if (/^(now|agora|ahora)$/.test(words)) return { day: context.today, hasTime: true };
  const { time, rest } = takeTime(words);
  const day = dayIn(time ? withoutFillers(rest).replace(/,$/, '') : rest.replace(/[.,]$/, ''), context);
  return day && { day: { ...day, ...time }, hasTime: time !== undefined };
}

const BETWEEN = /\s+(?:to|until|till|through|ate|ao?|hasta|al|e|y|and):?\s+|\s*[–—;]\s*|\s+-\s+/g;
const BEFORE = /^(?:from|de|do|desde|entre|between|del):?\s+/;
const WRITTEN_DATE = /\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:\s+\d{1,2}:\d{2})?/g;

/** Two dates around a word of "until"; the first cut where both sides read as dates counts. */
function rangeIn(words: string, question: QuestionOf<'date'>, context: DayContext): Moment[] | undefined {
  const plain = withoutLabels(words, question).replace(BEFORE, '');
  for (const cut of plain.matchAll(BETWEEN)) {
    const [left, right] = [plain.slice(0, cut.index), plain.slice(cut.index + cut[0].length)];
    const end = momentIn(right, context);
    const start = momentIn(left, context) ?? (end && sameMonth(left, end));
    if (start && end) return [start, end];
  }
  const written = (plain.match(WRITTEN_DATE) ?? []).map((part) => momentIn(part, context));
  const [start, end] = written;
  return written.length === 2 && start && end ? [start, end] : undefined;
}

/** The labels of the hint, which a contact may copy, read as "from" and "to". */
function withoutLabels(words: string, { from, to }: QuestionOf<'date'>): string {
  const without = from ? words.replace(plainWords(from), ' ').trim() : words;
  return to ? without.replace(` ${plainWords(to)} `, ' to ') : without;
}

/** "25 to 27 December": the first day takes month and year of the second. */
function sameMonth(words: string, { day }: Moment): Moment | undefined {
  const match = /^(?:dia\s+)?(\d{1,2})$/.exec(words.trim());
  const number = Number(match?.[1]);
  return match && number >= 1 && number <= day.day
    ? { day: { ...day, day: number, hour: 0, minute: 0 }, hasTime: false }
    : undefined;
}
