import type { ChannelErrorInfo } from './channel-error.js';

/**
 * The message model that every channel is mapped to. Plain JSON, stored unchanged in inbox and outbox. It never enters
 * a workflow, because histories must not hold message text.
 */

/** What a person can send. Absent values and empty captions are omitted. */
export type InboundContent =
  | { contentType: 'text'; text: string }
  | { contentType: 'image' | 'video' | 'document' | 'sticker'; media: InboundMedia; caption?: string }
  | { contentType: 'audio'; media: InboundMedia; transcript?: string }
  | {
      contentType: 'location';
      latitude: number;
      longitude: number;
      name?: string;
      address?: string;
      live?: boolean;
    }
  | { contentType: 'contacts'; contacts: SharedContact[] }
  | { contentType: 'buttonReply' | 'listReply'; id?: string; title: string; description?: string }
  | { contentType: 'flowReply'; name: string; json: unknown; body?: string }
  | { contentType: 'reaction'; targetKeyId: string; emoji: string | null }
  | { contentType: 'order'; catalogId: string; text?: string; items: OrderItem[] }
  | { contentType: 'edit'; targetKeyId: string; text?: string }
  | { contentType: 'revoke'; targetKeyId: string }
  | {
      contentType: 'system';
      systemType: 'numberChanged' | 'identityChanged' | 'userIdChanged' | 'other';
      newWaId?: string;
      newBsuid?: string;
      text?: string;
      /** The provider's name of a notice that Parley does not know (`other`). */
      providerType?: string;
      /** The header of an album: how many pictures and videos follow; null when it does not say. */
      albumFiles?: number | null;
    }
  | { contentType: 'unsupported'; providerType?: string; errorCode?: number };

/** A contact card; phones as written on it. */
export type SharedContact = { name: string; phones: string[]; vcard?: string };
/** One line of an order; `price` is per piece, `currency` an ISO 4217 code. */
export type OrderItem = { sku: string; quantity: number; price: number; currency: string };

/** A file that a person sent. `size` in bytes, `sha256` as the provider writes it, `ptt`: a voice note. */
export interface InboundMedia {
  mimeType: string;
  fileName?: string;
  size?: number;
  sha256?: string;
  seconds?: number;
  ptt?: boolean;
  animated?: boolean;
  fetch: MediaFetch;
}

/** How the channel's adapter gets the bytes of a file. Never holds a credential. `expiresAt` in milliseconds. */
export type MediaFetch =
  | { via: 'meta'; mediaId: string }
  | { via: 'url'; url: string; auth: 'none' | 'waha' | 'twilioBasic' | 'dialog360'; expiresAt?: number }
  | { via: 'inline'; base64: string }
  | { via: 'evolution'; key: { id: string; remoteJid: string; fromMe: boolean } }
  | { via: 'codechat'; keyId: string; dbId?: number }
  | { via: 'waha'; chatId: string; messageId: string };

/** The advertisement or post from which the contact wrote. `ctwaClid`: Meta's id of the click. */
export interface Referral {
  sourceType?: 'ad' | 'post';
  sourceId?: string;
  sourceUrl?: string;
  headline?: string;
  body?: string;
  ctwaClid?: string;
}

/** One message as a channel's parser returns it. Times in milliseconds since the epoch. */
export interface InboundMessage {
  kind: 'message';
  eventId?: string;
  /** The provider's message id. A second message with the same id on the same instance is a duplicate. */
  keyId: string;
  /** Canonical address of the chat, to which replies are sent. */
  remoteJid: string;
  /** If both phone and LID are known: the one that is not `remoteJid`. */
  remoteJidAlt?: string;
  bsuid?: string;
  waId?: string;
  /** The sender within a group. */
  participant?: string;
  isGroup: boolean;
  fromMe: boolean;
  origin: 'contact' | 'humanAgent' | 'api' | 'unknown';
  pushName?: string;
  messageTimestamp: number;
  historical: boolean;
  quoted?: { keyId: string; participant?: string; text?: string };
  forwarded?: boolean;
  referral?: Referral;
  /** Parley's own id of an outbound message, if the channel echoes it. */
  outboundId?: string;
  content: InboundContent;
}

/** How far a sent message has got. */
export type SendState = 'sent' | 'delivered' | 'read' | 'played' | 'failed';

