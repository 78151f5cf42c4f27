import { json, startProvider, whatsappId } from './provider.js';
import type { Dialect, Json, Provider } from './provider.js';

const URL_SECRET = 's3cr3t-path-0123456789abcdef012345';
const ROOT = '/instances/INST001/token/TOK001/';

const dialect: Dialect = {
  type: 'zapi',
  settings: {
    instance_id: 'INST001',
    token: 'TOK001',
    client_token: 'TEST_CLIENT_TOKEN',
    url_secret: URL_SECRET,
  },
  refusal: ({ headers, path }) =>
    headers['client-token'] === 'TEST_CLIENT_TOKEN' || path.startsWith('/temp/')
      ? undefined
      : { status: 403, json: { error: 'null not allowed' } },
  readSend: ({ path, body }) => {
    const form = path.startsWith(`${ROOT}send-`) ? path.slice(ROOT.length) : undefined;
    if (form === undefined) return undefined;
    const buttons = body.buttonList?.buttons.map(({ id, label }: Json) => ({ id, title: label }));
    return {
      ...{ phone: body.phone, form, text: body.message ?? body.caption ?? '' },
      options: buttons ?? body.optionList?.options ?? [],
    };
  },
  receipt: ({ keyId }) => ({ json: { zaapId: 'ZAAP1', messageId: keyId, id: keyId } }),
  readSignal: ({ path, body }) => (path === `${ROOT}read-message` ? `read ${body.messageId}` : undefined),
  other: ({ path }) => {
    if (path === `${ROOT}status`) return { json: { connected: true, smartphoneConnected: true } };
    return path === `${ROOT}update-every-webhooks` ? { json: { value: true } } : undefined;
  },
  newKeyId: whatsappId,
};

export async function startZapi(): Promise<Provider> {
  const server = await startProvider(dialect);
  const callback = (type: string, members: Json) =>
    json(`/${URL_SECRET}`, { type, instanceId: 'INST001', connectedPhone: '5531999990000', ...members });
  const received = (phone: string, members: Json) =>
    callback('ReceivedCallback', {
      ...{
        messageId: whatsappId(),
        phone,
        fromMe: false,
        isGroup: false,
        momment: Date.now(),
        status: 'RECEIVED',
      },
      ...{ senderName: 'Ana', waitingMessage: false, ...members },
    });
  const words = { sent: 'SENT', delivered: 'RECEIVED', read: 'READ' };
  return {
    server,
    channel: { type: 'zapi', base_url: server.url, ...dialect.settings },
    person: (phone) => ({
      says: (text, messageId = whatsappId()) => received(phone, { messageId, text: { message: text } }),
      picks: (prompt, index) => {
        const { id, title } = prompt.options[index] ?? { id: '', title: '' };
        const referenceMessageId = prompt.keyId;
        return prompt.form === 'send-option-list'
          ? received(phone, {
              listResponseMessage: { selectedRowId: id, title, message: '' },
              referenceMessageId,
            })
          : received(phone, { buttonsResponseMessage: { buttonId: id, message: title }, referenceMessageId });
      },
      speaks: (file) => {
        const path = `/temp/${whatsappId()}.ogg`;
        server.files.set(path, file);
        const audio = {
          ptt: true,
          seconds: file.seconds ?? 4,
          audioUrl: `${server.url}${path}`,
          mimeType: file.mimeType,
        };
        return received(phone, { audio });
      },
    }),
    status: ({ keyId, phone }, word) =>
      word === 'failed'
        ? []
        : [
            callback('MessageStatusCallback', {
              ids: [keyId],
              status: words[word],
              momment: Date.now(),
              phone,
            }),
          ],
    echoes: ({ keyId, phone, text }) => [
      received(phone, { messageId: keyId, fromMe: true, fromApi: true, text: { message: text } }),
    ],
    appSays: (phone, text) => received(phone, { fromMe: true, fromApi: false, text: { message: text } }),
    connection: (state) =>
      callback(state === 'open' ? 'ConnectedCallback' : 'DisconnectedCallback', { momment: Date.now() }),
  };
}
