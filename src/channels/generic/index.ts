import { defaultCapabilities, toCapabilities } from '../forms/capabilities.js';
import type { Channel } from '../channel.js';
import { downloadMedia, inlineMedia, mediaInvalid } from '../provider/media-download.js';
import { answerGeneric, parseGeneric } from './inbound.js';
import { sendGeneric, showGenericPresence } from './outbound.js';
import { parseGenericSettings, type GenericSettings } from './schema.js';
import { admitGeneric, verifyGeneric } from './verify.js';

/** Parley's own JSON webhook, for any system that is not a WhatsApp provider. */
export const generic: Channel<GenericSettings> = {
  type: 'generic',
  secretMembers: ['inbound_secrets', 'outbound_secrets'],
  initialStatus: 'connected',
  parseSettings: parseGenericSettings,
  capabilities: ({ capabilities, signals }) => ({
    ...defaultCapabilities.generic,
    ...toCapabilities(capabilities ?? {}),
    typing: signals,
    markRead: signals,
  }),
  admit: admitGeneric,
  verify: verifyGeneric,
  parse: parseGeneric,
  answer: answerGeneric,
  send: sendGeneric,
  resendSafe: ({ settings }) => settings.idempotent,
  showPresence: showGenericPresence,
  async fetchMedia(media, context, maxBytes) {
    if (media.fetch.via === 'inline') return inlineMedia(media, media.fetch.base64, maxBytes);
    if (media.fetch.via !== 'url') throw mediaInvalid();
    const request = { url: media.fetch.url, timeoutMs: context.settings.timeout_ms, maxBytes };
    return downloadMedia(context.http, request, media, { sendsCredentials: false });
  },
  health: async () => ({ status: 'connected', detail: 'the receiver is not asked', assumed: true }),
  advice: ({ webhookUrl }) => ({
    url: webhookUrl,
    method: 'POST',
    events: ['message', 'status', 'connection'],
    registered: false,
  }),
};
