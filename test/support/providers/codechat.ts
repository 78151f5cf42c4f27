import { randomUUID } from 'node:crypto';
import { json, seconds, startProvider, whatsappId } from './provider.js';
import type { Dialect, InFile, Json, Provider, Sent, Webhook } from './provider.js';

const URL_SECRET = 's3cr3t-path-0123456789abcdef012345';

/** Files by message id, for the look-up of media. Ids are never used twice. */
const kept = new Map<string, InFile>();

function readSend(body: Json): Omit<Sent, 'keyId' | 'request' | 'form'> & { keyId?: string } {
  return {
    phone: body.number,
    text: body.textMessage?.text ?? body.mediaMessage?.caption ?? '',
    options: [],
    keyId: body.options.messageId,
    outboundId: body.options.externalAttributes.out,
    dbId: Math.floor(Math.random() * 1e9),
  };
}

function record({ keyId, phone, text, dbId, outboundId }: Sent): Json {
  return {
    ...{
      id: dbId,
      keyId,
      keyFromMe: true,
      keyRemoteJid: `${phone}@s.whatsapp.net`,
      messageType: 'extendedTextMessage',
    },
    ...{
      content: { text },
      messageTimestamp: seconds(),
      isGroup: false,
      externalAttributes: { out: outboundId },
    },
  };
}

function dialectOf(go: boolean): Dialect {
  const credentials = go ? { instance_token: 'TEST_CC_JWT' } : { api_key: 'TEST_CC_KEY' };
  const send = go ? /^\/instance\/codechat\/send\/(\w+)$/ : /^\/message\/(send\w+)\/codechat$/;
  return {
    type: 'codechat',
    settings: { instance: 'codechat', flavour: go ? 'go' : 'v1', url_secret: URL_SECRET, ...credentials },
    refusal: ({ headers }) => {
      const good = go ? headers.authorization === 'Bearer TEST_CC_JWT' : headers.apikey === 'TEST_CC_KEY';
      return good ? undefined : { status: 401, json: { statusCode: 401, error: 'Unauthorized' } };
    },
    readSend: ({ path, body }) => {
      const form = send.exec(path)?.[1];
      return form === undefined ? undefined : { ...readSend(body), form };
    },
    receipt: (sent) => ({ status: go ? 200 : 201, json: record(sent) }),
    readSignal: ({ path, body }) => {
      if (path === '/chat/updatePresence/codechat') return 'typing';
      if (path === '/chat/readMessages/codechat')
        return `read ${body.readMessages.map(({ id }: Json) => id).join(' ')}`;
      return path === '/instance/codechat/chat/read-message'
        ? `read ${body.messageIds.join(' ')}`
        : undefined;
    },
    other: ({ path, body }) => {
      if (/(media\/data|mediaData\/codechat)$/.test(path)) {
        const file = kept.get(body.keyId);
        return file && { bytes: file.bytes, headers: { 'content-type': file.mimeType } };
      }
      if (path === '/instance/connectionState/codechat')
        return { json: { state: 'open', statusReason: 200 } };
      if (path === '/instance/codechat/connection/status')
        return { json: { state: 'open', connectionStatus: 'online' } };
      return /webhook/.test(path) ? { json: { enabled: true, url: body?.url } } : undefined;
    },
    newKeyId: whatsappId,
  };
}

export async function startCodechat({ go }: { go: boolean }): Promise<Provider> {
  const dialect = dialectOf(go);
  const server = await startProvider(dialect);
  const webhook = (event: string, data: Json): Webhook => {
    const instance = { id: 1, name: 'codechat', ownerJid: '5531999990000@s.whatsapp.net' };
    const headers: Record<string, string> = go ? { 'x-webhook-event': event } : {};
    return json(`/${URL_SECRET}`, { event, instance, data }, headers);
  };
  const upsert = (phone: string, members: Json) =>
    webhook('messages.upsert', {
      ...{ id: 10, keyId: whatsappId(), keyFromMe: false, keyRemoteJid: `${phone}@s.whatsapp.net` },
      ...{ pushName: 'Ana', messageType: 'conversation', messageTimestamp: seconds(), isGroup: false },
      ...(go ? {} : { info: { type: 'notify' } }),
      ...members,
    });
  const words = go
    ? { sent: 'sent', delivered: 'delivered', read: 'read', failed: 'server_error' }
    : { sent: 'SERVER_ACK', delivered: 'DELIVERY_ACK', read: 'READ', failed: 'ERROR' };
  return {
    server,
    channel: { base_url: server.url, type: 'codechat', ...dialect.settings },
    person: (phone) => ({
      says: (text, id = whatsappId()) => upsert(phone, { keyId: id, content: { text } }),
      picks: (_prompt, index) => upsert(phone, { content: { text: String(index + 1) } }),
      speaks: (file) => {
        const keyId = whatsappId();
        kept.set(keyId, file);
        const content = {
          ptt: true,
          seconds: file.seconds ?? 4,
          mimetype: file.mimeType,
          url: 'https://mmg.whatsapp.net/a.enc',
        };
        return upsert(phone, { keyId, messageType: 'audioMessage', content });
      },
    }),
    status: ({ keyId, dbId, phone }, word) => {
      const dateTime = new Date().toISOString();
      const v1 = { id: keyId, remoteJid: `${phone}@s.whatsapp.net`, fromMe: true };
      return [
        webhook('messages.update', { ...(go ? { messageId: dbId } : v1), status: words[word], dateTime }),
      ];
    },
    echoes: (sent) =>
      go
        ? [webhook('send.message', record(sent))]
        : [webhook('send.message', record(sent)), webhook('messages.upsert', record(sent))],
    appSays: (phone, text) =>
      upsert(phone, { keyFromMe: true, content: { text }, keyId: `APP${randomUUID().slice(0, 12)}` }),
    connection: (state) =>
      webhook(
        'connection.update',
        go
          ? { type: state === 'loggedOut' ? 'logged.out' : 'connection', connection: state }
          : { state: state === 'open' ? 'open' : 'close', statusReason: state === 'loggedOut' ? 401 : 200 },
      ),
  };
}
