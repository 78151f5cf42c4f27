import type { Presence, InboundMedia } from '../../../activities/ports/messages.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { defaultCapabilities, narrowedCapabilities } from '../forms/capabilities.js';
import type { Channel, ChannelContext, FetchedMedia, WebhookAdvice } from '../channel.js';
import { succeeded } from '../provider/http-errors.js';
import { readJson } from '../../foreign/read-json.js';
import { member } from '../provider/json.js';
import { downloadMedia, mediaInvalid } from '../provider/media-download.js';
import {
  accepted,
  bestEffort,
  callForMedia,
  callJson,
  checkHealth,
  connectionHealth,
  isOwnHost,
  type ProviderCall,
} from '../provider/provider-call.js';
import { reachable } from './content.js';
import { lookAt, readAnswer, withWebhook, type WebhookLook } from '../provider/webhook-check.js';
import { chatIdOf, fullId } from './ids.js';
import { parseWaha, sessionState } from './inbound.js';
import { wahaReceipt, wahaSend } from './outbound.js';
import { admitWaha, verifyWaha } from './verify.js';
import {
  messageAnswerSchema,
  newIdSchema,
  parseWahaSettings,
  sessionAnswerSchema,
  type WahaSettings,
} from './wire.js';

type Context = ChannelContext<WahaSettings>;

const events = [
  'message.any',
  'message.reaction',
  'message.ack',
  'message.edited',
  'message.revoked',
  'session.status',
];
const messageAnswerMaxBytes = 1_048_576;

/** WAHA 2026.7 with any of its engines (NOWEB, WEBJS, GOWS): https://waha.devlike.pro/docs. */
export const waha: Channel<WahaSettings> = {
  type: 'waha',
  secretMembers: ['api_key', 'hmac_key'],
  initialStatus: 'connecting',
  parseSettings: parseWahaSettings,
  capabilities: (settings) =>
    narrowedCapabilities({ ...defaultCapabilities.waha, clientMessageId: true }, settings.capabilities, {
      list: true,
    }),
  admit: admitWaha,
  verify: verifyWaha,
  parse: parseWaha,
  clientMessageId: async (context, content) => (content.type === 'text' ? newMessageId(context) : undefined),
  async send(message, context, signal) {
    const { method, path, body } = wahaSend(message);
    const answer = await call(context, { method, path, body: inSession(context, body) }, signal);
    return wahaReceipt(answer, message.clientMessageId);
  },
  showPresence: (to, presence, context) => bestEffort(sendPresence(to.jid, presence, context)),
  fetchMedia,
  health: (context) =>
    withWebhook(
      checkHealth(call(context, { method: 'GET', path: sessionPath(context) }), (answer) => {
        const { status } = sessionAnswerSchema.parse(readJson(answer.body));
        return connectionHealth(sessionState(status), status);
      }),
      () => lookAtWebhooks(context),
      () => addWebhook(context),
    ),
  advice,
  register,
};

function call(
  context: Context,
  request: Omit<ProviderCall, 'headers'>,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  return callJson(context, { ...request, headers: apiKey(context) }, signal);
}

function apiKey(context: Context): Record<string, string> {
  return { 'x-api-key': context.settings.api_key };
}

function inSession(context: Context, body: Record<string, unknown>): Record<string, unknown> {
  return { session: context.settings.session, ...body };
}

function sessionPath(context: Context): string {
  return `/api/sessions/${encodeURIComponent(context.settings.session)}`;
}

/** A new message id, if the engine provides one (NOWEB, GOWS); else undefined. */
async function newMessageId(context: Context): Promise<string | undefined> {
  const path = `/api/${encodeURIComponent(context.settings.session)}/new-message-id`;
  const answer = await call(context, { method: 'GET', path }).catch(() => undefined);
  return answer && succeeded(answer) ? newIdSchema.parse(readJson(answer.body)).id : undefined;
}

