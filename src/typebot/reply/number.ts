import type { FlowSettings } from '../../../activities/ports/typebot.js';
import { decimalMark } from '../number-format.js';
import type { QuestionOf } from '../schema.js';
import { asciiDigits, withoutInvisible } from './plain-words.js';
import { refusable, value, type Reading } from './reading.js';
import { spokenNumber, withoutLead } from './choices/spoken-choice.js';
import { trimEndOf } from '../../foreign/trim-end.js';

type Locale = FlowSettings['locale'];

const CURRENCY = /^(?:[A-Z]{0,3}\$|[€£¥]|BRL|USD|EUR)\s*/i;
const LEADING_NUMBER = /^([+-]?\d[\d.,\s'’]*)(.*)$/s;
/** A word after a number that multiplies it. */
const MULTIPLE = /^\s*(?:k|mil|mi|thousand|milh[ãa]o|milh[õo]es|mill[óo]n|millones|million|bi)\b/iu;
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d{1,2}$/i;

/**
 * Reads a number as people write it in a language, and checks the limits of the block that the engine does not check.
 */
export function readNumber(text: string, question: QuestionOf<'number'>, locale: Locale): Reading {
  const number =
    parseNumber(text, locale) ?? parseNumber(withoutLead(text), locale) ?? spokenNumber(text, locale);
  if (number === undefined) return isTakenByEngine(text) ? { type: 'misfit' } : undefined;
  if (isOutside(Number(number), question)) return refusable(number);
  return isStoredWrongly(Number(number), question) ? { type: 'misfit' } : value(number);
}

/** The engine accepts any text that begins with a number: of "7 or 8" it would silently store 7. */
function isTakenByEngine(text: string): boolean {
  return !Number.isNaN(parseFloat(text.replace(',', '.')));
}

/** Whether the engine itself will refuse the number. It ignores bounds of 0. */
function isOutside(number: number, { min, max }: QuestionOf<'number'>): boolean {
  return (min !== undefined && min !== 0 && number < min) || (max !== undefined && max !== 0 && number > max);
}

/** Whether the engine would store the number although it does not fit: it checks neither bounds of 0 nor the step. */
function isStoredWrongly(number: number, { min, max, step }: QuestionOf<'number'>): boolean {
  if (min === 0 && number < 0) return true;
  if (max === 0 && number > 0) return true;
  return step !== undefined && step > 0 && !isOnStep(number - (min ?? 0), step);
}

function isOnStep(distance: number, step: number): boolean {
  const steps = distance / step;
  return Math.abs(steps - Math.round(steps)) < 1e-9 * Math.max(1, Math.abs(steps));
}

/** The number in a text, in JavaScript's notation; undefined when there is none or it could be read in two ways. */
export function parseNumber(text: string, locale: Locale): string | undefined {
  const plain = asciiDigits(withoutInvisible(text))
    .trim()
    .replace(/^[−–]/, '-')
    .replace(CURRENCY, '')
    .replace(/^([+-]?)(?=[.,]\d)/, '$10')
    .replace(/٬/g, '')
    .replace(/٫/g, decimalMark(locale));
  if (SCIENTIFIC.test(plain)) return finite(plain.replace(',', '.'));
  const match = LEADING_NUMBER.exec(plain);
  if (!match?.[1] || /\d/.test(match[2] ?? '') || MULTIPLE.test(match[2] ?? '')) return undefined;
  if (plain.includes('\n')) return undefined;
  return toDecimal(trimEndOf(match[1], /[.,\s'’]/), locale);
}

function toDecimal(written: string, locale: Locale): string | undefined {
  if (/^\+?\d+$/.test(written)) return written.replace('+', '');
  const joined = withoutGroupSpaces(written);
  if (joined === undefined) return undefined;
  const separators = joined.match(/[.,]/g) ?? [];
  const last = separators.at(-1);
  if (!last) return finite(joined);
  if (new Set(separators).size === 2) {
    const group = last === '.' ? ',' : '.';
    return isGrouped(joined.split(last)[0] ?? '', group) &&
      separators.filter((mark) => mark === last).length === 1
      ? finite(joined.replaceAll(group, '').replace(last, '.'))
      : undefined;
  }
  if (separators.length > 1) return isGrouped(joined, last) ? finite(joined.replaceAll(last, '')) : undefined;
  const isDecimalMark = last === decimalMark(locale);
  return !isDecimalMark && isGrouped(joined, last)
    ? finite(joined.replace(last, ''))
    : finite(joined.replace(last, '.'));
}

function withoutGroupSpaces(written: string): string | undefined {
  if (!/[\s'’]/.test(written)) return written;
  return /^[+-]?\d{1,3}([\s'’]\d{3})+([.,]\d+)?$/.test(written) ? written.replace(/[\s'’]/g, '') : undefined;
}

function isGrouped(written: string, group: string): boolean {
  return new RegExp(`^[+-]?[1-9]\\d{0,2}(\\${group}\\d{3})+$`).test(written);
}

function finite(written: string): string | undefined {
  const number = Number(written);
  return Number.isFinite(number) ? String(number) : undefined;
}
