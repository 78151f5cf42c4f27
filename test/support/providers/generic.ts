import { createHmac, randomUUID } from 'node:crypto';
import { seconds, startProvider } from './provider.js';
import type { Dialect, Json, Provider, Webhook } from './provider.js';

const INBOUND_SECRET = 'inbound-secret-of-the-tests';
const OUTBOUND_SECRET = 'outbound-secret-of-the-tests';

function sign(secret: string, body: string | Buffer): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

const dialect: Dialect = {
  type: 'generic',
  settings: { inbound_secrets: [INBOUND_SECRET], outbound_secrets: [OUTBOUND_SECRET], signals: true },
  refusal: ({ headers, raw, method }) =>
    method === 'GET' || headers['x-parley-signature'] === sign(OUTBOUND_SECRET, raw)
      ? undefined
      : { status: 401, json: { error: { code: 'bad_signature', message: 'no' } } },
  readSend: ({ body }) => {
    if (body?.type !== 'message') return undefined;
    const { content, to, id } = body;
    const rows = content.sections?.flatMap((section: Json) => section.rows);
    return {
      ...{
        phone: to.contactId,
        form: content.type,
        text: content.text ?? content.body ?? content.caption ?? '',
      },
      ...{ options: content.buttons ?? rows ?? [], outboundId: id },
    };
  },
  receipt: ({ keyId }) => ({ json: { keyId } }),
  readSignal: ({ body }) => {
    if (body?.type !== 'signal') return undefined;
    const { signal } = body;
    return signal.type === 'typing' ? 'typing' : `read ${signal.keyIds.join(' ')}`;
  },
  newKeyId: () => `srv-${randomUUID()}`,
};

export function genericWebhook(...events: Json[]): Webhook {
  const sentAt = seconds();
  const body = JSON.stringify({ version: 1, sentAt, events });
  const headers = {
    'content-type': 'application/json',
    'x-parley-timestamp': String(sentAt),
    'x-parley-signature': sign(INBOUND_SECRET, body),
  };
  return { suffix: '', headers, body };
}

export async function startGeneric(): Promise<Provider> {
  const server = await startProvider(dialect);
  const message = (phone: string, members: Json, keyId = `m-${randomUUID()}`) =>
    genericWebhook({
      id: `evt-${randomUUID()}`,
      type: 'message',
      message: { keyId, contact: { id: phone, name: 'Ana' }, timestamp: seconds(), ...members },
    });
  return {
    server,
    channel: { type: 'generic', outbound_url: `${server.url}/out`, ...dialect.settings },
    person: (phone) => ({
      says: (text, id) => message(phone, { content: { contentType: 'text', text } }, id),
      picks: (prompt, index) => {
        const contentType = prompt.form === 'list' ? 'listReply' : 'buttonReply';
        const { id, title } = prompt.options[index] ?? {};
        return message(phone, { content: { contentType, id, title }, quotedKeyId: prompt.keyId });
      },
      speaks: (file) => {
        const path = `/files/${randomUUID()}.ogg`;
        server.files.set(path, file);
        const media = {
          url: `${server.url}${path}`,
          mimeType: file.mimeType,
          seconds: file.seconds ?? 4,
          ptt: true,
        };
        return message(phone, { content: { contentType: 'audio', media } });
      },
    }),
    status: ({ outboundId, keyId }, word) => [
      genericWebhook({
        id: `evt-${randomUUID()}`,
        type: 'status',
        status: { outboundId, keyId, status: word, timestamp: seconds() },
      }),
    ],
    echoes: ({ phone, keyId, text }) => [
      message(phone, { fromMe: true, origin: 'api', content: { contentType: 'text', text } }, keyId),
    ],
    appSays: (phone, text) => message(phone, { fromMe: true, content: { contentType: 'text', text } }),
    connection: (state) =>
      genericWebhook({ id: `evt-${randomUUID()}`, type: 'connection', connection: { state } }),
  };
}
