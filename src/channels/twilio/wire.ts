import { z } from 'zod';
import { settingsParser } from '../provider/schema.js';
import { baseUrl, httpUrl, secretText, text as setting } from '../provider/setting-fields.js';
import { amount, idText, messageId, text, words } from '../provider/wire.js';

const settingsSchema = z.object({
  account_sid: setting(),
  auth_token: secretText(),
  from: setting().regex(/^whatsapp:\+\d{5,15}$/, 'must be whatsapp:+digits'),
  base_url: baseUrl().default('https://api.twilio.com'),
  public_url: httpUrl().optional(),
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

/** Answer of the account look-up. */
export const accountAnswerSchema = z.object({ status: words }).catch({});
