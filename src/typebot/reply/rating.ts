import type { QuestionOf } from '../schema.js';
import { asciiDigits } from './plain-words.js';
import { spokenNumber } from './choices/spoken-choice.js';
import { refusable, value, type Reading } from './reading.js';

/** Reads a whole number on the scale: `4`, `4 stars`, `4/5`, `4 de 5`, `⭐⭐⭐⭐`. */
export function readRating(text: string, { first, last }: QuestionOf<'rating'>): Reading {
  const plain = spokenNumber(text) ?? asciiDigits(text.replace(/[\ufe0f\u20e3]/g, '')).trim();
  const stars = /^(?:[⭐★🌟]\s*)+$/u.test(plain) ? (plain.match(/[⭐★🌟]/gu) ?? []).length : undefined;
  const words = new RegExp(
    String.raw`^(\d+)(?:\s*(?:/|de|of)\s*${last}|\s*[.)!]|\s+\p{L}+[.!]?)?$`,
    'u',
  ).exec(plain);
  const number = stars ?? (words?.[1] === undefined ? undefined : Number(words[1]));
  if (number !== undefined && number > last) return refusable(String(number));
  if (number !== undefined && number >= first) return value(String(number));
  // The engine would store any number up to the end of the scale, even a half or a negative one.
  const isStored = number !== undefined || (plain !== '' && Number(plain) <= last);
  return isStored ? { type: 'misfit' } : undefined;
}
