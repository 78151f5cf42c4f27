import { describe, expect, it } from 'vitest';
import type { InboundContent, InboundMessage } from '../../activities/ports/messages.js';
import { botReading } from '../../src/conversations/arrivals/bot-text.js';
import { dispatch, type DispatchContext } from '../../src/conversations/arrivals/dispatch.js';

const receivedAt = 1_767_225_602_000;
const settings: DispatchContext['settings'] = {
  ignore_status: true,
  ignore_newsletters: true,
  max_inbound_age_seconds: 900,
  foreign_api_sends: 'ignore',
};

function decide(message: Partial<InboundMessage> = {}, context: Partial<DispatchContext> = {}) {
  const whole: InboundMessage = {
    kind: 'message',
    keyId: 'k',
    remoteJid: '553188887777@s.whatsapp.net',
    isGroup: false,
    fromMe: false,
    origin: 'contact',
    messageTimestamp: receivedAt,
    historical: false,
    content: { contentType: 'text', text: 'oi' },
    ...message,
  };
  return dispatch(whole, { receivedAt, ignoreGroups: true, settings, ...context });
}

const own = { fromMe: true, origin: 'unknown' } as const;

describe('dispatch', () => {
  it('ignores groups, stories and channels by their settings', () => {
    const group = { isGroup: true, remoteJid: '1203@g.us' };
    expect(decide(group)).toBe('ignored');
    expect(decide(group, { ignoreGroups: false })).toBe('contact');
    const story = { remoteJid: 'status@broadcast' };
    expect(decide(story)).toBe('ignored');
    expect(decide(story, { settings: { ...settings, ignore_status: false } })).toBe('contact');
    const post = { remoteJid: '1@newsletter' };
    expect(decide(post)).toBe('ignored');
    expect(decide(post, { settings: { ...settings, ignore_newsletters: false } })).toBe('contact');
  });

  it('tells what other programs send and people apart', () => {
    expect(decide({ ...own, origin: 'api' })).toBe('foreignSend');
    const takeover = { ...settings, foreign_api_sends: 'takeover' as const };
    expect(decide({ ...own, origin: 'api' }, { settings: takeover })).toBe('humanAgent');
    expect(decide(own)).toBe('humanAgent');
  });

  it('only records what is history, too old, or no message to a bot', () => {
    expect(decide({ historical: true })).toBe('historical');
    expect(decide({ messageTimestamp: receivedAt - 900_000 })).toBe('contact');
    expect(decide({ messageTimestamp: receivedAt - 900_001 })).toBe('tooOld');
    expect(decide({ content: { contentType: 'system', systemType: 'other' } })).toBe('notice');
    expect(decide({ ...own, historical: true })).toBe('historical');
  });
});

describe('what the bot receives', () => {
  const media = { mimeType: 'image/png', fetch: { via: 'meta', mediaId: '1' } } as const;
  const contacts = [
    { name: 'Ana', phones: ['+1', '+2'] },
    { name: 'Bia', phones: [] },
  ];

  it.each<[InboundContent, string | undefined]>([
    [{ contentType: 'image', media, caption: 'Foto' }, 'Foto'],
    [{ contentType: 'sticker', media }, undefined],
    [{ contentType: 'audio', media, transcript: 'oi' }, 'oi'],
    [{ contentType: 'location', latitude: -19.92, longitude: 1e-7 }, '-19.92, 0.0000001'],
    [{ contentType: 'location', latitude: 10, longitude: 0 }, '10, 0'],
    [{ contentType: 'contacts', contacts }, 'Ana: +1, +2\nBia'],
    [{ contentType: 'flowReply', name: 'flow', json: { a: [1] } }, '{"a":[1]}'],
    [{ contentType: 'flowReply', name: 'flow', json: '{oops' }, '{oops'],
    [{ contentType: 'reaction', targetKeyId: 'k', emoji: '👍' }, undefined],
    [{ contentType: 'revoke', targetKeyId: 'k' }, undefined],
    [{ contentType: 'unsupported' }, undefined],
  ])('of %j is %j', (content, text) => {
    expect(botReading(content).text).toBe(text);
  });

  it('carries the id of a tap and the file of a message', () => {
    expect(botReading({ contentType: 'listReply', id: 'a', title: 'Sim' })).toEqual({
      text: 'Sim',
      replyId: 'a',
    });
    expect(botReading({ contentType: 'document', media })).toMatchObject({ attachment: media });
  });
});
