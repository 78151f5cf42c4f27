import { z } from 'zod';
import { settingsParser } from '../provider/schema.js';
import { secretText, settingText } from '../provider/setting-fields.js';
import { baseUrl } from '../../schema-fields.js';
import { about } from '../../schema-fields.js';
import { amount, anyObject, flag, idText, listOf, messageId, shape, text, words } from '../provider/wire.js';

const settingsSchema = z.object({
  base_url: about(baseUrl(), 'The root of WAHA.', 'https://waha.example.com'),
  session: about(settingText().default('default'), 'Name of the session at WAHA.', 'default'),
  api_key: about(secretText(), "WAHA's API key.", 'waha-key'),
  hmac_key: about(secretText(), 'The key with which WAHA signs its webhooks.', 'any words of yours'),
  own_id: about(
    settingText().optional(),
    "The number's own address. Where given, webhooks of another number are ignored.",
    '5511999990000@c.us',
  ),
});

/** Settings of a WAHA channel. */
export type WahaSettings = z.output<typeof settingsSchema>;

/** `parseSettings` of the channel. */
export const parseWahaSettings = settingsParser<WahaSettings>(settingsSchema);

/** The envelope of a webhook. */
export const envelopeSchema = z.object({
  id: words,
  timestamp: amount,
  event: text,
  session: text,
  me: shape({ id: words, lid: words }),
  payload: z.unknown().optional(),
});

const idShape = { id: messageId, from: words, to: words, fromMe: flag, participant: words };

/** The members that say to which chat a message belongs: its id, or the others if the id is a bare key id. */
export const referenceSchema = z.object(idShape);

/** See `referenceSchema`. */
export type WahaReference = z.output<typeof referenceSchema>;

/** `_data.message.*Message` of NOWEB: details of a file that the common payload lacks. */
const mediaPart = shape({
  mimetype: words,
  fileName: words,
  fileLength: amount,
  seconds: amount,
  ptt: flag,
  isAnimated: flag,
});

/** Payload of `message.any`, and of the events with the same form. */
export const messageSchema = z.object({
  ...idShape,
  timestamp: amount,
  source: text,
  body: text,
  hasMedia: flag,
  media: shape({ url: words, mimetype: words, filename: words, error: z.unknown().optional() }),
  vCards: listOf(z.string().min(1)),
  location: shape({ latitude: amount, longitude: amount, live: flag, name: words, address: words }),
  replyTo: shape({ id: messageId, participant: words, body: words }),
  reaction: shape({ text: text, messageId }),
  editedMessageId: messageId,
  _data: shape({
    pushName: words,
    notifyName: words,
    Info: shape({ PushName: words, Chat: words, Sender: words, SenderAlt: words, RecipientAlt: words }),
    type: words,
    expectedImageCount: amount,
    expectedVideoCount: amount,
    key: shape({
      remoteJid: words,
      remoteJidAlt: words,
      senderPn: words,
      senderLid: words,
      participant: words,
      participantAlt: words,
    }),
    message: anyObject,
    Message: anyObject,
    ctwaContext: shape({
      sourceId: words,
      sourceUrl: words,
      title: words,
      description: words,
      ctwaClid: words,
    }),
  }),
});

/** See `messageSchema`. */
export type WahaMessage = z.output<typeof messageSchema>;

/** Payload of `message.ack`. */
export const ackSchema = z.object({ ...idShape, ack: amount });

/** Payload of `message.revoked`. */
export const revokedSchema = z.object({
  revokedMessageId: messageId,
  after: messageSchema.optional().catch(undefined),
  before: messageSchema.optional().catch(undefined),
});

/** Payload of `session.status`. */
export const sessionSchema = z.object({ status: text });

/** Reads the part of `_data.message` that describes a file. Never throws. */
export function readMediaPart(value: unknown): NonNullable<z.output<typeof mediaPart>> {
  return mediaPart.parse(value) ?? {};
}

/** `_data.message.listResponseMessage`. */
export const listPartSchema = z
  .object({ title: words, description: words, singleSelectReply: shape({ selectedRowId: words }) })
  .catch({});

/** Answer to a send; each engine has the id in another place. */
export const sendAnswerSchema = z
  .object({
    key: shape({ id: messageId }),
    id: z
      .union([z.string().min(1).max(512), z.object({ _serialized: z.string().max(512) })])
      .optional()
      .catch(undefined),
    status: words,
  })
  .catch({});

/** Answer of `new-message-id`. */
export const newIdSchema = z.object({ id: idText }).catch({});

/** Answer to the look-up of a message with `downloadMedia`. */
export const messageAnswerSchema = z
  .object({ media: shape({ url: words, error: z.unknown().optional() }) })
  .catch({});

/** Answer to the look-up of a session. */
export const sessionAnswerSchema = z.object({ status: text, config: anyObject }).catch({});
