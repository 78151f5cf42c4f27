import { z } from 'zod';
import { settingsParser, urlSecret } from '../provider/schema.js';
import { secretText, settingText } from '../provider/setting-fields.js';
import { baseUrl } from '../../schema-fields.js';
import { about } from '../../schema-fields.js';
import { anyObject, flag, idText, listOf, messageId, shape, text, words } from '../provider/wire.js';

const settingsSchema = z.object({
  instance_id: about(settingText(), "The instance's id at VZaps.", 'VZ0123456789ABCDEFGHIJKLMNOP'),
  instance_token: about(secretText(), "The instance's token.", 'it_…'),
  client_token: about(secretText(), "The account's client token.", 'ct_…'),
  base_url: about(baseUrl().default('https://api.vzaps.com'), 'The root of VZaps.', 'https://api.vzaps.com'),
  url_secret: urlSecret(),
});

/** Settings of a VZaps channel. */
export type VzapsSettings = z.output<typeof settingsSchema>;

/** `parseSettings` of the channel. */
export const parseVzapsSettings = settingsParser<VzapsSettings>(settingsSchema);

/** A webhook, its names in camelCase. `type`, `event` and `media_url` are documented; what is inside `event` is not. */
export const webhookSchema = z.object({
  type: text,
  mediaUrl: words,
  event: shape({
    info: shape({
      id: messageId,
      chat: words,
      sender: words,
      senderAlt: words,
      recipientAlt: words,
      isFromMe: flag,
      pushName: words,
      timestamp: words,
    }),
    message: anyObject,
    /** The following members are those of a receipt. */
    chat: words,
    messageIds: listOf(messageId),
    type: text,
    timestamp: words,
  }),
});

/** See `webhookSchema`. */
export type VzapsWebhook = z.output<typeof webhookSchema>;

const ids = { id: idText, message_id: idText };

/** Answer to a send. Its form is not documented, so every place where an id may be is read. */
export const sendAnswerSchema = z.object({ ...ids, data: shape(ids) }).catch({});

/** Answer of `session/status`. */
export const statusAnswerSchema = z.object({ data: shape({ connected: flag }) }).catch({});
