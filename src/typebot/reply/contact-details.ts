import {
  findPhoneNumbersInText,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js';
import type { QuestionOf } from '../schema.js';
import { asciiDigits, withoutInvisible } from './plain-words.js';
import { refusable, value, type Reading } from './reading.js';
import { trimEndOf } from '../../foreign/trim-end.js';

/** The one address in a text: `Ann <a@b.co>`, ` a@b.co.` */
export function readEmail(text: string): Reading {
  const found =
    withoutInvisible(text).match(
      /[\p{L}\p{N}_](?:[\p{L}\p{N}._%+'&-]*[\p{L}\p{N}_+-])?@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu,
    ) ?? [];
  const [address] = found;
  return address && new Set(found).size === 1 ? value(address) : undefined;
}

/** A web address without what surrounds it. Addresses without scheme count only when they stand alone. */
export function readUrl(text: string): Reading {
  const plain = withoutInvisible(text)
    .trim()
    .replace(/^<(.*)>$/s, '$1');
  if (!/\s/.test(plain)) return /\w\.\w/.test(plain) ? value(plain) : refusable(plain);
  const found = plain.match(/https?:\/\/\S+/gi) ?? [];
  return found.length === 1 && found[0] ? value(trimEndOf(found[0], /[.,;:!?)>]/)) : undefined;
}

/** A phone number in `+` form; national ones in the block's country, else in the contact's own. */
export function readPhone(
  text: string,
  { country }: QuestionOf<'phone'>,
  ownPhone: string | undefined,
): Reading {
  const plain = asciiDigits(withoutInvisible(text)).trim();
  const own = ownPhone ? parsePhoneNumberFromString(`+${ownPhone}`)?.country : undefined;
  const home = country && isSupportedCountry(country) ? country : own;
  const number = findNumber(plain, home);
  return number ? value(number) : undefined;
}

function findNumber(text: string, home: CountryCode | undefined): string | undefined {
  const whole = parsePhoneNumberFromString(text, home);
  if (whole?.isPossible() && /^[\d\s+().-]+$/.test(text)) return whole.number;
  const [found] = findPhoneNumbersInText(text, home);
  if (found) return found.number.number;
  // Many people leave out the plus of their international number.
  const international = /^[\d\s().-]+$/.test(text) ? parsePhoneNumberFromString(`+${text}`) : undefined;
  return international?.isValid() ? international.number : undefined;
}
