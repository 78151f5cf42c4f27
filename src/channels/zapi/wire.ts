import { z } from 'zod';
import { settingsParser, urlSecret } from '../provider/schema.js';
import { secretText, settingText } from '../provider/setting-fields.js';
import { baseUrl } from '../../schema-fields.js';
import { about } from '../../schema-fields.js';
import { adReply, amount, flag, listOf, messageId, shape, text, words } from '../provider/wire.js';

const settingsSchema = z.object({
  instance_id: about(settingText(), "The instance's id at Z-API.", '3C67AB641C8AA0412F6A242B4946418C'),
  token: about(secretText(), "The instance's token, beside its id.", 'A1B2C3…'),
  client_token: about(secretText(), "The account's security token.", 'F0a9…'),
  base_url: about(baseUrl().default('https://api.z-api.io'), 'The root of Z-API.', 'https://api.z-api.io'),
  url_secret: urlSecret(),
});

/** Settings of a Z-API channel. */
export type ZapiSettings = z.output<typeof settingsSchema>;

/** `parseSettings` of the channel. */
export const parseZapiSettings = settingsParser<ZapiSettings>(settingsSchema);

/** The members that all callbacks have. */
export const envelopeSchema = z.object({ type: text, instanceId: words });

/** `ReceivedCallback`. The content is in one of the members. */
export const messageSchema = z.looseObject({
  messageId,
  phone: words,
  chatLid: words,
  senderLid: words,
  participantPhone: words,
  participantLid: words,
  fromMe: flag,
  fromApi: flag,
  isEdit: flag,
  waitingMessage: flag,
  forwarded: flag,
  notification: z.unknown().optional(),
  senderName: words,
  momment: amount,
  referenceMessageId: messageId,
  externalAdReply: adReply,
  text: shape({ message: text }),
  image: shape({ imageUrl: words, caption: words, mimeType: words }),
  audio: shape({ audioUrl: words, ptt: flag, seconds: amount, mimeType: words }),
  video: shape({ videoUrl: words, caption: words, seconds: amount, mimeType: words }),
  document: shape({ documentUrl: words, caption: words, fileName: words, mimeType: words }),
  sticker: shape({ stickerUrl: words, mimeType: words }),
  location: shape({ latitude: amount, longitude: amount, name: words, address: words }),
  contact: shape({ displayName: words, vCard: words, phones: listOf(z.string().min(1)) }),
  buttonsResponseMessage: shape({ buttonId: words, message: text }),
  listResponseMessage: shape({ selectedRowId: words, title: text, message: words }),
  reaction: shape({ value: text, referencedMessage: shape({ messageId }) }),
});

/** See `messageSchema`. */
export type ZapiMessage = z.output<typeof messageSchema>;

/** `MessageStatusCallback` and `DeliveryCallback`. */
export const statusSchema = z.object({
  ids: listOf(messageId),
  messageId,
  status: text,
  momment: amount,
  phone: words,
  error: words,
});

/** `DisconnectedCallback`. */
export const disconnectedSchema = z.object({ error: words });

/** Answer to a send. */
export const sendAnswerSchema = z
  .object({ messageId, error: z.unknown().optional() })
  .catch({ error: undefined });

/** Answer of `status`. */
export const statusAnswerSchema = z.object({ connected: flag }).catch({});
