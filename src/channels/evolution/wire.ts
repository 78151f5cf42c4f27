import { z } from 'zod';
import { contextInfoSchema } from '../baileys/wire.js';
import { settingsParser, urlSecret } from '../provider/schema.js';
import { headerSecret, secretText, settingText } from '../provider/setting-fields.js';
import { baseUrl } from '../../schema-fields.js';
import { about } from '../../schema-fields.js';
import { amount, anyObject, flag, idText, messageId, shape, text, words } from '../provider/wire.js';

const settingsSchema = z.object({
  base_url: about(baseUrl(), 'The root of Evolution API.', 'https://evolution.example.com'),
  instance: about(settingText(), 'Name of the instance at Evolution API.', 'shop'),
  api_key: about(secretText(), "The instance's API key.", 'B6D711FCDE4D4FD5936544120E713976'),
  url_secret: urlSecret(),
  header_secret: about(headerSecret().optional(), 'A header that Evolution adds to every webhook.', {
    name: 'x-secret',
    value: 'any words of yours',
  }),
  jwt_key: about(
    secretText().optional(),
    "Evolution's `jwt_key`: it then signs a token with every webhook.",
    'any words of yours',
  ),
  own_jid: about(
    settingText().optional(),
    "The number's own address. Where given, webhooks of another number are ignored.",
    '5511999990000@s.whatsapp.net',
  ),
});

/** Settings of an Evolution channel. */
export type EvolutionSettings = z.output<typeof settingsSchema>;

/** `parseSettings` of the channel. */
export const parseEvolutionSettings = settingsParser<EvolutionSettings>(settingsSchema);

/** The envelope of a webhook. Its `apikey` is left out on purpose, so that it cannot be stored or logged. */
export const envelopeSchema = z.object({
  event: text,
  instance: text,
  sender: text,
  data: z.unknown().optional(),
});

const keyShape = {
  id: messageId,
  remoteJid: words,
  remoteJidAlt: words,
  previousRemoteJid: words,
  senderPn: words,
  senderLid: words,
  fromMe: flag,
  participant: words,
  participantAlt: words,
  participantPn: words,
  participantLid: words,
};

/** A message key. */
export const keySchema = z.object(keyShape);

/** See `keySchema`. */
export type EvolutionKey = z.output<typeof keySchema>;

/** `data` of `messages.upsert` and `send.message`. */
export const messageSchema = z.object({
  key: keySchema,
  pushName: words,
  message: anyObject,
  messageType: words,
  contextInfo: contextInfoSchema,
  messageTimestamp: amount,
});

/** See `messageSchema`. */
export type EvolutionMessage = z.output<typeof messageSchema>;

/** `data` of `messages.update`. */
export const updateSchema = z.object({
  keyId: messageId,
  key: shape(keyShape),
  remoteJid: words,
  status: text,
});

/** `data` of `messages.edited`. */
export const editedSchema = z.object({ key: keySchema, editedMessage: anyObject, timestampMs: amount });

/** `data` of `connection.update`. */
export const connectionSchema = z.object({ state: text, statusReason: amount });

/** What Evolution adds next to the parts of a message: the file, its link, or a transcript. */
export const extrasSchema = z.object({ base64: words, mediaUrl: words, speechToText: words });

/** Answer to a send: a key on success, else an error of Evolution or of the Cloud API behind it. */
export const sendAnswerSchema = z
  .object({
    key: shape(keyShape),
    status: z.unknown().optional(),
    code: amount,
    response: shape({ message: z.unknown().optional() }),
  })
  .catch({ status: undefined });

/** Answer of `connectionState`. */
export const stateAnswerSchema = z.object({ instance: shape({ state: text }) }).catch({});

/** Answer of `getBase64FromMediaMessage`. */
export const mediaAnswerSchema = z.object({ base64: words, mimetype: words, fileName: idText }).catch({});

/** Answer of `webhook/find`: the webhook as it is set; all members are absent when none is. */
export const foundWebhookSchema = z
  .object({
    url: z.string().nullish(),
    enabled: flag,
    headers: anyObject,
    webhookByEvents: flag,
    webhookBase64: flag,
    events: z.array(z.string()).optional().catch(undefined),
  })
  .catch({});

/** See `foundWebhookSchema`. */
export type FoundWebhook = z.output<typeof foundWebhookSchema>;
