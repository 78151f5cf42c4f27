import type { Presence } from '../../../activities/ports/messages.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { defaultCapabilities, narrowedCapabilities } from '../forms/capabilities.js';
import type { Channel, ChannelContext, ChannelHealth } from '../channel.js';
import { readJson } from '../../foreign/read-json.js';
import { downloadMedia, mediaInvalid } from '../provider/media-download.js';
import {
  accepted,
  bestEffort,
  callJson,
  checkHealth,
  connectionHealth,
  type ProviderCall,
} from '../provider/provider-call.js';
import { lookAt, readAnswer, withWebhook } from '../provider/webhook-check.js';
import { member } from '../provider/json.js';
import { verifyPath } from '../provider/signatures.js';
import { parseZapi } from './inbound.js';
import { zapiPhone, zapiReceipt, zapiSend } from './outbound.js';
import { parseZapiSettings, statusAnswerSchema, type ZapiSettings } from './wire.js';

type Context = ChannelContext<ZapiSettings>;

const events = [
  'ReceivedCallback',
  'MessageStatusCallback',
  'DeliveryCallback',
  'ConnectedCallback',
  'DisconnectedCallback',
];

/** Z-API, as documented at https://developer.z-api.io (April 2026). */
export const zapi: Channel<ZapiSettings> = {
  type: 'zapi',
  secretMembers: ['token', 'client_token', 'url_secret'],
  initialStatus: 'connecting',
  parseSettings: parseZapiSettings,
  capabilities: (settings) => narrowedCapabilities(defaultCapabilities.zapi, settings.capabilities),
  admit: (head, context) => verifyPath(head.path, context.settings.url_secret),
  parse: parseZapi,
  async send(message, context, signal) {
    const { operation, body } = zapiSend(message);
    return zapiReceipt(await call(context, { method: 'POST', path: operation, body }, signal));
  },
  showPresence: (to, presence, context) => bestEffort(sendPresence(to.jid, presence, context)),
  async fetchMedia(media, context, maxBytes) {
    if (media.fetch.via !== 'url') throw mediaInvalid();
    const request = { url: media.fetch.url, timeoutMs: context.settings.timeout_ms, maxBytes };
    return downloadMedia(context.http, request, media, { sendsCredentials: false });
  },
  health: (context) =>
    withWebhook(
      checkHealth(call(context, { method: 'GET', path: 'status' }), readHealth),
      async () => {
        const me = readAnswer(await call(context, { method: 'GET', path: 'me' }));
        return lookAt(member(me, 'receivedCallbackUrl'), secretUrl(context));
      },
      () => register(context),
    ),
  advice: (context) => ({ url: secretUrl(context), method: 'POST', events, registered: false }),
  register,
};

function register(context: Context): Promise<boolean> {
  const body = { value: secretUrl(context), notifySentByMe: true };
  return accepted(call(context, { method: 'PUT', path: 'update-every-webhooks', body }));
}

function call(
  context: Context,
  request: Omit<ProviderCall, 'headers'>,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  const { instance_id, token, client_token } = context.settings;
  const root = `/instances/${encodeURIComponent(instance_id)}/token/${encodeURIComponent(token)}`;
  const path = `${root}/${request.path}`;
  return callJson(context, { ...request, path, headers: { 'client-token': client_token } }, signal);
}

function secretUrl(context: Context): string {
  return `${context.webhookUrl}/${context.settings.url_secret}`;
}

/** Typing is not shown: Z-API has it only as `delayTyping` of a text, which would delay the call. */
async function sendPresence(jid: string, presence: Presence, context: Context): Promise<void> {
  if (presence.type === 'typing') return;
  const phone = zapiPhone(jid);
  await Promise.all(
    presence.keyIds.map((messageId) =>
      call(context, { method: 'POST', path: 'read-message', body: { phone, messageId } }),
    ),
  );
}

function readHealth(answer: HttpResponse): ChannelHealth {
  const { connected } = statusAnswerSchema.parse(readJson(answer.body));
  return connectionHealth(connected ? 'open' : 'close', connected ? 'connected' : 'not connected');
}