/** A provider's report about a sent message, which is named by any of its ids. `at` in milliseconds since the epoch. */
export interface SendStatus {
  kind: 'status';
  eventId?: string;
  keyId?: string;
  dbId?: number;
  outboundId?: string;
  status: SendState;
  at: number;
  remoteJid?: string;
  error?: ChannelErrorInfo;
}

/** A provider's report about the connection of a number. `loggedOut`: it must be paired again. */
export interface ConnectionState {
  kind: 'connection';
  eventId?: string;
  state: 'open' | 'connecting' | 'close' | 'loggedOut';
  reason?: string | number;
}

/** Everything that a webhook can report. */
export type InboundEvent = InboundMessage | SendStatus | ConnectionState;

/** Why an element of a webhook became no event. `foreignChannel`: it is about another number or account. */
export type IgnoredReason =
  'unknownEvent' | 'foreignChannel' | 'malformed' | 'notAMessage' | 'undecryptable' | 'providerError';

/** The header of a message with buttons, a list or a link. */
export type MessageHeader =
  { type: 'text'; text: string } | { type: 'image' | 'video' | 'document'; url: string };
/** A file to send: by link, as bytes, or by the id of an upload to the provider. */
export type OutMedia =
  { url: string; mimeType?: string } | { base64: string; mimeType: string } | { providerMediaId: string };

/** The content of one message to a contact, before or after `adapt` has fitted it to a channel. */
export type OutboundContent =
  | { type: 'text'; text: string; previewUrl?: boolean }
  | {
      type: 'image' | 'video' | 'document' | 'sticker';
      media: OutMedia;
      caption?: string;
      fileName?: string;
    }
  | { type: 'audio'; media: OutMedia; ptt: boolean }
  | {
      type: 'buttons';
      header?: MessageHeader;
      body: string;
      footer?: string;
      buttons: { id: string; title: string }[];
    }
  | {
      type: 'list';
      header?: string;
      body: string;
      footer?: string;
      button: string;
      sections: ListSection[];
    }
  | {
      type: 'ctaUrl';
      body: string;
      displayText: string;
      url: string;
      header?: MessageHeader;
      footer?: string;
    }
  | { type: 'locationRequest'; body: string }
  | { type: 'location'; latitude: number; longitude: number; name?: string; address?: string }
  | { type: 'contacts'; contacts: { name: string; phone: string; waId?: string }[] }
  | { type: 'reaction'; targetKeyId: string; emoji: string }
  | { type: 'template'; name: string; language: string; components?: unknown[] };

/** A section of a list. */
export type ListSection = { title?: string; rows: { id: string; title: string; description?: string }[] };

/** Typing or a read mark. Best effort: one attempt, whose failure never fails a flow. */
export type Presence =
  | { type: 'typing'; state: 'composing' | 'recording' | 'paused'; inReplyTo?: string }
  | { type: 'markRead'; keyIds: string[] };

/** One outbound message. All attempts to send it have the same ids. */
export interface OutboundMessage {
  /** `out_` + ULID, stored before the first attempt. */
  outboundId: string;
  /** Provider's message id chosen by Parley (CodeChat v1, WAHA), stored before the call. */
  clientMessageId?: string;
  /** Counts the requests made for this message, from 1. */
  attempt: number;
  to: { jid: string; waId?: string; bsuid?: string };
  /** The provider's id of the quoted message. */
  replyTo?: string;
  content: OutboundContent;
}

/** What the provider said about an accepted message. `dbId`: its database id (CodeChat). */
export interface SendReceipt {
  keyId?: string;
  dbId?: number;
  remoteJid?: string;
  providerStatus?: string;
}

/** What a channel can show. Lengths in UTF-16 units, counts in items. */
export interface ChannelCapabilities {
  buttons: number;
  buttonMediaHeader: boolean;
  list: boolean;
  ctaUrl: boolean;
  locationRequest: boolean;
  template: boolean;
  sticker: boolean;
  reaction: boolean;
  typing: boolean;
  markRead: boolean;
  clientMessageId: boolean;
  statusCorrelation: boolean;
  ordersMedia: boolean;
  window24h: boolean;
  maxText: number;
  maxCaption: number;
  maxButtonBody: number;
  maxButtonTitle: number;
  maxListBody: number;
  maxRowTitle: number;
  maxRows: number;
  imageMimeTypes?: string[];
}
