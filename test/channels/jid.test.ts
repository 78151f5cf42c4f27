import { describe, expect, it } from 'vitest';
import { addressesOf, addressKey, chooseJids, comparisonKey, parseJid } from '../../src/channels/jid.js';
import { loadFixtures, mismatches, type Json } from './fixtures.js';

const functions: Record<string, (input: Json) => unknown> = {
  parseJid,
  chooseJids,
  brComparisonKey: comparisonKey,
};

describe('recorded jid vectors', () => {
  for (const fixture of loadFixtures('jid')) {
    it.each<{ in: Json; out: Json }>(fixture['rows'])(`${fixture.case}: $in`, (row) => {
      expect(mismatches(functions[fixture['function']]?.(row.in), row.out)).toEqual([]);
    });
  }
});

describe('parseJid', () => {
  it.each([
    ['553188887777@S.WhatsApp.Net', '553188887777@s.whatsapp.net'],
    ['BR.4491208655302741918@bsuid', 'BR.4491208655302741918@bsuid'],
    ['cust-42@generic', 'cust-42@generic'],
    ['@s.whatsapp.net', null],
    ['123@', null],
    ['123@456@s.whatsapp.net', null],
    ['ana@s.whatsapp.net', null],
    ['ana@lid', null],
    ['1@hosted', null],
    ['1@hosted.lid', null],
    ['1@bot', null],
    ['1@call', null],
    ['', null],
  ])('makes of %j %j', (input, output) => {
    expect(parseJid(input)).toBe(output);
  });
});

describe('addresses', () => {
  it('of one phone have one key, whether the ninth digit is there or not', () => {
    expect(addressKey('5531988887777@s.whatsapp.net')).toBe(addressKey('553188887777@s.whatsapp.net'));
    expect(addressKey('5531933334444@s.whatsapp.net')).not.toBe(addressKey('553133334444@s.whatsapp.net'));
    expect(addressKey('5531988887777@lid')).toBe('5531988887777@lid');
  });

  it('of a message are all names of its contact, the one to reply to first, none twice', () => {
    const message = {
      remoteJid: '5531988887777@s.whatsapp.net',
      remoteJidAlt: '182736451234567@lid',
      waId: '553188887777',
      bsuid: 'BR.1',
      isGroup: false,
    };
    expect(addressesOf(message)).toEqual([
      { jid: '5531988887777@s.whatsapp.net', key: '553188887777@s.whatsapp.net' },
      { jid: '182736451234567@lid', key: '182736451234567@lid' },
      { jid: 'BR.1@bsuid', key: 'BR.1@bsuid' },
    ]);
  });

  it('of a group message are the group alone', () => {
    const group = { remoteJid: '1203@g.us', waId: '553188887777', isGroup: true };
    expect(addressesOf(group)).toEqual([{ jid: '1203@g.us', key: '1203@g.us' }]);
  });
});
