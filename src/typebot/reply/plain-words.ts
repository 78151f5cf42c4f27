import { trimEndOf } from '../../foreign/trim-end.js';

/** Accents of Latin, Greek and Cyrillic letters and the vowel points of Arabic, but not the vowels of Indic scripts. */
const ACCENTS = /[\u0300-\u036f\u064b-\u065f\u0670]/g;

/** Lower case without accents, white space collapsed: replies and labels are compared in this form. */
export function plainWords(text: string): string {
  return text
    .normalize('NFKC')
    .normalize('NFD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}

/** `plainWords` without emoji, and without punctuation at either end. */
export function bareWords(text: string): string {
  const words = plainWords(
    text.replace(/[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f]/gu, ''),
  );
  return trimEndOf(words, /[^\p{L}\p{N}]/u).replace(/^[^\p{L}\p{N}]+/u, '');
}

/** Replaces the digits of any script by ASCII digits (and normalizes the text to NFKC). */
export function asciiDigits(text: string): string {
  return text.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)));
}

/**
 * Unicode lists the digits of a script consecutively from 0 to 9, so a digit's distance from the first is its value.
 */
function digitValue(codePoint: number): number {
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(codePoint - value - 1))) value += 1;
  return value;
}

/** Removes invisible characters that phones and editors insert: direction marks, zero-width ones, byte order marks. */
export function withoutInvisible(text: string): string {
  return text.replace(/[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '');
}
