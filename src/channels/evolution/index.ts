import type { Presence, InboundMedia, OutboundMessage } from '../../../activities/ports/messages.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { connectionState } from '../baileys/envelope.js';
import { defaultCapabilities, narrowedCapabilities } from '../forms/capabilities.js';
import type { Channel, ChannelContext, ChannelHealth, FetchedMedia, WebhookAdvice } from '../channel.js';
import { readJson } from '../../foreign/read-json.js';
import { downloadMedia, inlineMedia, mediaInvalid } from '../provider/media-download.js';
import {
  accepted,
  bestEffort,
  callForMedia,
  callJson,
  checkHealth,
  connectionHealth,
} from '../provider/provider-call.js';
import { lookAt, readAnswer, withWebhook, type WebhookLook } from '../provider/webhook-check.js';
import { parseEvolution } from './inbound.js';
import { evolutionReceipt, evolutionSend, numberOf } from './outbound.js';
import { admitEvolution } from './verify.js';
import {
  foundWebhookSchema,
  mediaAnswerSchema,
  parseEvolutionSettings,
  stateAnswerSchema,
  type EvolutionSettings,
  type FoundWebhook,
} from './wire.js';

type Context = ChannelContext<EvolutionSettings>;

const events = [
  'MESSAGES_UPSERT',
  'SEND_MESSAGE',
  'MESSAGES_UPDATE',
  'MESSAGES_EDITED',
  'MESSAGES_DELETE',
  'CONNECTION_UPDATE',
];
/** The presence call blocks for this time, and only during it does the contact see the presence. */
const presenceMs = 1_200;
/** Size limit of an answer that holds a file of `maxBytes` as base64, with room for the other members. */
const answerBytes = (maxBytes: number) => Math.ceil((maxBytes * 4) / 3) + 65_536;

/** Evolution API 2.3. */
export const evolution: Channel<EvolutionSettings> = {
  type: 'evolution',
  secretMembers: ['api_key', 'url_secret', 'header_secret', 'jwt_key'],
  initialStatus: 'connecting',
  parseSettings: parseEvolutionSettings,
  capabilities: (settings) =>
    narrowedCapabilities(defaultCapabilities.evolution, settings.capabilities, {
      buttons: 3,
      list: true,
      window24h: true,
    }),
  admit: admitEvolution,
  parse: parseEvolution,
  async send(message: OutboundMessage, context, signal) {
    const { operation, body } = evolutionSend(message);
    return evolutionReceipt(await post(context, `/message/${operation}`, body, signal), message.attempt);
  },
  showPresence: (to, presence, context) => bestEffort(sendPresence(to.jid, presence, context)),
  fetchMedia,
  health: (context) => {
    let found: FoundWebhook = {};
    return withWebhook(
      checkHealth(callInstance(context, { method: 'GET', path: '/instance/connectionState' }), readHealth),
      async () => {
        const answer = readAnswer(await callInstance(context, { method: 'GET', path: '/webhook/find' }));
        found = foundWebhookSchema.parse(answer);
        return lookAtWebhook(answer, found, context);
      },
      () => accepted(post(context, '/webhook/set', { webhook: mergedWebhook(found, context) })),
    );
  },
  advice,
  register: (context) => accepted(post(context, '/webhook/set', { webhook: webhookConfig(context) })),
};

function callInstance(
  context: Context,
  call: { method: 'GET' | 'POST'; path: string; body?: unknown },
  signal?: AbortSignal,
): Promise<HttpResponse> {
  const { instance, api_key } = context.settings;
  const path = `${call.path}/${encodeURIComponent(instance)}`;
  return callJson(context, { ...call, path, headers: { apikey: api_key } }, signal);
}

function post(context: Context, path: string, body: unknown, signal?: AbortSignal): Promise<HttpResponse> {
  return callInstance(context, { method: 'POST', path, body }, signal);
}

