import { z } from 'zod';
import { settingsParser } from '../provider/schema.js';
import { secretText, settingText } from '../provider/setting-fields.js';
import { baseUrl } from '../../schema-fields.js';
import { about, httpUrl } from '../../schema-fields.js';
import { amount, idText, messageId, text, words } from '../provider/wire.js';

const settingsSchema = z.object({
  account_sid: about(
    settingText(),
    "The account's SID, on the first page of Twilio's console.",
    'AC0123456789abcdef0123456789abcdef',
  ),
  auth_token: about(
    secretText(),
    "The account's auth token: it signs the webhooks and opens the API.",
    '0f1e…',
  ),
  from: about(
    settingText().regex(/^whatsapp:\+\d{5,15}$/, 'must be whatsapp:+digits'),
    'The WhatsApp sender.',
    'whatsapp:+14155238886',
  ),
  base_url: about(
    baseUrl().default('https://api.twilio.com'),
    "The root of Twilio's API.",
    'https://api.twilio.com',
  ),
  public_url: about(
    httpUrl().optional(),
    "The webhook's address as Twilio calls it, which its signature covers. Default: by PARLEY_PUBLIC_URL.",
    'https://parley.example.com/webhooks/VZ…',
  ),
});

/** Settings of a Twilio channel. */
export type TwilioSettings = z.output<typeof settingsSchema>;

/** `parseSettings` of the channel. */
export const parseTwilioSettings = settingsParser<TwilioSettings>(settingsSchema);

/** The fields of a webhook, form-encoded; Twilio sends every value as a string. */
export const formSchema = z.object({
  MessageSid: messageId,
  AccountSid: words,
  MessageStatus: words,
  MessageType: words,
  From: words,
  To: words,
  WaId: words,
  ProfileName: words,
  Body: text,
  NumMedia: amount,
  MediaUrl0: words,
  MediaContentType0: words,
  Latitude: amount,
  Longitude: amount,
  Address: words,
  Label: words,
  ButtonText: words,
  ButtonPayload: words,
  ListId: words,
  ListTitle: words,
  ListDescription: words,
  OriginalRepliedMessageSid: messageId,
  Forwarded: words,
  ReferralSourceId: words,
  ReferralSourceType: z.enum(['ad', 'post']).optional().catch(undefined),
  ReferralSourceUrl: words,
  ReferralHeadline: words,
  ReferralBody: words,
  ReferralCtwaClid: words,
  ErrorCode: amount,
});

/** See `formSchema`. */
export type TwilioForm = z.output<typeof formSchema>;

/** Answer to a send: a message, or an error with its code. */
export const sendAnswerSchema = z.object({ sid: messageId, status: idText, code: amount }).catch({});

/** Answer to the look-up of the account. */
export const accountAnswerSchema = z.object({ status: words }).catch({});
