import { addressKey, phoneJid } from '../../channels/jid.js';
import { readTypedPhone } from '../../channels/typed-phone.js';
import { AppError } from '../../errors.js';
import { findOwnNumber } from '../../store/accounts/instances.js';
import type { Queryable } from '../../store/db.js';

/** The comparison key of a phone number's contact, for `SessionFilter.addressKey`. */
export function phoneAddressKey(digits: string): string {
  return addressKey(phoneJid(digits));
}

/** Channels on which any digits are a valid number. */
const ANY_DIGITS = ['generic', 'sandbox'];

/**
 * The digits of a phone number that a person typed. National forms are read in the country of the instance's own
 * number. Throws AppError `invalid_request`, or whatever `refuse` makes of the problem.
 */
export async function requirePhone(
  db: Queryable,
  instanceId: string,
  written: string,
  refuse: (problem: string) => AppError = (problem) => new AppError('invalid_request', `phone ${problem}`),
): Promise<string> {
  const instance = await findOwnNumber(db, instanceId);
  const read = readTypedPhone(written, {
    ownNumber: instance?.ownNumber?.replace(/@.*|\D/g, '') || undefined,
    anyDigits: ANY_DIGITS.includes(instance?.channelType ?? ''),
  });
  if (!read.ok) throw refuse(read.problem);
  return read.digits;
}
