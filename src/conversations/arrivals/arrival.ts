import type { InboundContent, InboundMessage } from '../../../activities/ports/messages.js';
import { botReading } from './bot-text.js';
import type { CommonChannelSettings } from '../../channels/channel.js';
import type { Dispatch } from './dispatch.js';
import { addressesOf, phoneJid } from '../../channels/jid.js';
import type { ContactAddress } from '../../channels/jid.js';
import { snakeCase } from '../../foreign/snake-case.js';
import type { Tx } from '../../store/db.js';
import type { ArrivalPlace, NewInbound } from '../../store/messages/inbox.js';
import type { ContactRow, InstanceRow } from '../../store/rows.js';
import type { Entering, StartingTypebot } from '../../store/sessions/arrivals.js';
import type { AfterCommit } from '../after-commit.js';

/** One message while its transaction runs. */
export interface Arrival {
  tx: Tx;
  after: AfterCommit;
  instance: InstanceRow;
  settings: CommonChannelSettings;
  /** Configurations of the instance in evaluation order. */
  typebots: StartingTypebot[];
  message: InboundMessage;
  arrived: ArrivalPlace;
  what: Dispatch;
  nowMs: number;
}

type RowBase = Omit<NewInbound, 'id' | 'sessionId' | 'fate'>;

/** The inbox row of a channel's message, except for its place and fate. */
export function toRow(arrival: Arrival, contactId: string): RowBase {
  const { message, instance, arrived } = arrival;
  return {
    instanceId: instance.id,
    contactId,
    sender: senderOf(arrival),
    origin: 'channel',
    providerMessageId: message.keyId,
    content: message.content,
    contentType: storedType(message.content),
    text: textOf(message.content),
    providerTimestamp: new Date(message.messageTimestamp),
    quotedMessageId: message.quoted?.keyId ?? null,
    forwarded: message.forwarded ?? false,
    referral: message.referral ?? null,
    participant: message.participant ?? null,
    userId: null,
    tags: null,
    arrived,
  };
}

/** Every address that the message names, including those in a notice of a changed number or user id. */
export function addressesIn(message: InboundMessage): ContactAddress[] {
  return [...addressesOf(message), ...addressesOf({ isGroup: false, remoteJid: '', ...renewal(message) })];
}

/** The sender's new address, if the message is a notice of a change. */
export function renewal({ content }: InboundMessage): { waId?: string; bsuid?: string; remoteJid?: string } {
  if (content.contentType !== 'system') return {};
  const { newWaId: waId, newBsuid: bsuid } = content;
  const remoteJid = waId === undefined ? bsuid && `${bsuid}@bsuid` : phoneJid(waId);
  return remoteJid === undefined ? {} : { waId, bsuid, remoteJid };
}

/**
 * What a message says about its contact. In a group that is only the chat's address: names and numbers belong to the
 * member who wrote.
 */
export function seenOf(message: InboundMessage): Entering['seen'] & { replyJid: string } {
  const { remoteJid, waId, bsuid, fromMe, isGroup, pushName } = message;
  if (isGroup) return { replyJid: remoteJid };
  const renewed = renewal(message);
  return {
    replyJid: renewed.remoteJid ?? remoteJid,
    waId: renewed.waId ?? waId,
    bsuid: renewed.bsuid ?? bsuid,
    pushName: fromMe ? undefined : pushName,
  };
}

/** The contact's name and reply address once the message has been noted. */
export function namesOf(
  message: InboundMessage,
  contact: ContactRow,
): Pick<ContactRow, 'pushName' | 'replyJid'> {
  const { pushName, replyJid } = seenOf(message);
  return { pushName: pushName ?? contact.pushName, replyJid };
}

/** Who wrote it, as the transcript says it. */
export function senderOf({ message, what }: Arrival): 'contact' | 'operator' | 'api' {
  if (!message.fromMe) return 'contact';
  return what === 'foreignSend' || message.origin === 'api' ? 'api' : 'operator';
}

/** What the bot would read, captions included; `""` for a message without text. */
export function textOf(content: InboundContent): string {
  return botReading(content).text ?? '';
}

/** The name of a content type in the transcript. */
export function storedType(content: InboundContent): string {
  return snakeCase(content.contentType);
}

/** Whether a file comes with it. */
export function hasMedia(content: InboundContent): boolean {
  return 'media' in content;
}
