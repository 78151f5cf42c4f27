import { parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max';
import { digitsOf } from './jid.js';

/** What the instance tells about numbers typed for it. */
export interface TypedFor {
  /** Digits of its own number; numbers in national form are read in its country. */
  ownNumber: string | undefined;
  /** Its channel accepts any digits as a contact (generic, sandbox). */
  anyDigits: boolean;
}

/** The number in international digits without `+`, or what is wrong with it, to be read after the field's name. */
export type TypedPhone = { ok: true; digits: string } | { ok: false; problem: string };

const tooShortOrLong: TypedPhone = { ok: false, problem: 'must have 8 to 15 digits' };
const unreadable: TypedPhone = {
  ok: false,
  problem:
    'must begin with + and the country code, or be a number of the country of the instance’s own number',
};

/**
 * Reads a phone number as people write it. One that begins with `+` or `00` is international. Punctuation or a leading
 * 0 suggest a national number, which is read in the country of the instance's own number; plain digits are read as
 * international if possible, else as national. A number that fits neither is refused, as it would reach a stranger.
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

/** Undefined when no country has this code. Numbers outside the known ranges are accepted, because ranges are added. */
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

/** A leading 0 or an area code in brackets: a number of another country is never written like that. */
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

/** The digits unchanged, because WhatsApp's spelling of a number may differ from the valid one by a digit. */
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
