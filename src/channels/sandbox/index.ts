import { defaultCapabilities, toCapabilities } from '../forms/capabilities.js';
import type { Channel } from '../channel.js';
import { downloadMedia, inlineMedia, mediaInvalid } from '../provider/media-download.js';
import { verifyPath } from '../provider/signatures.js';
import { parseSandbox } from './inbound.js';
import { parseSandboxSettings, type SandboxSettings } from './schema.js';

/**
 * A channel without a provider. Messages sent are only in the transcript, from which the sandbox phone shows them. Its
 * webhook has a url secret, but under `npm start` works without it, so that a flow can be tried with `curl` alone.
 */
export const sandbox: Channel<SandboxSettings> = {
  type: 'sandbox',
  secretMembers: ['url_secret'],
  initialStatus: 'connected',
  parseSettings: parseSandboxSettings,
  capabilities: ({ capabilities }) => ({
    ...defaultCapabilities.sandbox,
    ...toCapabilities(capabilities ?? {}),
  }),
  admit: (head, context) =>
    context.openSandbox && head.path.length === 0
      ? { ok: true }
      : verifyPath(head.path, context.settings.url_secret),
  parse: parseSandbox,
  send: async (message) => ({ keyId: message.outboundId }),
  resendSafe: () => true,
  showPresence: async () => undefined,
  async fetchMedia(media, context, maxBytes) {
    if (media.fetch.via === 'inline') return inlineMedia(media, media.fetch.base64, maxBytes);
    if (media.fetch.via !== 'url') throw mediaInvalid();
    const request = { url: media.fetch.url, timeoutMs: context.settings.timeout_ms, maxBytes };
    return downloadMedia(context.http, request, media, {
      sendsCredentials: false,
      source: 'flow',
    });
  },
  health: async () => ({ status: 'connected', detail: 'sandbox', assumed: true }),
  advice: ({ webhookUrl, settings, openSandbox }) => ({
    url: openSandbox ? webhookUrl : `${webhookUrl}/${settings.url_secret}`,
    method: 'POST',
    events: ['messages'],
    registered: false,
  }),
};
