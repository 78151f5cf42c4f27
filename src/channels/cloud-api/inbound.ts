import type { SendStatus, InboundMessage } from '../../../activities/ports/messages.js';
import type { ChannelContext, Parsed, WebhookRequest } from '../channel.js';
import { phoneJid, readBsuid, readJid, readWaId } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { defined, member, nonEmpty } from '../provider/json.js';
import { ignored, secondsToMs, toParsed, type ElementResult } from '../provider/parsed.js';
import { readContent } from './content.js';
import { statusErrorInfo } from '../provider/graph-errors.js';
import type { CloudApiSettings } from './schema.js';
import {
  changeSchema,
  entrySchema,
  messageSchema,
  statusSchema,
  valueSchema,
  webhookSchema,
  type CloudMessage,
  type CloudStatus,
  type CloudValue,
} from './wire.js';

/** Reads every message, status and echo in all entries and changes of a webhook. Pure; never throws. */
export function parseCloudApi(request: WebhookRequest, context: ChannelContext<CloudApiSettings>): Parsed {
  const body = webhookSchema.safeParse(readJson(request.rawBody));
  if (!body.success) return ignored('malformed');
  const where = { phoneNumberId: context.settings.phone_number_id, receivedAt: request.receivedAt };
  return toParsed(body.data.entry.flatMap((entry) => readEntry(entry, where)));
}

interface Where {
  phoneNumberId: string;
  receivedAt: number;
}

function readEntry(entry: unknown, where: Where): ElementResult[] {
  const read = entrySchema.safeParse(entry);
  return read.success
    ? read.data.changes.flatMap((change) => readChange(change, where))
    : [{ ignored: 'malformed' }];
}

function readChange(item: unknown, where: Where): ElementResult[] {
  const change = changeSchema.safeParse(item).data;
  if (!change) return [{ ignored: 'malformed' }];
  if (change.field !== 'messages' && change.field !== 'smb_message_echoes') {
    return [{ ignored: 'unknownEvent' }];
  }
  const read = valueSchema.safeParse(change.value);
  if (!read.success) return [{ ignored: 'malformed' }];
  const value = read.data;
  const elements = readElements(value, where.receivedAt);
  if (value.metadata?.phone_number_id === where.phoneNumberId) return elements;
  return [{ ignored: 'foreignChannel', count: Math.max(1, elements.length) }];
}

type CloudContact = CloudValue['contacts'][number];

function readElements(value: CloudValue, receivedAt: number): ElementResult[] {
  const contacts = contactsByName(value.contacts);
  const elements: ElementResult[] = [
    ...value.messages.map((item) => readMessage(item, contacts, receivedAt)),
    ...value.message_echoes.map((item) => readEcho(item, receivedAt)),
    ...value.statuses.map((item) => readStatus(item, receivedAt)),
    ...value.errors.map((): ElementResult => ({ ignored: 'providerError' })),
  ];
  return elements.length > 0 ? elements : [{ ignored: 'notAMessage' }];
}

/** How Meta identifies a person: by phone number, by business-scoped user id, or by both. */
interface Person {
  waId?: string;
  bsuid?: string;
}

function personOf(waId: string | undefined, userId: string | undefined): Person {
  return defined({ waId: readWaId(waId), bsuid: readBsuid(userId) });
}

function jidOf({ waId, bsuid }: Person): string | undefined {
  if (waId) return phoneJid(waId);
  return bsuid && `${bsuid}@bsuid`;
}

function groupJid(id: string | undefined): string | undefined {
  return readJid(`${id ?? ''}@g.us`);
}

/** Contacts by phone and by user id; the first contact wins if several share one. */
function contactsByName(contacts: CloudContact[]): Map<string, CloudContact> {
  const named = contacts.flatMap((contact) =>
    [contact.wa_id, contact.user_id].flatMap((name) => (name ? [[name, contact] as const] : [])),
  );
  return new Map(named.reverse());
}

