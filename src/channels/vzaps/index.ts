import type { Presence } from '../../../activities/ports/messages.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { defaultCapabilities, narrowedCapabilities } from '../forms/capabilities.js';
import type { Channel, ChannelContext, ChannelHealth } from '../channel.js';
import { phoneDigits } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { defined } from '../provider/json.js';
import { downloadMedia, mediaInvalid } from '../provider/media-download.js';
import {
  bestEffort,
  callJson,
  checkHealth,
  connectionHealth,
  type ProviderCall,
} from '../provider/provider-call.js';
import { verifyPath } from '../provider/signatures.js';
import { parseVzaps } from './inbound.js';
import { vzapsReceipt, vzapsSend } from './outbound.js';
import { parseVzapsSettings, statusAnswerSchema, type VzapsSettings } from './wire.js';

type Context = ChannelContext<VzapsSettings>;

const events = ['Message', 'ReadReceipt', 'Connected', 'Disconnected'];

/**
 * VZaps, according to its Go SDK (June 2026). It has no `register`, because the SDK does not show which member sets the
 * webhook URL; the operator must set it at VZaps.
 */
export const vzaps: Channel<VzapsSettings> = {
  type: 'vzaps',
  secretMembers: ['instance_token', 'client_token', 'url_secret'],
  initialStatus: 'connecting',
  parseSettings: parseVzapsSettings,
  capabilities: (settings) => narrowedCapabilities(defaultCapabilities.vzaps, settings.capabilities),
  admit: (head, context) => verifyPath(head.path, context.settings.url_secret),
  parse: parseVzaps,
  async send(message, context, signal) {
    const { operation, body } = vzapsSend(message);
    return vzapsReceipt(
      await call(context, { method: 'POST', path: `chat/send/${operation}`, body }, signal),
    );
  },
  showPresence: (to, presence, context) => bestEffort(sendPresence(to.jid, presence, context)),
  async fetchMedia(media, context, maxBytes) {
    if (media.fetch.via !== 'url') throw mediaInvalid();
    const request = { url: media.fetch.url, timeoutMs: context.settings.timeout_ms, maxBytes };
    return downloadMedia(context.http, request, media, { sendsCredentials: false });
  },
  health: (context) => checkHealth(call(context, { method: 'GET', path: 'session/status' }), readHealth),
  advice: ({ webhookUrl, settings }) => {
    return { url: `${webhookUrl}/${settings.url_secret}`, method: 'POST', events, registered: false };
  },
};

function call(
  context: Context,
  request: Omit<ProviderCall, 'headers'>,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  const { instance_id, instance_token, client_token } = context.settings;
  const path = `/instances/${encodeURIComponent(instance_id)}/${request.path}`;
  const headers = { 'x-instance-token': instance_token, 'x-client-token': client_token };
  return callJson(context, { ...request, path, headers }, signal);
}

function sendPresence(jid: string, presence: Presence, context: Context): Promise<HttpResponse> {
  switch (presence.type) {
    case 'typing': {
      const state = presence.state === 'paused' ? 'paused' : 'composing';
      const media = presence.state === 'recording' ? 'audio' : undefined;
      const body = defined({ phone: phoneDigits(jid) ?? jid, state, media });
      return call(context, { method: 'POST', path: 'chat/presence', body });
    }
    case 'markRead': {
      const body = { id: presence.keyIds, chat: jid };
      return call(context, { method: 'POST', path: 'chat/markread', body });
    }
  }
}

function readHealth(answer: HttpResponse): ChannelHealth {
  const connected = statusAnswerSchema.parse(readJson(answer.body)).data?.connected;
  return connectionHealth(connected ? 'open' : 'close', connected ? 'connected' : 'not connected');
}
