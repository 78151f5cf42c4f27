import type { FlowSettings } from '../../activities/ports/typebot.js';

/** What stands before the fraction of a number, in hints and in replies. */
export function decimalMark(locale: FlowSettings['locale']): '.' | ',' {
  return locale === 'en' ? '.' : ',';
}

/** A number as people of a language write it: all its digits, no exponent, no groups. Reads back as the same number. */
export function writtenNumber(value: number, locale: FlowSettings['locale']): string {
  const digits = value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 });
  return digits.replace('.', decimalMark(locale));
}