function readMessage(item: unknown, contacts: Map<string, CloudContact>, receivedAt: number): ElementResult {
  const read = messageSchema.safeParse(item);
  if (!read.success) return { ignored: 'malformed' };
  const message = read.data;
  const contact = contacts.get(message.from ?? '') ?? contacts.get(message.from_user_id ?? '');
  const userId = previousUserId(message) ?? message.from_user_id ?? contact?.user_id;
  const sender = personOf(message.from ?? contact?.wa_id, userId);
  return (
    toMessage(message, sender, receivedAt, { fromMe: false, pushName: contact?.profile?.name }) ?? {
      ignored: 'malformed',
    }
  );
}

/** A notice that a user id changed must be matched with the contact, who is known by the previous id. */
function previousUserId(message: CloudMessage): string | undefined {
  return readBsuid(nonEmpty(member(message, 'system', 'previous_user_id')));
}

/** A message that the business sent from its phone app: the contact is in `to`. */
function readEcho(item: unknown, receivedAt: number): ElementResult {
  const read = messageSchema.safeParse(item);
  if (!read.success) return { ignored: 'malformed' };
  const recipient = personOf(read.data.to, read.data.to_user_id);
  return toMessage(read.data, recipient, receivedAt, { fromMe: true }) ?? { ignored: 'malformed' };
}

function toMessage(
  message: CloudMessage,
  person: Person,
  receivedAt: number,
  { fromMe, pushName }: { fromMe: boolean; pushName?: string },
): InboundMessage | undefined {
  const personJid = jidOf(person);
  const content = readContent(message);
  const { context, referral, group_id: groupId } = message;
  const remoteJid = groupId ? groupJid(groupId) : personJid;
  if (!personJid || !remoteJid || !content) return undefined;
  const forwarded = context?.forwarded === true || context?.frequently_forwarded === true;
  return defined<InboundMessage>({
    kind: 'message',
    keyId: message.id,
    remoteJid,
    ...person,
    participant: groupId ? personJid : undefined,
    isGroup: groupId !== undefined,
    fromMe,
    origin: fromMe ? 'humanAgent' : 'contact',
    pushName,
    messageTimestamp: secondsToMs(message.timestamp, receivedAt),
    historical: false,
    quoted: context?.id ? { keyId: context.id } : undefined,
    forwarded: forwarded || undefined,
    referral: referral && toReferral(referral),
    content,
  });
}

function toReferral(referral: NonNullable<CloudMessage['referral']>): InboundMessage['referral'] {
  return defined({
    sourceType: referral.source_type,
    sourceId: referral.source_id,
    sourceUrl: referral.source_url,
    headline: referral.headline,
    body: referral.body,
    ctwaClid: referral.ctwa_clid,
  });
}

function readStatus(item: unknown, receivedAt: number): ElementResult {
  const read = statusSchema.safeParse(item);
  if (!read.success) return { ignored: 'malformed' };
  const status = stateOf(read.data.status);
  if (!status) return { ignored: 'notAMessage' };
  const [error] = read.data.errors;
  return defined<SendStatus>({
    kind: 'status',
    keyId: read.data.id,
    outboundId: read.data.biz_opaque_callback_data,
    status,
    at: secondsToMs(read.data.timestamp, receivedAt),
    remoteJid: recipientOf(read.data),
    error: status === 'failed' ? failureOf(error) : undefined,
  });
}

function failureOf(error: CloudStatus['errors'][number] | undefined): SendStatus['error'] {
  return error ? statusErrorInfo(error) : { class: 'Permanent', reason: 'unknown' };
}

function stateOf(status: string): SendStatus['status'] | undefined {
  const states = ['sent', 'delivered', 'read', 'played', 'failed'] as const;
  return states.find((state) => state === status);
}

function recipientOf(status: CloudStatus): string | undefined {
  if (status.recipient_type === 'group') return groupJid(status.recipient_id);
  return jidOf(personOf(status.recipient_id, status.recipient_user_id));
}
