import { json, seconds, startProvider, whatsappId } from './provider.js';
import type { Dialect, InFile, Json, Provider, Sent, Webhook } from './provider.js';

const URL_SECRET = 's3cr3t-path-0123456789abcdef012345';
const OPERATIONS = /^\/message\/(send\w+)\/loja$/;

const dialect: Dialect = {
  type: 'evolution',
  settings: {
    instance: 'loja',
    api_key: 'TEST_APIKEY',
    url_secret: URL_SECRET,
    header_secret: { name: 'x-hook-secret', value: 'hook-secret' },
  },
  refusal: ({ headers }) =>
    headers.apikey === 'TEST_APIKEY'
      ? undefined
      : { status: 401, json: { status: 401, error: 'Unauthorized', response: { message: 'Unauthorized' } } },
  readSend: ({ path, body }) => {
    const operation = OPERATIONS.exec(path)?.[1];
    return operation === undefined ? undefined : { ...readSend(body), form: operation };
  },
  receipt: ({ keyId, phone }) => ({
    status: 201,
    json: {
      key: { remoteJid: jid(phone), fromMe: true, id: keyId },
      status: 'PENDING',
      messageType: 'conversation',
    },
  }),
  readSignal: ({ path, body }) => {
    if (path === '/chat/sendPresence/loja') return body.presence === 'composing' ? 'typing' : body.presence;
    if (path !== '/chat/markMessageAsRead/loja') return undefined;
    return `read ${body.readMessages.map(({ id }: Json) => id).join(' ')}`;
  },
  other: ({ path, body }) => {
    if (path === '/instance/connectionState/loja') return { json: { instance: { state: 'open' } } };
    if (path === '/webhook/set/loja') return { status: 201, json: { enabled: true, url: body.webhook.url } };
    if (path !== '/chat/getBase64FromMediaMessage/loja') return undefined;
    const file = decrypted.get(body.message.key.id);
    return (
      file && {
        status: 201,
        json: { mimetype: file.mimeType, base64: Buffer.from(file.bytes).toString('base64') },
      }
    );
  },
  newKeyId: whatsappId,
};

/** Files by message id: in Evolution, the file behind a message's link is encrypted. Ids are never used twice. */
const decrypted = new Map<string, InFile>();

function jid(phone: string): string {
  return phone.includes('@') ? phone : `${phone}@s.whatsapp.net`;
}

function readSend(body: Json): Omit<Sent, 'keyId' | 'request' | 'form'> {
  return { phone: body.number, text: body.text ?? body.description ?? body.caption ?? '', options: [] };
}

export function evolutionWebhook(event: string, data: Json): Webhook {
  const body = {
    event,
    instance: 'loja',
    data,
    sender: '5531999990000@s.whatsapp.net',
    apikey: 'INSTANCE-TOKEN',
  };
  return json(`/${URL_SECRET}`, body, { 'x-hook-secret': 'hook-secret' });
}

/** `data` of a message; members of `key` replace the usual ones. */
export function evolutionMessage(phone: string, message: Json, key: Json = {}): Json {
  return {
    key: { remoteJid: jid(phone), fromMe: false, id: whatsappId(), ...key },
    pushName: key.fromMe === true ? 'Você' : 'Ana',
    message,
    messageType: Object.keys(message)[0],
    messageTimestamp: seconds(),
    source: 'android',
  };
}

export async function startEvolution(): Promise<Provider> {
  const server = await startProvider(dialect);
  const upsert = (phone: string, message: Json, key: Json = {}) =>
    evolutionWebhook('messages.upsert', evolutionMessage(phone, message, key));
  const words = { sent: 'SERVER_ACK', delivered: 'DELIVERY_ACK', read: 'READ', failed: 'ERROR' };
  return {
    server,
    channel: { type: 'evolution', base_url: server.url, ...dialect.settings },
    person: (phone) => ({
      says: (text, id) => upsert(phone, { conversation: text }, id === undefined ? {} : { id }),
      picks: (_prompt, index) => upsert(phone, { conversation: String(index + 1) }),
      speaks: (file) => {
        const id = whatsappId();
        decrypted.set(id, file);
        const url = 'https://mmg.whatsapp.net/v/t62.enc';
        const audioMessage = { ptt: true, seconds: file.seconds ?? 4, mimetype: file.mimeType, url };
        return upsert(phone, { audioMessage }, { id });
      },
    }),
    status: ({ keyId, phone }, word) => [
      evolutionWebhook('messages.update', {
        keyId,
        remoteJid: jid(phone),
        fromMe: true,
        status: words[word],
      }),
    ],
    echoes: ({ keyId, phone, text }) => [
      evolutionWebhook(
        'send.message',
        evolutionMessage(phone, { conversation: text }, { id: keyId, fromMe: true }),
      ),
    ],
    appSays: (phone, text) => upsert(phone, { conversation: text }, { fromMe: true }),
    connection: (state) =>
      evolutionWebhook('connection.update', {
        instance: 'loja',
        state: state === 'open' ? 'open' : 'close',
        statusReason: state === 'loggedOut' ? 401 : 200,
      }),
  };
}
