import { trimEndOf } from '../../foreign/trim-end.js';

/** Accents of Latin, Greek and Cyrillic letters and the vowel points of Arabic; vowels of Indic scripts are none. */
const ACCENTS = /[\u0300-\u036f\u064b-\u065f\u0670]/g;

/** Letters without case and accents, spaces collapsed: how replies and labels are compared. */
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

/** The same without emoji and without punctuation around it. */
export function bareWords(text: string): string {
  const words = plainWords(
    text.replace(/[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f]/gu, ''),
  );
  return trimEndOf(words, /[^\p{L}\p{N}]/u).replace(/^[^\p{L}\p{N}]+/u, '');
}

/** Digits of any script as ASCII digits. */
export function asciiDigits(text: string): string {
  return text.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)));
}

/** Digits of a script stand in a row from 0 to 9, so the distance to the row's start is the value. */
function digitValue(codePoint: number): number {
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(codePoint - value - 1))) value += 1;
  return value;
}

/** Marks that phones and editors slip in to steer the direction of writing, and a byte order mark. */
export function withoutInvisible(text: string): string {
  return text.replace(/[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '');
}
