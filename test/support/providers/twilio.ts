import { randomUUID } from 'node:crypto';
import { twilioSignature } from '../../../src/channels/twilio/verify.js';
import { startProvider } from './provider.js';
import type { Dialect, Provider, Webhook } from './provider.js';

const ACCOUNT = 'AC00000000000000000000000000000001';
const ROOT = `/2010-04-01/Accounts/${ACCOUNT}`;
const basic = `Basic ${Buffer.from(`${ACCOUNT}:12345`).toString('base64')}`;

const dialect: Dialect = {
  type: 'twilio',
  settings: { account_sid: ACCOUNT, auth_token: '12345', from: 'whatsapp:+5531999990000' },
  refusal: ({ headers }) =>
    headers.authorization === basic
      ? undefined
      : { status: 401, json: { code: 20003, message: 'Authenticate' } },
  readSend: ({ path, body }) =>
    path === `${ROOT}/Messages.json`
      ? { phone: body.To.replace('whatsapp:+', ''), form: 'Messages', text: body.Body ?? '', options: [] }
      : undefined,
  receipt: ({ keyId }) => ({ status: 201, json: { sid: keyId, status: 'queued' } }),
  readSignal: () => undefined,
  other: ({ path }) => (path === `${ROOT}.json` ? { json: { sid: ACCOUNT, status: 'active' } } : undefined),
  newKeyId: () => `SM${randomUUID().replaceAll('-', '')}`,
};

export async function startTwilio(): Promise<Provider> {
  const server = await startProvider(dialect);
  let publicUrl = '';
  const form = (fields: Record<string, string>): Webhook => {
    const all = { AccountSid: ACCOUNT, ApiVersion: '2010-04-01', ...fields };
    const signature = twilioSignature('12345', publicUrl, Object.entries(all));
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature };
    return { suffix: '', headers, body: new URLSearchParams(all).toString() };
  };
  const incoming = (phone: string, fields: Record<string, string>, id = dialect.newKeyId()) =>
    form({
      ...{ MessageSid: id, From: `whatsapp:+${phone}`, To: 'whatsapp:+5531999990000', WaId: phone },
      ...{ ProfileName: 'Ana', Body: '', NumMedia: '0', ...fields },
    });
  const words = { sent: 'sent', delivered: 'delivered', read: 'read', failed: 'undelivered' };
  return {
    server,
    channel: { type: 'twilio', base_url: server.url, ...dialect.settings },
    connected: (webhookUrl) => {
      publicUrl = webhookUrl;
    },
    person: (phone) => ({
      says: (text, id) => incoming(phone, { Body: text, MessageType: 'text' }, id),
      picks: (_prompt, index) => incoming(phone, { Body: String(index + 1), MessageType: 'text' }),
      speaks: (file) => {
        const path = `${ROOT}/Messages/SM1/Media/${randomUUID()}`;
        server.files.set(path, file);
        const media = { NumMedia: '1', MediaContentType0: file.mimeType, MediaUrl0: `${server.url}${path}` };
        return incoming(phone, { ...media, MessageType: 'audio' });
      },
    }),
    status: ({ keyId, phone }, word) => [
      form({
        ...{
          MessageSid: keyId,
          MessageStatus: words[word],
          From: 'whatsapp:+5531999990000',
          To: `whatsapp:+${phone}`,
        },
        ...(word === 'failed' && { ErrorCode: '63024' }),
      }),
    ],
    echoes: () => [],
  };
}
