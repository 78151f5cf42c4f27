import type { RenderContext } from '../../activities/ports/typebot.js';
import { addDays, type WallTime } from './clock.js';
import { formatTime, isoDay } from './date-format.js';
import type { QuestionOf } from './schema.js';

type DateQuestion = QuestionOf<'date'>;

/** In which order contacts are shown a date, and are taken to write one. */
export interface DateOrder {
  /** 01/02 is the first of February. */
  dayFirst: boolean;
  /** The hint shows it, so that nothing is left to guess. */
  isShown: boolean;
}

/**
 * The order of the block's format, which the hint shows; that of the language where the format begins with the year,
 * and where there is no hint to go by. The engine may want another one: `dayFirst` of the question.
 */
export function dateOrder(
  { showsDayFirst, placeholder }: DateQuestion,
  { settings, surface }: Pick<RenderContext, 'settings' | 'surface'>,
): DateOrder {
  const isShown = settings.inputHints && surface.kind !== 'api' && placeholder === undefined;
  const ofLanguage = settings.locale !== 'en';
  return { dayFirst: isShown ? (showsDayFirst ?? ofLanguage) : ofLanguage, isShown };
}

/** Whether the limits allow a day; with a time, also the minute, where a limit has one. */
export function isAllowed(
  moment: WallTime,
  { min, max }: Pick<DateQuestion, 'min' | 'max'>,
  withTime: boolean,
): boolean {
  const written = isoMoment(moment, withTime);
  const isBelow = min !== undefined && written.slice(0, min.length) < min.slice(0, written.length);
  return !isBelow && (max === undefined || written.slice(0, max.length) <= max.slice(0, written.length));
}

function isoMoment(moment: WallTime, withTime: boolean): string {
  return withTime ? `${isoDay(moment)}T${formatTime(moment)}` : isoDay(moment);
}

/** A limit as a wall clock shows it, and whether it has a time. */
export function limitOf(iso: string): WallTime & { hasTime: boolean } {
  const [year = 0, month = 1, day = 1, hour, minute] = (iso.match(/\d+/g) ?? []).map(Number);
  return { year, month, day, hour: hour ?? 0, minute: minute ?? 0, hasTime: hour !== undefined };
}

/** A moment as an example of what is asked for: the limit where the limits exclude it. */
function nearest(moment: WallTime, { min, max, hasTime }: DateQuestion): WallTime {
  const kept = (iso: string) => ({ ...moment, ...dated(limitOf(iso)) });
  const below = max === undefined || isAllowed(moment, { max }, hasTime) ? moment : kept(max);
  return min === undefined || isAllowed(below, { min }, hasTime) ? below : kept(min);
}

function dated({ hasTime, ...limit }: WallTime & { hasTime: boolean }): Partial<WallTime> {
  const { year, month, day } = limit;
  return hasTime ? limit : { year, month, day };
}

/** One date that answers the question, two for a range: from now on, as far as the limits allow. */
export function exampleDates(question: DateQuestion, now: WallTime): WallTime[] {
  const start = nearest(now, question);
  if (!question.isRange) return [start];
  const end = nearest(addDays(start, 1), question);
  return isoDay(end) > isoDay(start) ? [start, end] : [nearest(addDays(end, -1), question), end];
}
