import { defaultCapabilities, narrowedCapabilities } from '../forms/capabilities.js';
import type { Channel, WebhookAdvice } from '../channel.js';
import { callProvider } from '../provider/http-errors.js';
import { readJson } from '../../foreign/read-json.js';
import { checkHealth } from '../provider/provider-call.js';
import { graphRequest, objectUrl, type CloudContext } from './graph.js';
import { parseCloudApi } from './inbound.js';
import { fetchCloudMedia, prepareCloudApi } from './media.js';
import { sendCloudApi, showCloudApiPresence } from './outbound.js';
import { parseCloudApiSettings, type CloudApiSettings } from './schema.js';
import { admitCloudApi, handshakeCloudApi, verifyCloudApi } from './verify.js';
import { numberAnswerSchema } from './wire.js';

/** Meta's limit for a number that was not upgraded. */
const USUAL_PER_SECOND = 80;

/** The WhatsApp Cloud API, at Meta or behind 360dialog. */
export const cloudApi: Channel<CloudApiSettings> = {
  type: 'cloud-api',
  secretMembers: ['access_token', 'app_secret', 'verify_token', 'header_secret', 'url_secret'],
  initialStatus: 'connected',
  parseSettings: parseCloudApiSettings,
  capabilities: ({ capabilities }) => narrowedCapabilities(defaultCapabilities['cloud-api'], capabilities),
  handshake: handshakeCloudApi,
  admit: admitCloudApi,
  verify: verifyCloudApi,
  parse: parseCloudApi,
  prepare: prepareCloudApi,
  send: sendCloudApi,
  reopenTemplate: ({ settings: { reopen_template: template } }) =>
    template && { type: 'template', ...template },
  pairPace: { burst: 45, everyMs: 6_000 },
  perSecond: ({ settings }) => settings.messages_per_second ?? USUAL_PER_SECOND,
  typingMarksRead: true,
  showPresence: showCloudApiPresence,
  fetchMedia: fetchCloudMedia,
  health: (context) =>
    checkHealth(
      callProvider(context.http, graphRequest(context, { method: 'GET', url: healthUrl(context) })),
      (answer) => {
        const { display_phone_number: number, quality_rating: quality } = numberAnswerSchema.parse(
          readJson(answer.body),
        );
        const facts = [number, quality && `quality ${quality}`].filter(Boolean);
        return { status: 'connected', detail: facts.join(', ') || 'provider answered 200' };
      },
    ),
  advice,
};

function healthUrl({ settings }: CloudContext): string {
  return settings.flavour === '360dialog'
    ? `${settings.base_url}/v1/configs/webhook`
    : `${objectUrl(settings, settings.phone_number_id)}?fields=display_phone_number,quality_rating`;
}

function advice({ settings, webhookUrl }: CloudContext): WebhookAdvice {
  const { url_secret: urlSecret, header_secret: header } = settings;
  return {
    url: urlSecret === undefined ? webhookUrl : `${webhookUrl}/${urlSecret}`,
    method: 'POST',
    events: ['messages', 'smb_message_echoes'],
    ...(header && { headers: { [header.name]: header.value } }),
    verify_token: settings.verify_token,
    registered: false,
  };
}