function sendPresence(jid: string, presence: Presence, context: Context): Promise<HttpResponse> {
  const chatId = chatIdOf(jid);
  switch (presence.type) {
    case 'typing': {
      const path = presence.state === 'paused' ? '/api/stopTyping' : '/api/startTyping';
      return call(context, { method: 'POST', path, body: inSession(context, { chatId }) });
    }
    case 'markRead': {
      const messageIds = presence.keyIds.map((keyId) => fullId(keyId, jid));
      const body = inSession(context, { chatId, messageIds });
      return call(context, { method: 'POST', path: '/api/sendSeen', body });
    }
  }
}

async function fetchMedia(media: InboundMedia, context: Context, maxBytes: number): Promise<FetchedMedia> {
  const { fetch } = media;
  if (fetch.via === 'url') return downloadFile(fetch.url, media, context, maxBytes);
  if (fetch.via !== 'waha') throw mediaInvalid();
  const { session, base_url } = context.settings;
  const [chat, id] = [encodeURIComponent(fetch.chatId), encodeURIComponent(fetch.messageId)];
  const path = `/api/${encodeURIComponent(session)}/chats/${chat}/messages/${id}?downloadMedia=true`;
  const look = { method: 'GET' as const, path, headers: apiKey(context) };
  const answer = await callForMedia(context, look, messageAnswerMaxBytes);
  const { url, error } = messageAnswerSchema.parse(readJson(answer.body)).media ?? {};
  if (!url || error || !URL.canParse(url)) throw mediaInvalid();
  return downloadFile(reachable(url, base_url), media, context, maxBytes);
}

/** The API key is sent to WAHA's own host only. */
function downloadFile(
  url: string,
  media: InboundMedia,
  context: Context,
  maxBytes: number,
): Promise<FetchedMedia> {
  const { base_url, timeout_ms: timeoutMs } = context.settings;
  const sendsCredentials = isOwnHost(url, base_url);
  const headers = sendsCredentials ? apiKey(context) : {};
  return downloadMedia(context.http, { url, headers, timeoutMs, maxBytes }, media, { sendsCredentials });
}

function advice({ webhookUrl }: Context): WebhookAdvice {
  return { url: webhookUrl, method: 'POST', events, registered: false };
}

function webhookConfig({ webhookUrl, settings }: Context): Record<string, unknown> {
  return {
    url: webhookUrl,
    events,
    hmac: { key: settings.hmac_key },
    retries: { policy: 'exponential', delaySeconds: 2, attempts: 15 },
    customHeaders: [],
  };
}

/** Creates the session with Parley's webhook. An existing one keeps its configuration and its other webhooks. */
async function register(context: Context): Promise<boolean> {
  const body = { name: context.settings.session, config: { webhooks: [webhookConfig(context)] } };
  return (
    (await accepted(call(context, { method: 'POST', path: '/api/sessions', body }))) || addWebhook(context)
  );
}

/** A session may have several webhooks; Parley's must be among them. */
async function lookAtWebhooks(context: Context): Promise<WebhookLook> {
  const answer = await call(context, { method: 'GET', path: sessionPath(context) });
  const webhooks = member(readAnswer(answer), 'config', 'webhooks');
  if (!Array.isArray(webhooks)) return undefined;
  const ours = webhooks.find((webhook) => isOurs(webhook, context));
  if (ours === undefined) return webhooks.length > 0 ? 'elsewhere' : 'missing';
  const wanted = member(ours, 'events');
  const lacks =
    Array.isArray(wanted) && !wanted.includes('*') && events.some((event) => !wanted.includes(event));
  return lacks ? 'incomplete' : 'ours';
}

function isOurs(webhook: unknown, { webhookUrl }: Context): boolean {
  return lookAt(member(webhook, 'url'), webhookUrl) === 'ours';
}

async function addWebhook(context: Context): Promise<boolean> {
  const path = sessionPath(context);
  const answer = await call(context, { method: 'GET', path }).catch(() => undefined);
  if (!answer || !succeeded(answer)) return false;
  const config = sessionAnswerSchema.parse(readJson(answer.body)).config ?? {};
  const present: unknown[] = Array.isArray(config['webhooks']) ? config['webhooks'] : [];
  const others = present.filter((webhook) => !isOurs(webhook, context));
  const webhooks = [...others, webhookConfig(context)];
  return accepted(call(context, { method: 'PUT', path, body: { config: { ...config, webhooks } } }));
}
