import type { RenderContext } from '../../activities/ports/typebot.js';
import { addDays, type WallTime } from './clock.js';
import { formatTime, isoDay } from './date-format.js';
import type { QuestionOf } from './schema.js';

type DateQuestion = QuestionOf<'date'>;

/** The order of day and month in which a contact is shown dates and is expected to write them. */
export interface DateOrder {
  /** 01/02 is 1 February. */
  dayFirst: boolean;
  /** The hint shows the order, so there is nothing to guess. */
  isShown: boolean;
}

/**
 * The order in the block's format if a hint shows it to the contact; otherwise, and for formats that begin with the
 * year, the order usual in the language. What the engine expects may differ: see `dayFirst` of the question.
 */
export function dateOrder(
  { showsDayFirst, placeholder }: DateQuestion,
  { settings, surface }: Pick<RenderContext, 'settings' | 'surface'>,
): DateOrder {
  const isShown = settings.inputHints && surface.kind !== 'api' && placeholder === undefined;
  const ofLanguage = settings.locale !== 'en';
  return { dayFirst: isShown ? (showsDayFirst ?? ofLanguage) : ofLanguage, isShown };
}

/** Whether a day is within the limits; if `withTime`, also its minute against limits that have a time. */
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

/** Parses a limit in ISO form, with or without a time. */
export function limitOf(iso: string): WallTime & { hasTime: boolean } {
  const [year = 0, month = 1, day = 1, hour, minute] = (iso.match(/\d+/g) ?? []).map(Number);
  return { year, month, day, hour: hour ?? 0, minute: minute ?? 0, hasTime: hour !== undefined };
}

/** The moment itself, or the limit that excludes it. */
function nearest(moment: WallTime, { min, max, hasTime }: DateQuestion): WallTime {
  const kept = (iso: string) => ({ ...moment, ...dated(limitOf(iso)) });
  const below = max === undefined || isAllowed(moment, { max }, hasTime) ? moment : kept(max);
  return min === undefined || isAllowed(below, { min }, hasTime) ? below : kept(min);
}

function dated({ hasTime, ...limit }: WallTime & { hasTime: boolean }): Partial<WallTime> {
  const { year, month, day } = limit;
  return hasTime ? limit : { year, month, day };
}

/** Example answers for the hint: one date, or two for a range, from `now` on as far as the limits allow. */
export function exampleDates(question: DateQuestion, now: WallTime): WallTime[] {
  const start = nearest(now, question);
  if (!question.isRange) return [start];
  const end = nearest(addDays(start, 1), question);
  return isoDay(end) > isoDay(start) ? [start, end] : [nearest(addDays(end, -1), question), end];
}
