import { en } from 'chrono-node';
import { addDays, type WallTime } from '../../clock.js';
import { isoDay } from '../../date-format.js';

/** What is needed to read a day in words. */
export interface DayContext {
  today: WallTime;
  /** 01/02 is 1 February. */
  dayFirst: boolean;
  /** The question asks for a past day; a day without a year is otherwise taken to be in the future. */
  isPast?: boolean;
  /** Accept a day even if other numbers, or an hour, would be ignored. */
  isLoose?: boolean;
}

/** Translates Portuguese and Spanish into English, which chrono reads. The order matters. */
const TRANSLATIONS: [RegExp, string][] = [
  [/\b(?:depois de amanha|pasado manana|the day after tomorrow|day after tomorrow)\b/g, 'in 2 days'],
  [/\b(?:anteontem|anteayer|antes de ontem)\b/g, '2 days ago'],
  [/\b(?:amanha|manana)\b/g, 'tomorrow'],
  [/\b(?:hoje|hj|hoy)\b/g, 'today'],
  [/\b(?:ontem|ayer)\b/g, 'yesterday'],
  [/\b(?:primeiro|primero)(?=\s+(?:de|dia)\b)/g, '1'],
  [/\b(?:uma?|un|una)(?=\s+(?:dias?|semanas?|mes|mese?s|anos?))/g, '1'],
  [/\b(?:dois|duas|dos)(?=\s+(?:dias|semanas|mese?s|anos))/g, '2'],
  [/\b(?:tres)(?=\s+(?:dias|semanas|mese?s|anos))/g, '3'],
  [/\b(?:daqui a|daqui|dentro de|de aqui a|em|en)\s+(?=\d)/g, 'in '],
  [/(?<=\d\s)dias?\b/g, 'days'],
  [/(?<=\d\s)semanas?\b/g, 'weeks'],
  [/(?<=\d\s)(?:mes|meses)\b/g, 'months'],
  [/(?<=\d\s)anos?\b/g, 'years'],
  [/\b(?:semana que vem|proxima semana|semana que viene)\b/g, 'in 7 days'],
  [/\b(?:mes que vem|proximo mes|mes que viene)\b/g, 'in 1 month'],
  ...weekdays(
    'domingo',
    'segunda|lunes',
    'terca|martes',
    'quarta|miercoles',
    'quinta|jueves',
    'sexta|viernes',
    'sabado',
  ),
  ...months(
    'janeiro|enero|ene',
    'fevereiro|febrero|fev',
    'marco|marzo',
    'abril|abr',
    'maio|mayo|mai',
    'junho|junio',
    'julho|julio',
    'agosto|ago',
    'setembro|septiembre|setiembre|set',
    'outubro|octubre|out',
    'novembro|noviembre',
    'dezembro|diciembre|dez|dic',
  ),
  [/\b(\d{1,2})[ºo°]?\s+(?:de|of)\s+(?=[a-z])/g, '$1 '],
  [/(?<=[a-z])\s+(?:de|del|of)\s+(?=\d{4})/g, ' '],
];

function weekdays(...names: string[]): [RegExp, string][] {
  const english = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
  return names.map((name, index) => [
    new RegExp(`(?:\\bproxim[ao]\\s+)?\\b(?:${name})(?:[- ]feira)?\\b(?:\\s+que\\s+(?:vem|viene))?`, 'g'),
    english[index] ?? '',
  ]);
}

function months(...names: string[]): [RegExp, string][] {
  const english = 'january february march april may june july august september october november december';
  return names.map((name, index) => [
    new RegExp(`\\b(?:${name})\\b\\.?`, 'g'),
    english.split(' ')[index] ?? '',
  ]);
}

/** In UTF-16 units. No day needs more, and a longer text takes long to match against all patterns. */
const MAX_WORDS = 120;

