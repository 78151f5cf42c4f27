import type { SendState, InboundContent, InboundMessage } from '../../../activities/ports/messages.js';
import type { ChannelContext, Parsed, WebhookRequest } from '../channel.js';
import { comparisonKey, digitsOf, phoneJid, readJid, readWaId } from '../jid.js';
import { defined } from '../provider/json.js';
import { unreadable } from '../provider/notice.js';
import { ignored, toParsed, type ElementResult } from '../provider/parsed.js';
import { twilioCodeInfo } from './errors.js';
import { formSchema, type TwilioForm, type TwilioSettings } from './wire.js';

/** Reads a Twilio webhook: a message of a contact, or the status of a message sent. Never throws. */
export function parseTwilio(request: WebhookRequest, context: ChannelContext<TwilioSettings>): Parsed {
  const fields = new URLSearchParams(Buffer.from(request.rawBody).toString('utf8'));
  const form = formSchema.safeParse(Object.fromEntries(fields)).data;
  if (!form?.MessageSid) return ignored('malformed');
  const ourSide = form.MessageStatus === undefined ? form.To : form.From;
  if (isForeign(form.AccountSid, ourSide, context.settings)) return ignored('foreignChannel');
  const read = form.MessageStatus === undefined ? readMessage : readStatus;
  return toParsed([read(form, form.MessageSid, request.receivedAt)]);
}

function isForeign(
  account: string | undefined,
  ourSide: string | undefined,
  settings: TwilioSettings,
): boolean {
  if (account !== undefined && account !== settings.account_sid) return true;
  const [own, its] = [settings.from, ourSide].map((address) => comparisonKey(digitsOf(address ?? '')));
  return its !== '' && its !== own;
}

function jidOf(address: string | undefined): string | undefined {
  const digits = /^(?:whatsapp:)?\+?(\d+)$/.exec(address?.trim() ?? '')?.[1];
  return digits === undefined ? undefined : readJid(phoneJid(digits));
}

/** Twilio gives no message time, so the time of arrival is used. */
function readMessage(form: TwilioForm, keyId: string, receivedAt: number): ElementResult {
  const remoteJid = jidOf(form.From);
  if (remoteJid === undefined) return { ignored: 'malformed' };
  return defined<InboundMessage>({
    kind: 'message',
    keyId,
    remoteJid,
    waId: readWaId(form.WaId),
    isGroup: false,
    fromMe: false,
    origin: 'contact',
    pushName: form.ProfileName,
    messageTimestamp: receivedAt,
    historical: false,
    quoted: form.OriginalRepliedMessageSid ? { keyId: form.OriginalRepliedMessageSid } : undefined,
    forwarded: form.Forwarded === 'true' || undefined,
    referral: referralOf(form),
    content: contentOf(form),
  });
}

function referralOf(form: TwilioForm): InboundMessage['referral'] {
  const referral = defined({
    sourceType: form.ReferralSourceType,
    sourceId: form.ReferralSourceId,
    sourceUrl: form.ReferralSourceUrl,
    headline: form.ReferralHeadline,
    body: form.ReferralBody,
    ctwaClid: form.ReferralCtwaClid,
  });
  return Object.keys(referral).length > 0 ? referral : undefined;
}

/** A message may have several contents; the first of file, location, button, list and text counts. */
function contentOf(form: TwilioForm): InboundContent {
  return fileContent(form) ?? locationContent(form) ?? choiceContent(form) ?? textContent(form);
}

function fileContent(form: TwilioForm): InboundContent | undefined {
  const { NumMedia, MediaUrl0: url, MediaContentType0: mimeType = 'application/octet-stream' } = form;
  if (!NumMedia || NumMedia <= 0 || !url) return undefined;
  const media = { mimeType, fetch: { via: 'url', url, auth: 'twilioBasic' } } as const;
  const family = mimeType.split('/', 1)[0]?.toLowerCase();
  if (family === 'audio') return { contentType: 'audio', media };
  const contentType = family === 'image' || family === 'video' ? family : 'document';
  return defined<InboundContent>({ contentType, caption: form.Body || undefined, media });
}

function locationContent(form: TwilioForm): InboundContent | undefined {
  const { Latitude: latitude, Longitude: longitude, Label: name, Address: address } = form;
  if (latitude === undefined || longitude === undefined) return undefined;
  return defined<InboundContent>({ contentType: 'location', latitude, longitude, name, address });
}

function choiceContent(form: TwilioForm): InboundContent | undefined {
  const { ButtonPayload, ListId, ListDescription: description, Body = '' } = form;
  if (ButtonPayload) {
    return { contentType: 'buttonReply', id: ButtonPayload, title: form.ButtonText ?? Body };
  }
  if (!ListId) return undefined;
  const title = form.ListTitle ?? Body;
  return defined<InboundContent>({ contentType: 'listReply', id: ListId, title, description });
}

/** Values of `MessageType` that people send. WhatsApp uses `unsupported` for messages of people too. */
const writtenTypes = [
  ...['text', 'image', 'video', 'audio', 'document', 'sticker', 'location', 'contacts'],
  ...['button', 'interactive', 'order', 'unsupported'],
];

/** A file without a URL is one that Twilio refused, but a person did send it. */
function textContent({ Body, MessageType, NumMedia = 0 }: TwilioForm): InboundContent {
  if (Body) return { contentType: 'text', text: Body };
  return unreadable(MessageType ?? (NumMedia > 0 ? 'document' : undefined), writtenTypes);
}

const sendStates: Readonly<Record<string, SendState>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'failed',
  undelivered: 'failed',
};

function readStatus(form: TwilioForm, keyId: string, receivedAt: number): ElementResult {
  const word = form.MessageStatus ?? '';
  const status = Object.hasOwn(sendStates, word) ? sendStates[word] : undefined;
  if (!status) return { ignored: 'notAMessage' };
  const error = status === 'failed' && form.ErrorCode ? twilioCodeInfo(form.ErrorCode) : undefined;
  return defined({ kind: 'status', keyId, status, at: receivedAt, remoteJid: jidOf(form.To), error });
}
