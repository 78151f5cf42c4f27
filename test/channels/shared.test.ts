import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defaultCapabilities, narrowedCapabilities } from '../../src/channels/forms/capabilities.js';
import { failureInfo, statusInfo } from '../../src/channels/provider/http-errors.js';
import { channelFor, channels } from '../../src/channels/index.js';
import { contactsContent } from '../../src/channels/provider/vcard.js';
import { settingsParser, urlSecret } from '../../src/channels/provider/schema.js';
import { verifyPath } from '../../src/channels/provider/signatures.js';
import { HttpFailure } from '../../src/guarded-http/http.js';

it('takes as many shared contacts as WhatsApp shares at once, of a list without end', () => {
  const vcard = 'BEGIN:VCARD\nFN:Ana\nTEL:+55 31 98888-7777\nEND:VCARD';
  const content = contactsContent(Array.from({ length: 40_000 }, () => ({ vcard })));
  expect(content).toMatchObject({ contacts: expect.objectContaining({ length: 257 }) });
  expect(content).toMatchObject({ contacts: { 256: { name: 'Ana', phones: ['+55 31 98888-7777'] } } });
});

describe('settings of every type', () => {
  const parse = settingsParser(z.object({ url_secret: urlSecret() }));

  it('make a url secret of their own that differs each time', () => {
    const made = [parse({}), parse({ url_secret: null })].map((result) =>
      result.ok ? result.settings.url_secret : '',
    );
    expect(made[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(made[0]).not.toBe(made[1]);
  });

  it.each([
    ['timeout_ms', [1_000, 60_000], [999, 60_001, 1.5]],
    ['reconcile_seconds', [1, 300], [0, 301]],
    ['message_ttl_seconds', [10, 86_400], [9, 86_401]],
    ['echo_hold_ms', [0, 30_000], [-1, 30_001]],
    ['max_inbound_age_seconds', [0, 900], [-1, '900']],
    ['ignore_status', [true, false], ['true']],
    ['ignore_newsletters', [true, false], [0]],
    ['open_list_label', ['Options'], ['', 5]],
    ['choice_prompt', ['Choose:'], ['']],
    ['capabilities', [{}], [[], 'x']],
  ])('hold %s to its bounds', (name, good, bad) => {
    for (const value of good) expect(parse({ [name]: value }).ok).toBe(true);
    for (const value of bad) {
      const result = parse({ [name]: value });
      expect(result.ok ? [] : result.errors).toEqual([expect.stringMatching(`^channel\\.${name} must be `)]);
    }
  });
});

describe('capabilities', () => {
  it('are widened by a setting only where the channel opts in', () => {
    const setting = { buttons: 3, list: true, cta_url: true, max_text: 500, typing: false };
    expect(narrowedCapabilities(defaultCapabilities.evolution, setting, { buttons: 3 })).toMatchObject({
      buttons: 3,
      list: false,
      ctaUrl: false,
      maxText: 500,
      typing: false,
    });
  });

  it('keep of the image types those the channel takes', () => {
    const setting = { image_mime_types: ['image/png', 'image/webp'] };
    expect(narrowedCapabilities(defaultCapabilities['cloud-api'], setting).imageMimeTypes).toEqual([
      'image/png',
    ]);
  });
});

describe('channel types', () => {
  it('are each found by their name', () => {
    for (const [type, channel] of Object.entries(channels)) expect(channelFor(type)).toBe(channel);
    for (const word of ['telegram', '', 'constructor']) expect(channelFor(word)).toBeUndefined();
  });
});

describe('default errors', () => {
  const answer = (status: number, headers = {}) => ({ status, headers, body: new Uint8Array(), url: '' });

  it.each([
    ['before', 'Retryable'],
    ['after', 'UnknownOutcome'],
    ['tooLarge', 'UnknownOutcome'],
    ['refused', 'Permanent'],
  ] as const)('take a failure %s for %s', (phase, expected) => {
    expect(failureInfo(new HttpFailure(phase, 'X')).class).toBe(expected);
  });

  it.each([
    [401, 'Auth'],
    [403, 'Auth'],
    [408, 'Retryable'],
    [425, 'Retryable'],
    [429, 'Retryable'],
    [500, 'Retryable'],
    [599, 'Retryable'],
    [404, 'Permanent'],
    [422, 'Permanent'],
  ])('take status %i for %s', (status, expected) => {
    expect(statusInfo(answer(status)).class).toBe(expected);
  });
});

describe('the path of a webhook', () => {
  const secret = 's'.repeat(32);

  it.each([
    [[secret], true],
    [[secret, 'messages-upsert'], true],
    [[secret, 'a', 'b'], false],
    [['t'.repeat(32)], false],
    [[], false],
  ])('%j with a url secret is let in: %s', (path, ok) => {
    expect(verifyPath(path, secret).ok).toBe(ok);
  });

  it('with a wrong secret is answered like an unknown instance', () => {
    expect(verifyPath([], secret)).toEqual({
      ok: false,
      status: 404,
      code: 'not_found',
      message: 'instance not found',
    });
  });
});
