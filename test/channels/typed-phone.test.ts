import { describe, expect, it } from 'vitest';
import { addressKey, phoneJid } from '../../src/channels/jid.js';
import { readTypedPhone } from '../../src/channels/typed-phone.js';

const own = {
  brazil: '5531999990000',
  oldBrazil: '553199990000',
  mexico: '5215512340000',
  france: '33612340000',
};

function typed(written: string, ownNumber?: string, anyDigits = false): string | undefined {
  const read = readTypedPhone(written, { ownNumber, anyDigits });
  return read.ok ? read.digits : undefined;
}

describe('A typed number', () => {
  it.each([
    ['0055 31 98888 7777', '5531988887777'],
    ['+55 31 98888-7777', '5531988887777'],
    ['+55 (0) 31 98888-7777', '5531988887777'],
    ['tel:+55-31-98888-7777', '5531988887777'],
    ['+52 1 55 1234 5678', '5215512345678'],
    ['+54 9 11 2345-6789', '5491123456789'],
    ['00 44 7400 123456', '447400123456'],
    ['+999 1234 5678', undefined],
  ])('with its country, %s, is %s for everybody', (written, digits) => {
    for (const ownNumber of [undefined, own.brazil, own.mexico])
      expect(typed(written, ownNumber)).toBe(digits);
  });

  it.each([
    [own.brazil, '(31) 98888-7777', '5531988887777'],
    [own.oldBrazil, '31 98888-7777', '5531988887777'],
    [own.brazil, '031 98888-7777', '5531988887777'],
    [own.brazil, '(51) 98888-7777', '5551988887777'],
    [own.brazil, '11 3333-4444', '551133334444'],
    [own.brazil, '21987654321', '5521987654321'],
    [own.brazil, '55 31 98888-7777', '5531988887777'],
    [own.brazil, '1 202 555 0123', '12025550123'],
    [own.mexico, '55 1234 5678', '525512345678'],
    [own.france, '06 12 34 56 78', '33612345678'],
    ['5491123456789', '11 15 2345-6789', '5491123456789'],
    ['447400123456', '07400 123456', '447400123456'],
    ['12025550100', '(202) 555-0123', '12025550123'],
    ['79161230000', '8 916 123-45-67', '79161234567'],
  ])('in national form is of the country of %s: %s is %s', (ownNumber, written, digits) => {
    expect(typed(written, ownNumber)).toBe(digits);
  });

  it.each(['5531988887777', '553188887777', '5215512345678', '525512345678', '12025550123', '447700900123'])(
    'of digits alone is international where it fits: %s',
    (digits) => {
      for (const ownNumber of [undefined, own.brazil, own.france])
        expect(typed(digits, ownNumber)).toBe(digits);
    },
  );

  it.each([
    [undefined, '(31) 98888-7777', 'must begin with + and the country code'],
    [undefined, '06 12 34 56 78', 'must begin with + and the country code'],
    [own.france, '(31) 98888-7777', 'must begin with +'],
    [own.brazil, '98888-7777', 'must begin with +'],
    [own.brazil, '123', 'must have 8 to 15 digits'],
    [own.brazil, '+1234567890123456', 'must have 8 to 15 digits'],
    [own.brazil, 'ana', 'must have 8 to 15 digits'],
  ])('for %s is refused with a clear text: %s', (ownNumber, written, problem) => {
    const read = readTypedPhone(written, { ownNumber, anyDigits: false });
    expect(read).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  it('may be any digits where the channel’s contacts are', () => {
    expect(typed('999999999999', undefined, true)).toBe('999999999999');
    expect(typed('999999999999')).toBeUndefined();
    expect(typed('(31) 98888-7777', undefined, true)).toBeUndefined();
  });
});

describe('Spellings of one number', () => {
  const key = (digits: string) => addressKey(phoneJid(digits));

  it.each([
    ['5215512345678', '525512345678'],
    ['5219931234567', '529931234567'],
    ['5491123456789', '541123456789'],
    ['5492901412345', '542901412345'],
    ['5531988887777', '553188887777'],
    ['2290197123456', '22997123456'],
  ])('%s and %s have one key', (long, short) => {
    expect(key(long)).toBe(key(short));
  });

  it.each([
    ['5531933334444', '553133334444'],
    ['12125550123', '121255501234'],
    ['5215512345678', '525512345679'],
    ['33612345678', '3361234567'],
    ['549112345678', '54112345678'],
  ])('%s and %s are two people', (one, other) => {
    expect(key(one)).not.toBe(key(other));
  });
});
