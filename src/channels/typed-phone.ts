import { parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max';
import { digitsOf } from './jid.js';

/** What is known of the instance for which a number is typed. */
export interface TypedFor {
  /** Digits of its own number: its country is that of numbers in national form. */
  ownNumber: string | undefined;
  /** Contacts of its channel may be any digits (generic, sandbox). */
  anyDigits: boolean;
}

export type TypedPhone = { ok: true; digits: string } | { ok: false; problem: string };

const tooShortOrLong: TypedPhone = { ok: false, problem: 'must have 8 to 15 digits' };
const unreadable: TypedPhone = {
  ok: false,
  problem:
    'must begin with + and the country code, or be a number of the country of the instance’s own number',
};

/**
 * Reads a phone number as people write it. `+` and `00` begin an international number. Marks or a leading 0 are a sign of a
 * national one, read in the country of the instance's own number; digits alone are international where they fit one, else
 * national. What fits neither is refused: it would go to a stranger.
 */
export function readTypedPhone(written: string, known: TypedFor): TypedPhone {
  const digits = digitsOf(written);
  if (!/^\d{8,15}$/.test(digits)) return tooShortOrLong;
  const found = /^[^\d+]*(?:\+|00)/.test(written)
    ? international(digits)
    : unprefixed(written, digits, known);
  if (found !== undefined) return { ok: true, digits: found };
  return known.anyDigits && !isLocal(written) ? { ok: true, digits } : unreadable;
}

/** Undefined when no country has this code. A number of no known range is left as it is: ranges are added all the time. */
function international(digits: string): string | undefined {
  const parsed = parsePhoneNumberFromString(`+${digits}`);
  return parsed && (parsed.isValid() ? digitsOf(parsed.number) : digits);
}

function unprefixed(written: string, digits: string, { ownNumber }: TypedFor): string | undefined {
  const national = ownNumber === undefined ? undefined : nationalDigits(written, ownNumber);
  const abroad = isLocal(written) ? undefined : internationalDigits(digits);
  const isMarked = /\D/.test(written.trim());
  const [first, second] = isMarked ? [national, abroad] : [abroad, national];
  return first ?? second ?? (isMarked || !isPossible(digits) ? undefined : digits);
}

/** A leading trunk zero or an area code in brackets: no number of another country is written so. */
function isLocal(written: string): boolean {
  return /^\s*[(0]/.test(written) && !/^\s*00/.test(written);
}

function nationalDigits(written: string, ownNumber: string): string | undefined {
  const country = spellings(ownNumber).flatMap((spelling) => validNumber(`+${spelling}`) ?? [])[0];
  const own = country ?? parsePhoneNumberFromString(`+${ownNumber}`);
  if (own === undefined) return undefined;
  const read = parsePhoneNumberFromString(written, { defaultCallingCode: own.countryCallingCode });
  return read?.isValid() ? digitsOf(read.number) : undefined;
}

/** The digits as they are: WhatsApp's own spelling of a number may lack or have a digit that the valid one has not. */
function internationalDigits(digits: string): string | undefined {
  return spellings(digits).some((spelling) => validNumber(`+${spelling}`)) ? digits : undefined;
}

function spellings(digits: string): string[] {
  return [digits, digits.replace(/^55(\d{2})(\d{8})$/, '55$19$2'), digits.replace(/^521(\d{10})$/, '52$1')];
}

function validNumber(text: string): PhoneNumber | undefined {
  const parsed = parsePhoneNumberFromString(text);
  return parsed?.isValid() ? parsed : undefined;
}

function isPossible(digits: string): boolean {
  return parsePhoneNumberFromString(`+${digits}`)?.isPossible() ?? false;
}
