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
  return dispatch(whole, {
    isOurs: false,
    isDuplicate: false,
    receivedAt,
    ignoreGroups: true,
    settings,
    ...context,
  });
}

const own = { fromMe: true, origin: 'unknown' } as const;

describe('dispatch', () => {
  it('passes statuses and connections on', () => {
    const context = { isOurs: false, isDuplicate: true, receivedAt, ignoreGroups: true, settings };
    expect(dispatch({ kind: 'status', status: 'sent', at: 1 }, context)).toEqual({ decision: 'status' });
    expect(dispatch({ kind: 'connection', state: 'open' }, context)).toEqual({ decision: 'connection' });
  });

  it('stops duplicates, but not the ids that name an edit or a revoke', () => {
    expect(decide({}, { isDuplicate: true })).toEqual({ decision: 'duplicate' });
    const edit: Partial<InboundMessage> = {
      keyId: 'k#edit',
      content: { contentType: 'edit', targetKeyId: 'k' },
    };
    expect(decide(edit, { isDuplicate: true })).toEqual({ decision: 'recordOnly' });
  });

  it('ignores groups, stories and channels by their settings', () => {
    const group = { isGroup: true, remoteJid: '1203@g.us' };
    expect(decide(group)).toEqual({ decision: 'ignored', reason: 'group' });
    expect(decide(group, { ignoreGroups: false })).toEqual({ decision: 'deliver' });
    const story = { remoteJid: 'status@broadcast' };
    expect(decide(story)).toEqual({ decision: 'ignored', reason: 'status' });
    expect(decide(story, { settings: { ...settings, ignore_status: false } })).toEqual({
      decision: 'deliver',
    });
    const post = { remoteJid: '1@newsletter' };
    expect(decide(post)).toEqual({ decision: 'ignored', reason: 'newsletter' });
    expect(decide(post, { settings: { ...settings, ignore_newsletters: false } })).toMatchObject({
      decision: 'deliver',
    });
  });

  it('tells own echoes, foreign API sends and people apart', () => {
    expect(decide(own, { isOurs: true })).toEqual({ decision: 'ownEcho', foreign: false });
    expect(decide({ ...own, origin: 'api' })).toEqual({ decision: 'ownEcho', foreign: true });
    const takeover = { ...settings, foreign_api_sends: 'takeover' as const };
    expect(decide({ ...own, origin: 'api' }, { settings: takeover })).toEqual({ decision: 'humanAgent' });
    expect(decide(own)).toEqual({ decision: 'humanAgent' });
    expect(decide({ isGroup: false, origin: 'contact' }, { isOurs: true })).toEqual({ decision: 'deliver' });
  });

  it('only records what is history, too old, or no message to a bot', () => {
    expect(decide({ historical: true })).toEqual({ decision: 'recordOnly', reason: 'historical' });
    expect(decide({ messageTimestamp: receivedAt - 900_000 })).toEqual({ decision: 'deliver' });
    expect(decide({ messageTimestamp: receivedAt - 900_001 })).toEqual({
      decision: 'recordOnly',
      reason: 'tooOld',
    });
    expect(decide({ content: { contentType: 'system', systemType: 'other' } })).toEqual({
      decision: 'recordOnly',
    });
    expect(decide({ ...own, historical: true })).toMatchObject({ decision: 'recordOnly' });
  });

  it('lets an unreadable message only start, and listens to audio first', () => {
    expect(decide({ content: { contentType: 'unsupported' } })).toEqual({ decision: 'startOnly' });
    const media = { mimeType: 'audio/ogg', fetch: { via: 'meta', mediaId: '1' } } as const;
    expect(decide({ content: { contentType: 'audio', media } })).toEqual({ decision: 'transcribe' });
    expect(decide({ content: { contentType: 'audio', media, transcript: 'oi' } })).toEqual({
      decision: 'deliver',
    });
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