/** The day that a text in `plainWords` names; undefined when it names none. */
export function dayIn(words: string, context: DayContext): WallTime | undefined {
  if (words.length > MAX_WORDS) return undefined;
  const monthDay = /^(?:no |o |el )?dia (\d{1,2})$/.exec(words);
  if (monthDay) return nearestMonthDay(Number(monthDay[1]), context);
  const plain = words
    .replace(/\b(?:no dia|o dia|el dia|dia|on|el|para|for)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return numericDay(plain, context) ?? spokenDay(plain, context);
}

const ISO = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/;
const NUMERIC = /^(\d{1,2})\s?[-/.]\s?(\d{1,2})(?:\s?[-/.]\s?(\d{4}|\d{2}))?$/;
/** `ddmmyyyy`, or the same with spaces between its parts. */
const BARE_NUMERIC = /^(\d{2})\s?(\d{2})\s?(\d{4})$/;

function numericDay(words: string, context: DayContext): WallTime | undefined {
  const iso = ISO.exec(words);
  if (iso) return validDay(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const match = NUMERIC.exec(words) ?? BARE_NUMERIC.exec(words);
  if (!match) return undefined;
  const [first, second] = [Number(match[1]), Number(match[2])];
  const ordered = context.dayFirst ? [first, second] : [second, first];
  // In 12/25 the order is certain: 25 is no month.
  const [day = 0, month = 0] = (ordered[1] ?? 0) > 12 ? [...ordered].reverse() : ordered;
  if (match[3]) return validDay(fullYear(match[3]), month, day);
  return withYear(context, (year) => validDay(year, month, day));
}

/** "Dia 25" is the next 25th, or the last one if the question asks for the past; today counts as both. */
function nearestMonthDay(day: number, { today, isPast }: DayContext): WallTime | undefined {
  const isThisMonth = isPast ? day <= today.day : day >= today.day;
  // Of two months in a row, one has 31 days.
  const months = isThisMonth ? [0, 1, 2] : [1, 2];
  return months
    .map((count) => dayOfMonth(today, isPast ? -count : count, day))
    .find((found) => found !== undefined);
}

function dayOfMonth({ year, month }: WallTime, monthsLater: number, day: number): WallTime | undefined {
  const first = new Date(Date.UTC(year, month - 1 + monthsLater));
  return validDay(first.getUTCFullYear(), first.getUTCMonth() + 1, day);
}

function fullYear(written: string): number {
  if (written.length === 4) return Number(written);
  return Number(written) + (Number(written) < 50 ? 2000 : 1900);
}

/** Completes a day without a year: the next such day, or the latest one if the question asks for the past. */
function withYear(
  { today, isPast }: Pick<DayContext, 'today' | 'isPast'>,
  dayOf: (year: number) => WallTime | undefined,
): WallTime | undefined {
  const near = dayOf(today.year);
  const order = (time: WallTime) => time.month * 100 + time.day;
  if (near && isPast && order(near) > order(today)) return dayOf(today.year - 1);
  if (near && !isPast && order(near) < order(today)) return dayOf(today.year + 1);
  return near;
}

function validDay(year: number, month: number, day: number): WallTime | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1;
  return isReal ? { year, month, day, hour: 0, minute: 0 } : undefined;
}

function spokenDay(words: string, { today, isPast: wantsPast, isLoose }: DayContext): WallTime | undefined {
  const english = TRANSLATIONS.reduce((text, [pattern, word]) => text.replace(pattern, word), words);
  const isPast = wantsPast && !/\bnext\b/.test(english);
  const noon = Date.UTC(today.year, today.month - 1, today.day, 12);
  const reference = { instant: new Date(noon), timezone: 0 };
  const results = en.casual.parse(english, reference, { forwardDate: !isPast });
  const [result] = results;
  const isDay = result?.start.isCertain('day') || result?.start.isCertain('weekday');
  if (!result || !isDay || results.length > 1 || result.end) return undefined;
  // A number that is not part of the day, such as a bare hour, must not be dropped silently.
  const isLossy = result.start.isCertain('hour') || /\d/.test(english.replace(result.text, ''));
  if (isLossy && !isLoose) return undefined;
  const [year, month, day] = [result.start.get('year'), result.start.get('month'), result.start.get('day')];
  const named = validDay(year ?? 0, month ?? 0, day ?? 0);
  if (!named) return undefined;
  if (!result.start.isCertain('day')) return nearestWeekday(named, { today, isPast });
  return result.start.isCertain('year')
    ? named
    : withYear({ today, isPast }, (one) => validDay(one, named.month, named.day));
}

/**
 * "Friday", said on a Friday, means the next one, or the last if the question asks for the past: people would call this
 * one "today".
 */
function nearestWeekday(named: WallTime, { today, isPast }: Pick<DayContext, 'today' | 'isPast'>): WallTime {
  if (isPast) return isoDay(named) >= isoDay(today) ? addDays(named, -7) : named;
  return isoDay(named) === isoDay(today) ? addDays(named, 7) : named;
}
