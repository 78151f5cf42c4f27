import { json, startProvider, whatsappId } from './provider.js';
import type { Dialect, Json, Provider } from './provider.js';

const URL_SECRET = 's3cr3t-path-0123456789abcdef012345';
const ROOT = '/instances/VZ001/';

const dialect: Dialect = {
  type: 'vzaps',
  settings: {
    ...{ instance_id: 'VZ001', instance_token: 'TEST_INSTANCE_TOKEN', client_token: 'TEST_CLIENT_TOKEN' },
    url_secret: URL_SECRET,
  },
  refusal: ({ headers }) =>
    headers['x-instance-token'] === 'TEST_INSTANCE_TOKEN' && headers['x-client-token'] === 'TEST_CLIENT_TOKEN'
      ? undefined
      : { status: 401, json: { error: 'unauthorized' } },
  readSend: ({ path, body }) => {
    const prefix = `${ROOT}chat/send/`;
    if (!path.startsWith(prefix)) return undefined;
    const buttons = body.buttons?.map(({ id, text }: Json) => ({ id, title: text }));
    const rows = body.sections?.flatMap((section: Json) => section.rows);
    return {
      ...{
        phone: body.phone,
        form: path.slice(prefix.length),
        text: body.message ?? body.description ?? body.caption ?? '',
      },
      options: buttons ?? rows ?? [],
    };
  },
  receipt: ({ keyId }) => ({ json: { success: true, data: { message_id: keyId } } }),
  readSignal: () => undefined,
  other: ({ path }) =>
    path === `${ROOT}session/status` ? { json: { data: { connected: true } } } : undefined,
  newKeyId: whatsappId,
};

/** Names inside `event` are not documented; these are those of the fixtures. */
export async function startVzaps(): Promise<Provider> {
  const server = await startProvider(dialect);
  const received = (phone: string, message: Json, id = whatsappId()) => {
    const jid = `${phone}@s.whatsapp.net`;
    const info = {
      id,
      chat: jid,
      sender: jid,
      is_from_me: false,
      push_name: 'Ana',
      timestamp: new Date().toISOString(),
    };
    return json(`/${URL_SECRET}`, { type: 'Message', event: { info, message } });
  };
  return {
    server,
    channel: { type: 'vzaps', base_url: server.url, ...dialect.settings },
    person: (phone) => ({
      says: (text, id) => received(phone, { conversation: text }, id),
      picks: (_prompt, index) => received(phone, { conversation: String(index + 1) }),
    }),
    status: () => [],
    echoes: () => [],
    connection: (state) =>
      json(`/${URL_SECRET}`, { type: state === 'open' ? 'Connected' : 'Disconnected', event: {} }),
  };
}
