import { defaultCapabilities, toCapabilities } from '../forms/capabilities.js';
import type { Channel } from '../channel.js';
import { downloadMedia, inlineMedia, mediaInvalid } from '../provider/media-download.js';
import { verifyPath } from '../provider/signatures.js';
import { parseSandbox } from './inbound.js';
import { parseSandboxSettings, type SandboxSettings } from './schema.js';

/**
 * A channel without a provider: what is sent is in the transcript, where the sandbox phone shows it. Its webhook is
 * not signed, so that a person can try a flow with nothing but `curl`.
 */
export const sandbox: Channel<SandboxSettings> = {
  type: 'sandbox',
  secretMembers: [],
  initialStatus: 'connected',
  parseSettings: parseSandboxSettings,
  capabilities: ({ capabilities }) => ({
    ...defaultCapabilities.sandbox,
    ...toCapabilities(capabilities ?? {}),
  }),
  admit: (head) => verifyPath(head.path, undefined),
  parse: parseSandbox,
  send: async (message) => ({ keyId: message.outboundId }),
  resendSafe: () => true,
  signal: async () => undefined,
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
  advice: ({ webhookUrl }) => ({ url: webhookUrl, method: 'POST', events: ['messages'], registered: false }),
};
