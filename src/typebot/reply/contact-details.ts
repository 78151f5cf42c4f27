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

/** The e-mail address in a text such as `Ann <a@b.co>` or ` a@b.co.`; undefined if there is none or several. */
export function readEmail(text: string): Reading {
  const found =
    withoutInvisible(text).match(
      /[\p{L}\p{N}_](?:[\p{L}\p{N}._%+'&-]*[\p{L}\p{N}_+-])?@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu,
    ) ?? [];
  const [address] = found;
  return address && new Set(found).size === 1 ? value(address) : undefined;
}

/** The web address in a text. One without a scheme counts only if it is the whole text. */
export function readUrl(text: string): Reading {
  const plain = withoutInvisible(text)
    .trim()
    .replace(/^<(.*)>$/s, '$1');
  if (!/\s/.test(plain)) return /\w\.\w/.test(plain) ? value(plain) : refusable(plain);
  const found = plain.match(/https?:\/\/\S+/gi) ?? [];
  return found.length === 1 && found[0] ? value(trimEndOf(found[0], /[.,;:!?)>]/)) : undefined;
}

/** A phone number in `+` form. National numbers are of the block's country, else of the contact's own. */
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
  // Many people leave out the plus of an international number.
  const international = /^[\d\s().-]+$/.test(text) ? parsePhoneNumberFromString(`+${text}`) : undefined;
  return international?.isValid() ? international.number : undefined;
}
