import { randomUUID } from 'node:crypto';
import { hmacHex } from '../../../src/channels/provider/signatures.js';
import { json, seconds, startProvider } from './provider.js';
import type { Dialect, InFile, Json, Provider, ProviderRequest, Sent, Webhook } from './provider.js';

const NUMBER_ID = '310000000000002';
const APP_SECRET = 'app-secret';
const messagesPath = `/v23.0/${NUMBER_ID}/messages`;

const dialect: Dialect = {
  type: 'cloud-api',
  settings: {
    phone_number_id: NUMBER_ID,
    access_token: 'TEST_TOKEN',
    app_secret: APP_SECRET,
    verify_token: 'verify-me',
  },
  refusal: ({ headers, path }) =>
    /^Bearer (TEST|NEW)_TOKEN$/.test(headers.authorization ?? '') || path.startsWith('/pictures/')
      ? undefined
      : graphError(401, 190, 'Invalid OAuth access token'),
  readSend: ({ path, body }) =>
    path === messagesPath && body?.status === undefined ? readSend(body) : undefined,
  receipt: ({ keyId, phone }) => ({
    json: {
      messaging_product: 'whatsapp',
      contacts: [{ input: phone, wa_id: phone }],
      messages: [{ id: keyId }],
    },
  }),
  readSignal: ({ path, body }) => {
    if (path !== messagesPath || body?.status !== 'read') return undefined;
    return `read ${body.message_id}${body.typing_indicator === undefined ? '' : ' typing'}`;
  },
  other: (request) => {
    if (request.path === `/v23.0/${NUMBER_ID}/media`) return { json: { id: `up-${randomUUID()}` } };
    if (request.path === `/v23.0/${NUMBER_ID}`) {
      return { json: { display_phone_number: '+55 31 99999-0000', quality_rating: 'GREEN' } };
    }
    return undefined;
  },
  newKeyId: wamid,
};

function wamid(): string {
  return `wamid.${randomUUID().replaceAll('-', '')}`;
}

/** An error answer of the Graph API. */
export function graphError(status: number, code: number, message: string) {
  return { status, json: { error: { message, type: 'OAuthException', code, fbtrace_id: 'A1' } } };
}

function readSend(body: Json): Omit<Sent, 'keyId' | 'request'> {
  const { interactive } = body;
  const rows = interactive?.action.sections?.flatMap((section: Json) => section.rows) ?? [];
  const buttons = interactive?.action.buttons?.map(({ reply }: Json) => reply) ?? [];
  return {
    phone: body.to ?? body.recipient,
    form: interactive?.type ?? body.type,
    text: body.text?.body ?? interactive?.body.text ?? body[body.type]?.caption ?? '',
    options: [...buttons, ...rows],
    outboundId: body.biz_opaque_callback_data,
  };
}

/** One signed webhook with these changes. */
export function cloudWebhook(...changes: { field?: string; value: Json }[]): Webhook {
  const metadata = { display_phone_number: '5531999990000', phone_number_id: NUMBER_ID };
  const entry = changes.map(({ field = 'messages', value }) => ({
    id: '210000000000001',
    changes: [{ field, value: { messaging_product: 'whatsapp', metadata, ...value } }],
  }));
  return signedCloud({ object: 'whatsapp_business_account', entry });
}

/** Signs a body like Meta. */
export function signedCloud(body: Json): Webhook {
  const webhook = json('', body);
  const signature = hmacHex('sha256', APP_SECRET, Buffer.from(webhook.body));
  return { ...webhook, headers: { ...webhook.headers, 'x-hub-signature-256': `sha256=${signature}` } };
}

export function cloudMessage(phone: string, content: Json, id = wamid()): Json {
  return { from: phone, id, timestamp: String(seconds()), ...content };
}

export async function startCloudApi(): Promise<Provider> {
  const server = await startProvider(dialect);
  const contacts = (phone: string) => [{ profile: { name: 'Ana' }, wa_id: phone }];
  const from = (phone: string, content: Json, id?: string) =>
    cloudWebhook({ value: { contacts: contacts(phone), messages: [cloudMessage(phone, content, id)] } });
  return {
    server,
    channel: { type: 'cloud-api', base_url: server.url, ...dialect.settings },
    person: (phone) => ({
      says: (text, id) => from(phone, { type: 'text', text: { body: text } }, id),
      picks: (prompt, index) => from(phone, { type: 'interactive', ...tap(prompt, index) }),
      speaks: (file) => from(phone, { type: 'audio', audio: keep(server.files, server.url, file) }),
    }),
    status: (sent, word) => [cloudWebhook({ value: { statuses: [cloudStatus(sent, word)] } })],
    echoes: () => [],
    appSays: (phone, text) =>
      cloudWebhook({
        field: 'smb_message_echoes',
        value: {
          message_echoes: [
            { ...cloudMessage('5531999990000', { type: 'text', text: { body: text } }), to: phone },
          ],
        },
      }),
  };
}

export function cloudStatus(
  sent: Pick<Sent, 'keyId' | 'phone'> & { outboundId?: string },
  word: string,
): Json {
  return {
    id: sent.keyId,
    status: word,
    timestamp: String(seconds()),
    recipient_id: sent.phone,
    biz_opaque_callback_data: sent.outboundId,
    ...(word === 'failed' && { errors: [{ code: 131026, title: 'Message undeliverable' }] }),
  };
}

function tap(prompt: Sent, index: number): Json {
  const { id, title } = prompt.options[index] ?? { id: '', title: '' };
  const type = prompt.form === 'list' ? 'list_reply' : 'button_reply';
  return { interactive: { type, [type]: { id, title } }, context: { id: prompt.keyId } };
}

/** Stores a file under a new media id, to be looked up and downloaded like from the Graph API. */
function keep(files: Map<string, InFile>, url: string, file: InFile): Json {
  const id = String(Math.floor(Math.random() * 1e15));
  files.set(`/cdn/${id}`, file);
  const where = {
    url: `${url}/cdn/${id}`,
    mime_type: file.mimeType,
    file_size: String(file.bytes.length),
    id,
  };
  files.set(`/v23.0/${id}`, { bytes: Buffer.from(JSON.stringify(where)), mimeType: 'application/json' });
  return { id, mime_type: file.mimeType, voice: true };
}

/** The fields of a multipart upload. */
export async function uploadFields(request: ProviderRequest): Promise<Record<string, string>> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await new Response(new Uint8Array(request.raw), { headers }).formData();
  return Object.fromEntries(
    [...form].map(([name, value]) => [
      name,
      typeof value === 'string' ? value : `${value.name} ${value.type}`,
    ]),
  );
}
