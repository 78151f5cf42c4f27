import { ulid } from 'ulid';
import type { Presence, InboundMedia } from '../../../activities/ports/messages.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { connectionState } from '../baileys/envelope.js';
import { defaultCapabilities, narrowedCapabilities } from '../forms/capabilities.js';
import type { Channel, ChannelContext, ChannelHealth, FetchedMedia, WebhookAdvice } from '../channel.js';
import { phoneDigits } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { defined, isObject, member } from '../provider/json.js';
import { downloadMedia, mediaInvalid } from '../provider/media-download.js';
import {
  accepted,
  bestEffort,
  callForMedia,
  callJson,
  checkHealth,
  connectionHealth,
  type ProviderCall,
} from '../provider/provider-call.js';
import { verifyPath } from '../provider/signatures.js';
import { lookAt, readAnswer, withWebhook, type WebhookLook } from '../provider/webhook-check.js';
import { codechatReceipt } from './answers.js';
import { parseCodechat } from './inbound.js';
import { codechatSend, type Flavour } from './outbound.js';
import { parseCodechatSettings, stateAnswerSchema, type CodechatSettings } from './wire.js';

type Context = ChannelContext<CodechatSettings>;

const events = ['messagesUpsert', 'sendMessage', 'messagesUpdated', 'connectionUpdated'];

/**
 * Both CodeChat servers: code-chat-br/whatsapp-api v1.3.7, and the Go server as documented in code-chat-br/docs-api.
 */
export const codechat: Channel<CodechatSettings> = {
  type: 'codechat',
  secretMembers: ['api_key', 'instance_token', 'url_secret'],
  initialStatus: 'connecting',
  parseSettings: parseCodechatSettings,
  capabilities: (settings) => {
    const clientMessageId = flavourOf(settings) === 'v1';
    return narrowedCapabilities({ ...defaultCapabilities.codechat, clientMessageId }, settings.capabilities);
  },
  admit: (head, context) => verifyPath(head.path, context.settings.url_secret),
  parse: parseCodechat,
  clientMessageId: async (context) => (flavourOf(context.settings) === 'v1' ? ulid() : undefined),
  async send(message, context, signal) {
    const flavour = flavourOf(context.settings);
    const { v1Operation, goRoute, body } = codechatSend(message, flavour);
    const path = isGo(context)
      ? goPath(context, `send/${goRoute}`)
      : v1Path(context, `message/${v1Operation}`);
    const answer = await call(context, { method: 'POST', path, body }, signal);
    return codechatReceipt(answer, flavour, message.clientMessageId);
  },
  showPresence: async (to, presence, context) => {
    const request = isGo(context)
      ? goPresence(to.jid, presence, context)
      : v1Presence(to.jid, presence, context);
    if (request) await bestEffort(call(context, request));
  },
  fetchMedia,
  health: (context) => {
    const path = isGo(context)
      ? goPath(context, 'connection/status')
      : v1Path(context, 'instance/connectionState');
    let found: unknown;
    return withWebhook(
      checkHealth(call(context, { method: 'GET', path }), readHealth),
      async () => {
        found = readAnswer(await call(context, { method: 'GET', path: webhookPath(context, 'find') }));
        return lookAtWebhook(found, context);
      },
      async () => (await setWebhook(context, found)) || setWebhook(context),
    );
  },
  advice: (context): WebhookAdvice => ({
    url: secretUrl(context),
    method: 'POST',
    events,
    registered: false,
  }),
  register: (context) => setWebhook(context),
};

function webhookPath(context: Context, operation: 'find' | 'set'): string {
  return isGo(context) ? goPath(context, 'webhook') : v1Path(context, `webhook/${operation}`);
}

function lookAtWebhook(found: unknown, context: Context): WebhookLook {
  if (found === null || member(found, 'enabled') === false) return 'missing';
  const look = lookAt(member(found, 'url'), secretUrl(context));
  const chosen = member(found, 'events');
  const lacks = isObject(chosen) && events.some((event) => chosen[event] !== true);
  return look === 'ours' && lacks ? 'incomplete' : look;
}

