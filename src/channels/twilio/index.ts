import type { InboundMedia } from '../../../activities/ports/messages.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { defaultCapabilities, narrowedCapabilities } from '../forms/capabilities.js';
import type { Channel, ChannelContext, ChannelHealth, FetchedMedia, WebhookAnswer } from '../channel.js';
import { callProvider } from '../provider/http-errors.js';
import { readJson } from '../../foreign/read-json.js';
import { downloadMedia, mediaInvalid } from '../provider/media-download.js';
import { checkHealth, connectionHealth, isOwnHost } from '../provider/provider-call.js';
import { parseTwilio } from './inbound.js';
import { twilioForm, twilioReceipt } from './outbound.js';
import { admitTwilio, publicUrl, verifyTwilio } from './verify.js';
import { accountAnswerSchema, parseTwilioSettings, type TwilioSettings } from './wire.js';

type Context = ChannelContext<TwilioSettings>;

const answerMaxBytes = 1_048_576;

/** Twilio for WhatsApp, without typing and read marks. */
export const twilio: Channel<TwilioSettings> = {
  type: 'twilio',
  secretMembers: ['auth_token'],
  initialStatus: 'connected',
  parseSettings: parseTwilioSettings,
  capabilities: (settings) => narrowedCapabilities(defaultCapabilities.twilio, settings.capabilities),
  admit: admitTwilio,
  verify: verifyTwilio,
  parse: parseTwilio,
  answer: (): WebhookAnswer => ({ status: 200, contentType: 'text/xml', body: '<Response/>' }),
  async send(message, context, signal) {
    const form = twilioForm(message, context.settings.from, publicUrl(context));
    const answer = await call(context, { path: '/Messages.json', form }, signal);
    return twilioReceipt(answer);
  },
  showPresence: async () => undefined,
  fetchMedia,
  health: (context) => checkHealth(call(context, { path: '.json' }), readHealth),
  advice: (context) => ({
    url: publicUrl(context),
    method: 'POST',
    events: ['incoming message', 'status callback'],
    registered: false,
  }),
};

/** Calls a resource of the account: a POST if there is a form, else a GET. */
function call(
  context: Context,
  { path, form }: { path: string; form?: URLSearchParams },
  signal?: AbortSignal,
): Promise<HttpResponse> {
  const { base_url, account_sid, timeout_ms } = context.settings;
  return callProvider(context.http, {
    method: form ? 'POST' : 'GET',
    url: `${base_url}/2010-04-01/Accounts/${encodeURIComponent(account_sid)}${path}`,
    headers: {
      ...basicAuth(context),
      ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    },
    body: form?.toString(),
    timeoutMs: timeout_ms,
    maxBytes: answerMaxBytes,
    source: 'operator',
    signal,
  });
}

function basicAuth({ settings }: Context): Record<string, string> {
  const credentials = Buffer.from(`${settings.account_sid}:${settings.auth_token}`).toString('base64');
  return { authorization: `Basic ${credentials}` };
}

/** Credentials are sent to Twilio's own host only; `http` drops them when a redirect leads elsewhere. */
async function fetchMedia(media: InboundMedia, context: Context, maxBytes: number): Promise<FetchedMedia> {
  const { fetch } = media;
  if (fetch.via !== 'url') throw mediaInvalid();
  const { base_url, timeout_ms: timeoutMs } = context.settings;
  const sendsCredentials = isOwnHost(fetch.url, base_url);
  const headers = sendsCredentials ? basicAuth(context) : {};
  return downloadMedia(context.http, { url: fetch.url, headers, timeoutMs, maxBytes }, media, {
    sendsCredentials,
  });
}

function readHealth(answer: HttpResponse): ChannelHealth {
  const { status } = accountAnswerSchema.parse(readJson(answer.body));
  if (status === undefined || status === 'active') return connectionHealth('open', status ?? 'account found');
  return { status: 'auth_failed', detail: `account ${status}` };
}
