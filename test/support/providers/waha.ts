import { randomUUID } from 'node:crypto';
import { hmacHex } from '../../../src/channels/provider/signatures.js';
import { json, seconds, startProvider, whatsappId } from './provider.js';
import type { Dialect, Json, Provider, Sent, Webhook } from './provider.js';

const HMAC_KEY = 'my-secret-key';

const dialect: Dialect = {
  type: 'waha',
  settings: { api_key: 'TEST_WAHA_KEY', hmac_key: HMAC_KEY },
  refusal: ({ headers }) =>
    headers['x-api-key'] === 'TEST_WAHA_KEY'
      ? undefined
      : { status: 401, json: { statusCode: 401, message: 'Unauthorized' } },
  readSend: ({ path, body }) => {
    const form = /^\/api\/(send(?!Seen)\w+)$/.exec(path)?.[1];
    return form === undefined ? undefined : { ...readSend(body), form };
  },
  receipt: ({ keyId, phone }) => ({
    status: 201,
    json: { key: { remoteJid: `${phone}@s.whatsapp.net`, fromMe: true, id: keyId }, status: 'PENDING' },
  }),
  readSignal: ({ path, body }) => {
    if (path === '/api/startTyping') return 'typing';
    if (path === '/api/stopTyping') return 'paused';
    if (path !== '/api/sendSeen') return undefined;
    return `read ${body.messageIds.map((id: string) => id.split('_')[2]).join(' ')}`;
  },
  other: ({ path, method }) => {
    if (path === '/api/default/new-message-id') return { json: { id: whatsappId() } };
    if (path === '/api/sessions/default' && method === 'GET') {
      return {
        json: {
          name: 'default',
          status: 'WORKING',
          config: { debug: true, webhooks: [{ url: 'https://other.example.com' }] },
        },
      };
    }
    if (path === '/api/sessions/default' && method === 'PUT') return { json: { name: 'default' } };
    if (path === '/api/sessions')
      return { status: 422, json: { message: "Session 'default' already exists." } };
    return undefined;
  },
  newKeyId: whatsappId,
};

function readSend(body: Json): Omit<Sent, 'keyId' | 'request' | 'form'> & { keyId?: string } {
  const phone = body.chatId.replace('@c.us', '');
  return { phone, text: body.text ?? body.caption ?? '', options: [], keyId: body.id };
}

export function wahaWebhook(event: string, payload: Json): Webhook {
  const body = {
    id: `evt_${randomUUID()}`,
    timestamp: Date.now(),
    event,
    session: 'default',
    me: { id: '5531999990000@c.us' },
    payload,
    engine: 'NOWEB',
  };
  const webhook = json('', body);
  const signature = hmacHex('sha512', HMAC_KEY, Buffer.from(webhook.body));
  const signed = { 'x-webhook-hmac': signature, 'x-webhook-hmac-algorithm': 'sha512' };
  return { ...webhook, headers: { ...webhook.headers, ...signed } };
}

/** Payload of a message; `members` replace the usual ones. */
export function wahaMessage(phone: string, members: Json, keyId = whatsappId()): Json {
  const fromMe = members.fromMe ?? false;
  const chat = phone.includes('@') ? phone : `${phone}@c.us`;
  return {
    id: `${fromMe}_${chat}_${keyId}`,
    timestamp: Date.now() / 1_000,
    from: chat,
    fromMe,
    source: 'app',
    to: '5531999990000@c.us',
    body: '',
    hasMedia: false,
    media: null,
    _data: { pushName: 'Ana' },
    ...members,
  };
}

export async function startWaha(): Promise<Provider> {
  const server = await startProvider(dialect);
  const any = (phone: string, members: Json, id?: string) =>
    wahaWebhook('message.any', wahaMessage(phone, members, id));
  const acks = { sent: 1, delivered: 2, read: 3, failed: -1 };
  return {
    server,
    channel: { type: 'waha', base_url: server.url, ...dialect.settings },
    person: (phone) => ({
      says: (text, id) => any(phone, { body: text }, id),
      picks: (_prompt, index) => any(phone, { body: `${index + 1}` }),
      speaks: (file) => {
        const path = `/api/files/default/${seconds()}-${randomUUID()}.oga`;
        server.files.set(path, file);
        // WAHA has another address for itself than Parley has.
        const media = { url: `http://localhost:3000${path}`, mimetype: file.mimeType, error: null };
        const _data = { message: { audioMessage: { ptt: true, seconds: file.seconds ?? 4 } } };
        return any(phone, { hasMedia: true, media, _data });
      },
    }),
    status: ({ keyId, phone }, word) => [
      wahaWebhook('message.ack', { id: `true_${phone}@c.us_${keyId}`, ack: acks[word], ackName: word }),
    ],
    echoes: ({ keyId, phone, text }) => [any(phone, { fromMe: true, source: 'api', body: text }, keyId)],
    appSays: (phone, text) => any(phone, { fromMe: true, source: 'app', body: text }),
    connection: (state) =>
      wahaWebhook('session.status', {
        name: 'default',
        status: { open: 'WORKING', close: 'FAILED', loggedOut: 'SCAN_QR_CODE' }[state],
      }),
  };
}