/** CodeChat replaces the whole webhook, so events and headers that the operator added are sent along. */
function setWebhook(context: Context, found?: unknown): Promise<boolean> {
  const [chosen, headers] = [member(found, 'events'), member(found, 'headers')];
  const body = defined({
    enabled: true,
    url: secretUrl(context),
    headers: isObject(headers) ? headers : undefined,
    events: {
      ...(isObject(chosen) ? chosen : {}),
      ...Object.fromEntries(events.map((event) => [event, true])),
    },
  });
  return accepted(call(context, { method: 'PUT', path: webhookPath(context, 'set'), body }));
}

/** `auto` decides by the credential: without an API key it must be the Go server. */
function flavourOf(settings: CodechatSettings): Flavour {
  if (settings.flavour !== 'auto') return settings.flavour;
  return settings.api_key ? 'v1' : 'go';
}

function isGo(context: Context): boolean {
  return flavourOf(context.settings) === 'go';
}

function v1Path(context: Context, operation: string): string {
  return `/${operation}/${encodeURIComponent(context.settings.instance)}`;
}

function goPath(context: Context, route: string): string {
  return `/instance/${encodeURIComponent(context.settings.instance)}/${route}`;
}

function secretUrl(context: Context): string {
  return `${context.webhookUrl}/${context.settings.url_secret}`;
}

type Credentials = Record<string, string>;

function credentials({ settings }: Context): Credentials {
  return flavourOf(settings) === 'go'
    ? { authorization: `Bearer ${settings.instance_token}` }
    : { apikey: settings.api_key ?? '' };
}

function call(
  context: Context,
  request: Omit<ProviderCall, 'headers'>,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  return callJson(context, { ...request, headers: credentials(context) }, signal);
}

function v1Presence(jid: string, presence: Presence, context: Context): Omit<ProviderCall, 'headers'> {
  switch (presence.type) {
    case 'typing': {
      const body = { number: phoneDigits(jid) ?? jid, presence: presence.state };
      return { method: 'PATCH', path: v1Path(context, 'chat/updatePresence'), body };
    }
    case 'markRead': {
      const readMessages = presence.keyIds.map((id) => ({ id, fromMe: false, remoteJid: jid }));
      return { method: 'PATCH', path: v1Path(context, 'chat/readMessages'), body: { readMessages } };
    }
  }
}

/** None for typing: the Go server shows it only as part of a send. */
function goPresence(
  jid: string,
  presence: Presence,
  context: Context,
): Omit<ProviderCall, 'headers'> | undefined {
  if (presence.type === 'typing') return undefined;
  const body = { sender: jid, chat: jid, messageIds: presence.keyIds };
  return { method: 'PATCH', path: goPath(context, 'chat/read-message'), body };
}

async function fetchMedia(media: InboundMedia, context: Context, maxBytes: number): Promise<FetchedMedia> {
  const { fetch } = media;
  if (fetch.via === 'url') {
    const request = { url: fetch.url, timeoutMs: context.settings.timeout_ms, maxBytes };
    return downloadMedia(context.http, request, media, { sendsCredentials: false });
  }
  if (fetch.via !== 'codechat') throw mediaInvalid();
  const path = isGo(context) ? goPath(context, 'media/data') : v1Path(context, 'chat/mediaData');
  const call = {
    method: 'POST' as const,
    path: `${path}?binary=true`,
    headers: credentials(context),
    body: { keyId: fetch.keyId },
  };
  const answer = await callForMedia(context, call, maxBytes);
  const mimeType = media.mimeType || (answer.headers['content-type'] ?? 'application/octet-stream');
  return defined({ bytes: answer.body, mimeType, fileName: media.fileName });
}

function readHealth(answer: HttpResponse): ChannelHealth {
  const { state, connectionStatus } = stateAnswerSchema.parse(readJson(answer.body));
  if (connectionStatus?.toLowerCase() === 'logged_out') {
    return connectionHealth('loggedOut', connectionStatus);
  }
  return connectionHealth(connectionState(state, undefined)?.state, state);
}
