import type { FlowSettings } from '../../activities/ports/typebot.js';

/** The decimal separator of a language, in hints and in replies. */
export function decimalMark(locale: FlowSettings['locale']): '.' | ',' {
  return locale === 'en' ? '.' : ',';
}

/** A number as a language writes it: all its digits (at most 20 decimals), no exponent, no grouping. */
export function writtenNumber(value: number, locale: FlowSettings['locale']): string {
  const digits = value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 });
  return digits.replace('.', decimalMark(locale));
}
