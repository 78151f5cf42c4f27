import { z } from 'zod';
import { settingsParser, urlSecret } from '../provider/schema.js';
import { secretText, settingText } from '../provider/setting-fields.js';
import { baseUrl } from '../../schema-fields.js';
import { about, oneOf } from '../../schema-fields.js';
import { amount, flag, idText, messageId, shape, text, words } from '../provider/wire.js';

const settingsSchema = z
  .object({
    base_url: about(baseUrl(), 'The root of CodeChat.', 'https://codechat.example.com'),
    instance: about(settingText(), 'Name of the instance at CodeChat.', 'shop'),
    flavour: about(
      oneOf(['auto', 'v1', 'go']).default('auto'),
      'Which server: `v1`, `go`, or found out by the credential (`auto`).',
      'auto',
    ),
    api_key: about(secretText().optional(), 'The API key of a v1 server.', 'zYzP7ocstxh3SSs…'),
    instance_token: about(secretText().optional(), "The instance's token at a Go server.", 'it_…'),
    url_secret: urlSecret(),
    own_jid: about(
      settingText().optional(),
      "The number's own address. Where given, webhooks of another number are ignored.",
      '5511999990000@s.whatsapp.net',
    ),
  })
  .superRefine((settings, context) => {
    const missing = missingCredential(settings);
    if (missing) context.addIssue({ code: 'custom', path: [missing], message: 'is required' });
  });

function missingCredential(settings: {
  flavour: 'auto' | 'v1' | 'go';
  api_key?: string;
  instance_token?: string;
}): 'api_key' | 'instance_token' | undefined {
  const { flavour, api_key, instance_token } = settings;
  if (flavour === 'go') return instance_token ? undefined : 'instance_token';
  const known = flavour === 'v1' ? api_key : (api_key ?? instance_token);
  return known ? undefined : 'api_key';
}

/** Settings of a CodeChat channel: `api_key` for v1, `instance_token` for Go. */
export type CodechatSettings = z.output<typeof settingsSchema>;

/** `parseSettings` of the channel. */
export const parseCodechatSettings = settingsParser<CodechatSettings>(settingsSchema);

/** A database id; absent if it is no safe integer. */
const dbId = amount.transform((id) => (Number.isSafeInteger(id) ? id : undefined));

/** The envelope of both servers. */
export const envelopeSchema = z.object({
  event: text,
  instance: shape({ name: words, ownerJid: words }),
  data: z.unknown().optional(),
});

/** `data` of `messages.upsert` and `send.message`. */
export const messageSchema = z.object({
  id: dbId,
  keyId: messageId,
  keyFromMe: flag,
  keyRemoteJid: words,
  keyLid: words,
  keyParticipant: words,
  keyParticipantLid: words,
  pushName: words,
  messageType: words,
  content: z.unknown().optional(),
  messageTimestamp: amount,
  info: shape({ type: text }),
  externalAttributes: shape({ out: messageId }),
});

/**
 * `data` of `messages.update`. Besides `keyId`, v1 may give the key id in `id`; Go gives its database id in
 * `messageId`.
 */
export const updateSchema = z.object({
  id: idText,
  keyId: messageId,
  messageId: dbId,
  remoteJid: words,
  status: text,
  dateTime: words,
});

/** `data` of `connection.update`: `state` of v1, `type` and `connection` of Go. */
export const connectionSchema = z.object({
  state: text,
  type: words,
  connection: text,
  statusReason: amount,
});

/** Answer to a send. */
export const sendAnswerSchema = z
  .object({ id: dbId, keyId: messageId, keyRemoteJid: words })
  .catch({ id: undefined });

/** Answer of either server to a look-up of the connection. */
export const stateAnswerSchema = z.object({ state: text, connectionStatus: text }).catch({});