function sendPresence(jid: string, presence: Presence, context: Context): Promise<HttpResponse> {
  switch (presence.type) {
    case 'typing':
      return post(context, '/chat/sendPresence', {
        number: numberOf(jid),
        presence: presence.state,
        delay: presenceMs,
      });
    case 'markRead':
      return post(context, '/chat/markMessageAsRead', {
        readMessages: presence.keyIds.map((id) => ({ id, fromMe: false, remoteJid: jid })),
      });
  }
}

async function fetchMedia(media: InboundMedia, context: Context, maxBytes: number): Promise<FetchedMedia> {
  const { fetch } = media;
  switch (fetch.via) {
    case 'inline':
      return inlineMedia(media, fetch.base64, maxBytes);
    case 'url': {
      const request = { url: fetch.url, timeoutMs: context.settings.timeout_ms, maxBytes };
      return downloadMedia(context.http, request, media, { sendsCredentials: false });
    }
    case 'evolution':
      return decrypted(fetch.key.id, media, context, maxBytes);
    default:
      throw mediaInvalid();
  }
}

/** The file behind the message's own link is encrypted; Evolution returns it decrypted, by message id. */
async function decrypted(
  id: string,
  media: InboundMedia,
  context: Context,
  maxBytes: number,
): Promise<FetchedMedia> {
  const { instance, api_key } = context.settings;
  const call = {
    method: 'POST' as const,
    path: `/chat/getBase64FromMediaMessage/${encodeURIComponent(instance)}`,
    headers: { apikey: api_key },
    body: { message: { key: { id } }, convertToMp4: false },
  };
  const answer = await callForMedia(context, call, answerBytes(maxBytes));
  const { base64, mimetype = '', fileName } = mediaAnswerSchema.parse(readJson(answer.body));
  if (!base64) throw mediaInvalid();
  const named = { ...media, mimeType: media.mimeType || mimetype, fileName: media.fileName ?? fileName };
  return inlineMedia(named, base64, maxBytes);
}

function readHealth(answer: HttpResponse): ChannelHealth {
  const state = stateAnswerSchema.parse(readJson(answer.body)).instance?.state;
  return connectionHealth(connectionState(state, undefined)?.state, state);
}

function secretUrl(context: Context): string {
  return `${context.webhookUrl}/${context.settings.url_secret}`;
}

/** Evolution does not send `jwt_key` as a header: it signs a token with it for every event. */
function webhookHeaders({ header_secret, jwt_key }: EvolutionSettings): Record<string, string> {
  return {
    ...(header_secret ? { [header_secret.name]: header_secret.value } : {}),
    ...(jwt_key ? { jwt_key } : {}),
  };
}

function webhookConfig(context: Context): Record<string, unknown> {
  const headers = webhookHeaders(context.settings);
  return { enabled: true, url: secretUrl(context), headers, byEvents: false, base64: false, events };
}

function lookAtWebhook(answer: unknown, found: FoundWebhook, context: Context): WebhookLook {
  if (answer === null) return 'missing';
  const look = lookAt(found.url, secretUrl(context));
  if (look !== 'ours' || found.enabled === false) return found.enabled === false ? 'missing' : look;
  const lacks = found.events && events.some((event) => !found.events?.includes(event));
  return lacks ? 'incomplete' : 'ours';
}

/** Evolution replaces the whole webhook, so everything that the operator added is sent along. */
function mergedWebhook(found: FoundWebhook, context: Context): Record<string, unknown> {
  const config = webhookConfig(context);
  return {
    ...config,
    headers: { ...found.headers, ...webhookHeaders(context.settings) },
    byEvents: found.webhookByEvents ?? false,
    base64: found.webhookBase64 ?? false,
    events: [...new Set([...events, ...(found.events ?? [])])],
  };
}

function advice(context: Context): WebhookAdvice {
  const headers = webhookHeaders(context.settings);
  const named = Object.keys(headers).length > 0 ? { headers } : {};
  return { url: secretUrl(context), method: 'POST', events, ...named, registered: false };
}
